-- Takes one entry of an audited hash away and writes it down in the audit stream, both or neither, and tells every
-- process.
--
-- KEYS[1]  the hash: id -> JSON, and '' -> how often it has changed
-- KEYS[2]  the audit stream
-- ARGV[1]  the entry's id
-- ARGV[2]  how many entries the audit stream keeps
-- ARGV[3…] field, value, ... of the audit entry
-- returns  the JSON of the entry that was there, or '' where there was none: then nothing is written

local before = redis.call('HGET', KEYS[1], ARGV[1])
if not before then return '' end

redis.call('HDEL', KEYS[1], ARGV[1])
redis.call('HINCRBY', KEYS[1], '', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 3))
redis.call('PUBLISH', KEYS[1], ARGV[1])
return before
