-- Writes down when API keys were last used. A key that was removed meanwhile stays removed, and a use soon after the
-- one that is known, as of another process, is not written.
-- KEYS[1] hash of ids   KEYS[2] hash of last uses
-- ARGV[1] how many milliseconds count as soon   ARGV[2...] id and milliseconds since the epoch of each use
-- Returns nothing.
for at = 2, #ARGV, 2 do
  local id, used = ARGV[at], ARGV[at + 1]
  local known = redis.call('HGET', KEYS[2], id)
  if redis.call('HEXISTS', KEYS[1], id) == 1 and (not known or used - known >= tonumber(ARGV[1])) then
    redis.call('HSET', KEYS[2], id, used)
  end
end
