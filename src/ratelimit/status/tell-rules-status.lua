-- Stores what one process tells of its rules, and forgets those of which nothing was heard for long.
--
-- KEYS[1]  hash: process id -> JSON
-- KEYS[2]  sorted set: process ids, by when what they told is forgotten, in milliseconds since the epoch
-- ARGV[1]  the process's id
-- ARGV[2]  its JSON; '' where it ends
-- ARGV[3]  when that is forgotten, in milliseconds from now
-- ARGV[4]  how many processes are kept; those of which nothing was heard for longest go
-- returns  how many processes there are now

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)

if ARGV[2] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('ZADD', KEYS[2], now + tonumber(ARGV[3]), ARGV[1])
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
end

local function forget(ids)
  for _, id in ipairs(ids) do
    redis.call('ZREM', KEYS[2], id)
    redis.call('HDEL', KEYS[1], id)
  end
end
forget(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now))
forget(redis.call('ZRANGE', KEYS[2], 0, -tonumber(ARGV[4]) - 1))

local last = redis.call('ZRANGE', KEYS[2], -1, -1, 'WITHSCORES')[2]
if last then
  redis.call('PEXPIREAT', KEYS[1], last)
  redis.call('PEXPIREAT', KEYS[2], last)
end
return redis.call('ZCARD', KEYS[2])
