-- Puts an entry on the blocklist and announces it. Takes entries off that have ended: one call adds one and takes off
-- up to a thousand, so that the list never stays full of them.
-- KEYS[1] hash of entries   KEYS[2] sorted set of ends   KEYS[3] count and channel of changes
-- ARGV[1] milliseconds since the epoch   ARGV[2] how many entries there may be   ARGV[3] the entry's name
-- ARGV[4] the entry as JSON   ARGV[5] when it ends in milliseconds since the epoch, or ''
-- Returns 1; 0 when the list is full.
local ended = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', ARGV[1], 'LIMIT', 0, 1000)
if #ended > 0 then
  redis.call('HDEL', KEYS[1], unpack(ended))
  redis.call('ZREM', KEYS[2], unpack(ended))
end
if redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) and redis.call('HEXISTS', KEYS[1], ARGV[3]) == 0 then
  return 0
end
redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
if ARGV[5] == '' then
  redis.call('ZREM', KEYS[2], ARGV[3])
else
  redis.call('ZADD', KEYS[2], ARGV[5], ARGV[3])
end
redis.call('PUBLISH', KEYS[3], redis.call('INCR', KEYS[3]) .. ' ' .. cjson.encode({ ARGV[3], ARGV[4] }))
return 1
