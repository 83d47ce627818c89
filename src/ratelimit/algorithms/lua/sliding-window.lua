-- Sliding windows, counted in slots of a twentieth of the window. A slot counts until its last moment is a whole window
-- ago, so that no interval of a window's length holds more than the limit; a hit counts for at most a slot too long.
--
-- KEYS     a bucket's key holds a MessagePack list: a slot's number, its hits, and so on, oldest first; it expires when
--          the last slot no longer counts
-- ARGV     of a sliding_window: its length and that of a slot in milliseconds
-- returns  nothing: functions for decide.lua

local sliding_window = {}

local function read_sliding_window(shape, at)
  shape.window, shape.slot = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  return at + 2
end

local function leaves_at(number, shape)
  return (number + 1) * shape.slot + shape.window
end

function sliding_window.load(key, shape, stored)
  local slots, size, used = {}, 0, 0
  if stored then
    local list = cmsgpack.unpack(stored)
    for i = 1, #list, 2 do
      if leaves_at(list[i], shape) > now then
        slots[size + 1], slots[size + 2] = list[i], list[i + 1]
        used, size = used + list[i + 1], size + 2
      end
    end
  end
  return { key = key, kind = sliding_window, taken = 0, used = used, slots = slots, size = size, shape = shape }
end

-- Hits are counted in the newest slot, also where the clock has stepped back behind it.
function sliding_window.charge(bucket, hits)
  local slots, size = bucket.slots, bucket.size
  local number = floor(now / bucket.shape.slot)
  if size > 0 and slots[size - 1] >= number then
    slots[size] = slots[size] + hits
  else
    slots[size + 1], slots[size + 2] = number, hits
    bucket.size = size + 2
  end
  bucket.used, bucket.changed = bucket.used + hits, true
end

-- Hits are given back by the newest slots first; those of a known time by the slot of that time alone.
function sliding_window.give_back(bucket, hits, since)
  local slots, at = bucket.slots, bucket.size
  local only = since and floor(since / bucket.shape.slot)
  while at > 0 and hits > 0 do
    if not only or slots[at - 1] == only then
      local given = min(slots[at], hits)
      slots[at], hits, bucket.used = slots[at] - given, hits - given, bucket.used - given
      bucket.changed = true
      if slots[at] == 0 then
        table.remove(slots, at)
        table.remove(slots, at - 1)
        bucket.size = bucket.size - 2
      end
    end
    at = at - 2
  end
end

function sliding_window.wait(bucket, shape, over)
  local slots, size = bucket.slots, bucket.size
  local excess = over and bucket.used + shape.need - shape.capacity or math.huge
  if excess <= 0 then return 0 end
  if size == 0 then return over and shape.window or 0 end
  if over then
    for i = 1, size, 2 do
      excess = excess - slots[i + 1]
      if excess <= 0 then return leaves_at(slots[i], shape) - now end
    end
  end
  return leaves_at(slots[size - 1], shape) - now
end

function sliding_window.save(bucket)
  if not bucket.changed then return end
  if bucket.size == 0 then
    call('DEL', bucket.key)
  else
    local ends = leaves_at(bucket.slots[bucket.size - 1], bucket.shape)
    call('SET', bucket.key, cmsgpack.pack(bucket.slots), 'PXAT', ends + expiry_jitter)
  end
end
