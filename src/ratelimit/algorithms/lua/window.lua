-- Windows that start and end at fixed times: fixed_window and quota.
--
-- KEYS     a bucket's key holds one whole number: which window it counts, times 10^10, plus the hits. It expires when
--          the window ends; a window that is over counts as empty also before that.
-- told[2]  milliseconds that keys are kept longer, so that those of one window do not all expire at once
-- told     of a fixed_window: its length in milliseconds
--          of a quota: four bounds of its periods in milliseconds since the Unix epoch; the clock of the caller lies
--          in the second period, and Redis's clock says which one it is
-- returns  nothing: functions for decide.lua

local HITS = 1e10
local NUMBERS = 900000 -- so that number and hits together stay below 2^53
local MINUTE_MS = 60000

local expiry_jitter = told[2]

local window = {}

-- What a bucket's key says of a window without hits.
local function empty(number)
  return number % NUMBERS * HITS
end

local function read_fixed_window(shape, at)
  local length = told[at]
  local number = (now - now % length) / length
  shape.empty, shape.starts, shape.ends = empty(number), number * length, (number + 1) * length
  shape.next_empty, shape.next_ends = empty(number + 1), (number + 2) * length
  return at + 1
end

local function read_quota(shape, at)
  local first, second, third, fourth = told[at], told[at + 1], told[at + 2], told[at + 3]
  local start, ends, next_ends = third, fourth, fourth
  if now < second then
    start, ends, next_ends = first, second, third
  elseif now < third then
    start, ends, next_ends = second, third, fourth
  end
  shape.empty, shape.starts, shape.ends = empty(floor(start / MINUTE_MS)), start, ends
  shape.next_empty, shape.next_ends = empty(floor(ends / MINUTE_MS)), next_ends
  return at + 4
end

-- Of each bucket, whether it counts the next window.
local is_ahead = {}

-- What is stored becomes the hits of this window, or false.
function window.load(i, shape)
  local count = tonumber(stored[i])
  stored[i] = false
  if count then
    local hits = count - shape.empty
    if hits < 0 or hits >= HITS then
      -- The next window was begun before the clock stepped back (time correction, fail-over to another Redis); leaving
      -- it would admit its hits twice.
      hits = count - shape.next_empty
      if hits < 0 or hits >= HITS then return 0 end
      is_ahead[i] = true
    end
    stored[i] = hits
    return hits
  end
  return 0
end

function window.give_back(i, shape)
  local starts = is_ahead[i] and opened[i].ends or opened[i].starts
  if shape.since and shape.since < starts then return end
  used[i] = max(used[i] + shape.units, 0)
end

function window.wait(i)
  local shape = opened[i]
  return (is_ahead[i] and shape.next_ends or shape.ends) - now
end

-- Redis writes a Lua number as a fraction, which takes as long as all else that a bucket takes here. Most windows that one
-- call begins are alike.
local function begin(i, hits)
  local shape = opened[i]
  local values = shape.values
  if not values then
    values = {}
    shape.values, shape.expires = values, format('%d', shape.ends + expiry_jitter)
  end
  local value = values[hits]
  if not value then
    value = format('%d', shape.empty + hits)
    values[hits] = value
  end
  call('SET', keys[i], value, 'PXAT', shape.expires)
end

function window.save(i)
  local hits, had = used[i], stored[i]
  if hits >= HITS then hits = HITS - 1 end
  if had then
    hits = hits - had
    if hits ~= 0 then call('INCRBY', keys[i], hits == 1 and '1' or format('%d', hits)) end
  elseif hits > 0 then
    begin(i, hits)
  end
end

KINDS[1], READ[1] = window, read_fixed_window
KINDS[2], READ[2] = window, read_quota
