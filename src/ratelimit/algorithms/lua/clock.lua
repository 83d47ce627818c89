-- First part of the script: the time that all of its buckets are decided at, what they hold, and what they are counted in.
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

-- More values at once than this do not fit Lua's stack.
local MOST_AT_ONCE = 1000

-- One command for many is a third cheaper than one for each.
local function read_stored()
  if #keys <= MOST_AT_ONCE then return #keys > 0 and call('MGET', unpack(keys)) end
  local values = {}
  for first = 1, #keys, MOST_AT_ONCE do
    local part = call('MGET', unpack(keys, first, min(first + MOST_AT_ONCE - 1, #keys)))
    for i = 1, #part do
      values[first + i - 1] = part[i]
    end
  end
  return values
end

-- Of each bucket, by its place among the keys: what its key holds, which of all kinds but leases is a string; false where
-- it holds nothing.
local stored = read_stored()

-- Of each bucket, by its place among the keys: the hits (of a token bucket: units) that it holds, and the shape that it was
-- first asked with. What a kind keeps besides is in lists of its own: a table for each bucket takes as long as all else
-- that a window takes here.
local used, opened = {}, {}

-- Kinds of buckets by the number of their algorithm, and how each reads the rest of a shape. A call takes along the parts
-- of those kinds that it needs.
local KINDS, READ = {}, {}
