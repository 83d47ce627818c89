-- Adds an API key and announces it: a process may have remembered that there is none.
-- KEYS[1] the new record   KEYS[2] hash of ids   KEYS[3] count and channel of changes
-- ARGV[1] id   ARGV[2] digest of the key   ARGV[3...] names and values of the record's fields
-- Returns nothing.
redis.call('HSET', KEYS[1], unpack(ARGV, 3))
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
redis.call('PUBLISH', KEYS[3], redis.call('INCR', KEYS[3]) .. ' ' .. ARGV[2])
