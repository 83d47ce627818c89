-- First part of the script: the time that all of its buckets are decided at, and what they are counted in.
--
-- KEYS     not used here
-- ARGV[1]  a MessagePack list, `told` to all parts: Redis takes less for it than for as many arguments.
-- told[1]  the time in milliseconds since the Unix epoch, or '' for Redis's own clock, which all processes share
-- returns  nothing: the script goes on with the next part

local call, tonumber, format = redis.call, tonumber, string.format
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min

local told = cmsgpack.unpack(ARGV[1])

local now = tonumber(told[1])
if not now then
  local time = call('TIME')
  now = tonumber(time[1]) * 1000 + floor(tonumber(time[2]) / 1000)
end

-- Of each bucket, by its place among the keys: the hits (of a token bucket: units) that it holds, and the shape that it was
-- first asked with. What a kind keeps besides is in lists of its own: a table for each bucket takes as long as all else
-- that a window takes here.
local used, opened = {}, {}

-- Kinds of buckets by the number of their algorithm, and how each reads the rest of a shape. A call takes along the parts
-- of those kinds that it needs.
local KINDS, READ = {}, {}
