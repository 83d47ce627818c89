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

function window.load(key, shape)
  local stored = tonumber(call('GET', key))
  if stored then
    local used = stored % HITS
    local number = (stored - used) / HITS
    if number == shape.number then
      return { used = used, before = used, starts = shape.starts, ends = shape.ends, stored = true }
    end
    -- The next window was begun before the clock stepped back (time correction, fail-over to another Redis); leaving it
    -- would admit its hits twice.
    if number == shape.next_number then
      return { used = used, before = used, starts = shape.ends, ends = shape.next_ends, stored = true }
    end
  end
  return { used = 0, before = 0, starts = shape.starts, ends = shape.ends, number = shape.number }
end

function window.wait(bucket)
  return bucket.ends - now
end

function window.save(key, bucket)
  local used = min(bucket.used, HITS - 1)
  if used == bucket.before then return end
  if bucket.stored then
    call('INCRBY', key, used - bucket.before)
  else
    call('SET', key, bucket.number * HITS + used, 'PXAT', bucket.ends + expiry_jitter)
  end
end
