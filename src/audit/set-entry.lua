-- Sets one entry of an audited hash and writes it down in the audit stream, both or neither, and tells every process.
--
-- KEYS[1]  the hash: id -> JSON, and '' -> how often it has changed
-- KEYS[2]  the audit stream
-- ARGV[1]  the entry's id
-- ARGV[2]  the entry as JSON
-- ARGV[3]  how many entries there may be at most; those that have expired make room
-- ARGV[4]  the time now, as ISO 8601 in UTC
-- ARGV[5]  how many entries the audit stream keeps
-- ARGV[6…] field, value, ... of the audit entry
-- returns  'full' where there is no room, else the JSON of the entry that was there before, or ''

local before = redis.call('HGET', KEYS[1], ARGV[1])

local function room()
  return redis.call('HLEN', KEYS[1]) - redis.call('HEXISTS', KEYS[1], '') < tonumber(ARGV[3])
end

if not before and not room() then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    if all[i] ~= '' then
      local expires = cjson.decode(all[i + 1]).expiresAt
      if expires and expires <= ARGV[4] then redis.call('HDEL', KEYS[1], all[i]) end
    end
  end
  if not room() then return 'full' end
end

redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HINCRBY', KEYS[1], '', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[5], '*', unpack(ARGV, 6))
redis.call('PUBLISH', KEYS[1], ARGV[1])
return before or ''
