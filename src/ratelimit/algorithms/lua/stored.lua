-- What the buckets of a call hold, read at once, and what they are counted in.
--
-- KEYS     the buckets, each once
-- returns  nothing: the script goes on with the next part

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

-- Kinds of buckets by the number of their algorithm. A call takes along the parts of those kinds that it needs.
local KINDS = {}
