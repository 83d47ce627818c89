-- Windows that start and end at fixed times: fixed_window and quota.
--
-- KEYS     a bucket's key holds one whole number: which window it counts, times 10^10, plus the hits. It expires when
--          the window ends; a window that is over counts as empty also before that.
-- told[2]  milliseconds that keys are kept longer, so that those of one window do not all expire at once
-- told     of a fixed_window: its length in milliseconds
--          of a quota: four bounds of its periods in milliseconds since the Unix epoch; the clock of the caller lies
--          in the second period, and Redis's clock says which one it is
-- returns  nothing: functions for window.lua and count-windows.lua

local HITS = 1e10
-- No bucket counts further, so that no call reaches HITS, which would be taken for the next window.
local MOST_HITS = 9e9
local NUMBERS = 900000 -- so that number and hits together stay below 2^53
local MINUTE_MS = 60000

local expiry_jitter = told[2]

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

-- Redis writes a Lua number as a fraction, which takes as long as all else that a bucket takes here. Most windows that one
-- call begins are alike.
local function begin(i, shape, hits)
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

READ[1], READ[2] = read_fixed_window, read_quota
