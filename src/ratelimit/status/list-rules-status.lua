-- Reads what the processes tell of their rules, but for those of which nothing was heard for long.
--
-- KEYS[1]  hash: process id -> JSON
-- KEYS[2]  sorted set: process ids, by when what they told is forgotten, in milliseconds since the epoch
-- returns  the JSON of each of them

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local all = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. string.format('%.0f', now), '+inf')) do
  all[#all + 1] = redis.call('HGET', KEYS[1], id) or ''
end
return all
