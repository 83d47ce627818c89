-- Adds to a job that was canceled what its attempt had used by the time it stopped. Nothing else of a job that has its
-- final state ever changes.
--
-- KEYS[1]  record (hash)
-- ARGV[1]  number of the attempt, which must be the record's current one
-- ARGV[2]  ... name and value of each field
--
-- Returns 1, or 0 where the job is not such a one.

local state, attempts = unpack(redis.call('HMGET', KEYS[1], 'state', 'attempts'))
if state ~= 'canceled' or attempts ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
return 1
