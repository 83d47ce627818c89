-- First part of the script: the time that all of its buckets are decided at, and what they are counted in.
--
-- KEYS     not used here
-- ARGV[1]  the time in milliseconds since the Unix epoch, or '' for Redis's own clock, which all processes share
-- returns  nothing: the script goes on with the next part

local call, tonumber, format = redis.call, tonumber, string.format
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min

local now = tonumber(ARGV[1])
if not now then
  local time = call('TIME')
  now = tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000)
end

-- Hits (of a token bucket: units) that each bucket holds, by its place among the keys. What a kind keeps besides is in
-- lists of its own: a table for each bucket takes as long as all else that a window takes here.
local used = {}
