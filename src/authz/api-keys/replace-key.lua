-- Adds an API key in the place of another, which ends at a given time, and announces both.
-- KEYS[1] the old record   KEYS[2] the new record   KEYS[3] hash of ids   KEYS[4] count and channel of changes
-- ARGV[1] the old digest   ARGV[2] when the old key ends   ARGV[3] id of the new key   ARGV[4] the new digest
-- ARGV[5...] names and values of the new record's fields
-- Returns 1; 0 when the old key is gone, or has been replaced already: nothing is changed then.
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'replacedBy') == 1 then
  return 0
end
redis.call('HSET', KEYS[1], 'expiresAt', ARGV[2], 'replacedBy', ARGV[3])
redis.call('HSET', KEYS[2], unpack(ARGV, 5))
redis.call('HSET', KEYS[3], ARGV[3], ARGV[4])
redis.call('PUBLISH', KEYS[4], redis.call('INCR', KEYS[4]) .. ' ' .. ARGV[1])
redis.call('PUBLISH', KEYS[4], redis.call('INCR', KEYS[4]) .. ' ' .. ARGV[4])
return 1
