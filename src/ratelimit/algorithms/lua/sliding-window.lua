-- Sliding windows, counted in slots of a twentieth of the window. A slot counts until its last moment is a whole window
-- ago, so that no interval of a window's length holds more than the limit; a hit counts for at most a slot too long.
--
-- KEYS     a bucket's key holds a MessagePack list: a slot's number, its hits, and so on, oldest first; it expires when
--          the last slot no longer counts
-- told     of a sliding_window: its length and that of a slot in milliseconds
-- returns  nothing: functions for decide.lua

local sliding_window = {}

local function read_sliding_window(shape, at)
  shape.window, shape.slot = told[at], told[at + 1]
  return at + 2
end

local function leaves_at(number, shape)
  return (number + 1) * shape.slot + shape.window
end

-- Of each bucket: its slots as in its key, how long that list is, and whether it has changed.
local slots_of, size_of, is_changed = {}, {}, {}

function sliding_window.load(i, shape)
  local slots, size, hits = {}, 0, 0
  if stored[i] then
    local list = cmsgpack.unpack(stored[i])
    for at = 1, #list, 2 do
      if leaves_at(list[at], shape) > now then
        slots[size + 1], slots[size + 2] = list[at], list[at + 1]
        hits, size = hits + list[at + 1], size + 2
      end
    end
  end
  slots_of[i], size_of[i] = slots, size
  return hits
end

-- Hits are counted in the newest slot, also where the clock has stepped back behind it.
function sliding_window.charge(i, hits)
  local slots, size = slots_of[i], size_of[i]
  local number = floor(now / opened[i].slot)
  if size > 0 and slots[size - 1] >= number then
    slots[size] = slots[size] + hits
  else
    slots[size + 1], slots[size + 2] = number, hits
    size_of[i] = size + 2
  end
  used[i], is_changed[i] = used[i] + hits, true
end

-- Hits are given back by the newest slots first; those of a known time by the slot of that time alone.
function sliding_window.give_back(i, shape)
  local slots, at, hits = slots_of[i], size_of[i], -shape.units
  local only = shape.since and floor(shape.since / opened[i].slot)
  while at > 0 and hits > 0 do
    if not only or slots[at - 1] == only then
      local given = min(slots[at], hits)
      slots[at], hits, used[i] = slots[at] - given, hits - given, used[i] - given
      is_changed[i] = true
      if slots[at] == 0 then
        table.remove(slots, at)
        table.remove(slots, at - 1)
        size_of[i] = size_of[i] - 2
      end
    end
    at = at - 2
  end
end

function sliding_window.wait(i, shape, over)
  local slots, size = slots_of[i], size_of[i]
  local excess = over and used[i] + shape.need - shape.capacity or math.huge
  if excess <= 0 then return 0 end
  if size == 0 then return over and shape.window or 0 end
  if over then
    for at = 1, size, 2 do
      excess = excess - slots[at + 1]
      if excess <= 0 then return leaves_at(slots[at], shape) - now end
    end
  end
  return leaves_at(slots[size - 1], shape) - now
end

function sliding_window.save(i)
  if not is_changed[i] then return end
  local slots, size = slots_of[i], size_of[i]
  if size == 0 then
    call('DEL', keys[i])
  else
    local ends = leaves_at(slots[size - 1], opened[i])
    call('SET', keys[i], cmsgpack.pack(slots), 'PXAT', ends + expiry_jitter)
  end
end

KINDS[3], READ[3] = sliding_window, read_sliding_window
