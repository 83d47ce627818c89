-- Adds one process's counts to those of all, keeping the largest: a merge of two summaries of Misra and Gries.
--
-- KEYS[1]  hash of one slot of time: descriptor -> 'limited:passed', and '' -> by how much each count may be too low
-- ARGV[1]  how many descriptors are kept
-- ARGV[2]  when the slot is forgotten, in milliseconds from now
-- ARGV[3]  by how much the process's own counts may be too low
-- ARGV[4…] descriptor, limited, passed, for each of them
-- returns  how many descriptors there are now

local capacity = tonumber(ARGV[1])
local counts, size = {}, 0
local stored = redis.call('HGETALL', KEYS[1])
local subtracted = tonumber(ARGV[3])

for i = 1, #stored, 2 do
  if stored[i] == '' then
    subtracted = subtracted + tonumber(stored[i + 1])
  else
    local limited, passed = string.match(stored[i + 1], '^(%d+):(%d+)$')
    counts[stored[i]] = { tonumber(limited), tonumber(passed) }
    size = size + 1
  end
end

for i = 4, #ARGV, 3 do
  local limited, passed = tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
  local known = counts[ARGV[i]]
  if known then
    known[1] = known[1] + limited
    known[2] = known[2] + passed
  elseif limited > 0 then
    -- One that was dropped, and only passes now, does not come back.
    counts[ARGV[i]] = { limited, passed }
    size = size + 1
  end
end

if size > capacity then
  local sorted = {}
  for _, count in pairs(counts) do sorted[#sorted + 1] = count[1] end
  table.sort(sorted, function(a, b) return a > b end)
  local least = sorted[capacity + 1]
  subtracted = subtracted + least
  size = 0
  for descriptor, count in pairs(counts) do
    if count[1] > least then
      count[1] = count[1] - least
      size = size + 1
    else
      counts[descriptor] = nil
    end
  end
end

redis.call('DEL', KEYS[1])
local pairs_to_set = { '', string.format('%.0f', subtracted) }
for descriptor, count in pairs(counts) do
  pairs_to_set[#pairs_to_set + 1] = descriptor
  pairs_to_set[#pairs_to_set + 1] = string.format('%.0f:%.0f', count[1], count[2])
end
for i = 1, #pairs_to_set, 1000 do
  redis.call('HSET', KEYS[1], unpack(pairs_to_set, i, math.min(i + 999, #pairs_to_set)))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return size
