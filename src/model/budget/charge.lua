-- Adds what answers cost to a tenant's day and month, once: a charge that Redis had taken, but whose reply was lost, is
-- sent again under the same key.
-- KEYS[1] the charge, which is kept for a while; KEYS[2] the day's spending; KEYS[3] the month's
-- ARGV[1] billionths of a US dollar; ARGV[2] how long the charge is kept, in milliseconds
-- ARGV[3], ARGV[4] when the day's and the month's spending may be forgotten, in milliseconds since the epoch
-- Returns 1 where it was added, 0 where it had been before.
if not redis.call('SET', KEYS[1], '1', 'NX', 'PX', ARGV[2]) then
  return 0
end
for index = 2, 3 do
  redis.call('INCRBY', KEYS[index], ARGV[1])
  redis.call('PEXPIREAT', KEYS[index], ARGV[index + 1])
end
return 1
