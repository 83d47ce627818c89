-- Removes an API key and announces it, so that every process forgets it at once.
-- KEYS[1] the record   KEYS[2] hash of ids   KEYS[3] hash of last uses   KEYS[4] count and channel of changes
-- ARGV[1] id   ARGV[2] digest of the key
-- Returns 1; 0 when there was no key of that id.
redis.call('HDEL', KEYS[3], ARGV[1])
if redis.call('DEL', KEYS[1]) + redis.call('HDEL', KEYS[2], ARGV[1]) == 0 then
  return 0
end
redis.call('PUBLISH', KEYS[4], redis.call('INCR', KEYS[4]) .. ' ' .. ARGV[2])
return 1
