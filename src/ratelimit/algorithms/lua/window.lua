-- Windows that start and end at fixed times: fixed_window and quota.
--
-- KEYS     a bucket's key holds one whole number: which window it counts, times 10^10, plus the hits. It expires when
--          the window ends; a window that is over counts as empty also before that.
-- ARGV[2]  milliseconds that keys are kept longer, so that those of one window do not all expire at once
-- ARGV     of a fixed_window: its length in milliseconds
--          of a quota: four bounds of its periods in milliseconds since the Unix epoch; the clock of the caller lies
--          in the second period, and Redis's clock says which one it is
-- returns  nothing: functions for decide.lua

local HITS = 1e10
local NUMBERS = 900000 -- so that number and hits together stay below 2^53
local MINUTE_MS = 60000

local expiry_jitter = tonumber(ARGV[2])

local window = {}

local function read_fixed_window(shape, at)
  local length = tonumber(ARGV[at])
  local number = (now - now % length) / length
  shape.number, shape.starts, shape.ends = number % NUMBERS, number * length, (number + 1) * length
  shape.next_number, shape.next_ends = (number + 1) % NUMBERS, (number + 2) * length
  return at + 1
end

local function read_quota(shape, at)
  local first, second, third, fourth =
    tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2]), tonumber(ARGV[at + 3])
  local start, ends, next_ends = third, fourth, fourth
  if now < second then
    start, ends, next_ends = first, second, third
  elseif now < third then
    start, ends, next_ends = second, third, fourth
  end
  shape.number, shape.starts, shape.ends = floor(start / MINUTE_MS) % NUMBERS, start, ends
  shape.next_number, shape.next_ends = floor(ends / MINUTE_MS) % NUMBERS, next_ends
  return at + 4
end

local function opened(key, used, starts, ends, begun)
  return {
    key = key, kind = window, taken = 0, used = used, before = used, starts = starts, ends = ends, begun = begun,
  }
end

function window.load(key, shape, stored)
  stored = tonumber(stored)
  if stored then
    local used = stored % HITS
    local number = (stored - used) / HITS
    if number == shape.number then
      return opened(key, used, shape.starts, shape.ends)
    end
    -- The next window was begun before the clock stepped back (time correction, fail-over to another Redis); leaving it
    -- would admit its hits twice.
    if number == shape.next_number then
      return opened(key, used, shape.ends, shape.next_ends)
    end
  end
  return opened(key, 0, shape.starts, shape.ends, shape)
end

function window.wait(bucket)
  return bucket.ends - now
end

-- Redis writes a Lua number as a fraction, which takes as long as all else that a bucket takes here. Most windows that one
-- call begins or charges are alike.
local function begin(bucket, used)
  local shape = bucket.begun
  local values = shape.values
  if not values then
    values = {}
    shape.values, shape.expires = values, format('%d', shape.ends + expiry_jitter)
  end
  local value = values[used]
  if not value then
    value = format('%d', shape.number * HITS + used)
    values[used] = value
  end
  call('SET', bucket.key, value, 'PXAT', shape.expires)
end

function window.save(bucket)
  local used = min(bucket.used, HITS - 1)
  local hits = used - bucket.before
  if hits == 0 then return end
  if bucket.begun then
    begin(bucket, used)
  else
    call('INCRBY', bucket.key, hits == 1 and '1' or format('%d', hits))
  end
end
