-- Leases the job whose turn it is: the first in order whose tenant and client may have one more running. Leases that ran
-- out and delays that are over are put back first, so a dead worker needs nobody to notice it.
--
-- KEYS     see entries.lua
-- ARGV[1]  token of the lease
-- ARGV[2]  milliseconds of the lease
--
-- Returns {job id or '', milliseconds until there may be more, ids whose lease ran out ...}

local AT_ONCE = 100
local now = now_ms()
local overdue = redis.call('ZRANGEBYSCORE', leases, '-inf', score(now), 'LIMIT', 0, AT_ONCE)
for _, job_id in ipairs(overdue) do put_back(job_id) end
for _, job_id in ipairs(redis.call('ZRANGEBYSCORE', delayed, '-inf', score(now), 'LIMIT', 0, AT_ONCE)) do
  redis.call('ZREM', delayed, job_id)
  local entry = entry_of(job_id)
  if entry then wait(job_id, entry) end
end

local taken = ''
local gate = first_of(ready)
if gate then
  taken = first_of(key_of('lane', first_of(key_of('gate', gate))))
  local entry = entry_of(taken)
  if entry.session then redis.call('HSET', sessions, entry.session, taken) end
  wait_no_more(taken, entry)
  redis.call('ZREM', deadlines, taken)
  redis.call('ZADD', leases, score(now + tonumber(ARGV[2])), taken)
  redis.call('HSET', holders, taken, ARGV[1])
  count('queued', entry, -1)
  count_running(entry, 1)
end

local next_at = math.huge
for _, key in ipairs({ delayed, leases }) do
  local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
  if first[2] then next_at = math.min(next_at, tonumber(first[2])) end
end
local wait = next_at == math.huge and -1 or math.max(0, math.ceil(next_at - now))
return { taken, wait, unpack(overdue) }
