-- Says that a worker lives, and prolongs its leases.
--
-- KEYS     see entries.lua
-- ARGV[1]  name of the worker, and how many jobs it runs at once: '<name> <number>'
-- ARGV[2]  milliseconds of the leases
-- ARGV[3]  ... id and token of each lease
--
-- Returns the ids that are not this worker's any more.

local now = now_ms()
local ends = score(now + tonumber(ARGV[2]))
redis.call('ZREMRANGEBYSCORE', workers, '-inf', score(now))
redis.call('ZADD', workers, ends, ARGV[1])
local lost = {}
for index = 3, #ARGV, 2 do
  local job_id, token = ARGV[index], ARGV[index + 1]
  if redis.call('HGET', holders, job_id) == token then
    redis.call('ZADD', leases, ends, job_id)
  else
    lost[#lost + 1] = job_id
  end
end
return lost
