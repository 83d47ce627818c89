-- Takes an entry off the blocklist and announces it.
-- KEYS[1] hash of entries   KEYS[2] sorted set of ends   KEYS[3] count and channel of changes
-- ARGV[1] the entry's name
-- Returns 1; 0 when there was none of that name.
redis.call('ZREM', KEYS[2], ARGV[1])
if redis.call('HDEL', KEYS[1], ARGV[1]) == 0 then
  return 0
end
redis.call('PUBLISH', KEYS[3], redis.call('INCR', KEYS[3]) .. ' ' .. cjson.encode({ ARGV[1] }))
return 1
