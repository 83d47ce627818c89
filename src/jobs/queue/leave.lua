-- Ends a lease: the job is done, or goes back. Without the lease nothing happens.
--
-- KEYS     see entries.lua
-- ARGV[1]  job id
-- ARGV[2]  token of the lease
-- ARGV[3]  'done', or milliseconds until the job waits again
-- ARGV[4]  milliseconds that a job took that completed; '' for another one
--
-- Returns 1, or 0 where the lease was another one's.

local DURATIONS_KEPT = 200
local job_id = ARGV[1]
if redis.call('HGET', holders, job_id) ~= ARGV[2] then return 0 end
if ARGV[3] == 'done' then
  redis.call('ZREM', leases, job_id)
  redis.call('HDEL', holders, job_id)
  local entry = entry_of(job_id)
  if entry then
    count_running(entry, -1)
    forget(entry, job_id)
  end
else
  local delay = tonumber(ARGV[3])
  put_back(job_id, delay > 0 and now_ms() + delay or nil)
end
if ARGV[4] ~= '' then
  redis.call('LPUSH', durations, ARGV[4])
  redis.call('LTRIM', durations, 0, DURATIONS_KEPT - 1)
end
announce()
return 1
