-- Writes down that something else than before was loaded: once, however many processes load it.
--
-- KEYS[1]  the hash of what was loaded last: kind -> digest
-- KEYS[2]  the audit stream
-- ARGV[1]  the kind
-- ARGV[2]  the digest of what was loaded
-- ARGV[3]  how many entries the audit stream keeps
-- ARGV[4…] field, value, ... of the audit entry
-- returns  1 where it was written, 0 where the same was loaded before

if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
return 1
