-- First part of a script: the time that all of its buckets are decided at.
--
-- KEYS     the buckets
-- ARGV[1]  a MessagePack list, `told` to all parts: Redis takes less for it than for as many arguments.
-- told[1]  the time in milliseconds since the Unix epoch, or '' for Redis's own clock, which all processes share
-- returns  nothing: the script goes on with the next part

-- Lua looks up each use of a global in a table.
local call, tonumber, format, keys = redis.call, tonumber, string.format, KEYS
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min

local told = cmsgpack.unpack(ARGV[1])

local now = tonumber(told[1])
if not now then
  local time = call('TIME')
  now = tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000)
end

-- How the rest of a shape is read, by the number of its algorithm; decide.lua says what a shape is.
local READ = {}
