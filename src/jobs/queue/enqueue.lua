-- Lets a job into the queue, or says why not. Whether it was let in under this idempotency key before is decided in the
-- same step. What is in the queue already stays as it is.
--
-- KEYS     see entries.lua, then the idempotency key (string '<digest> <job id>'); any of the slot where there is none
-- ARGV[1]  job id
-- ARGV[2]  tenant
-- ARGV[3]  client
-- ARGV[4]  head start in milliseconds
-- ARGV[5]  milliseconds that the job may wait for its first worker
-- ARGV[6]  jobs that may be queued in all
-- ARGV[7]  ... of one tenant
-- ARGV[8]  ... of one client
-- ARGV[9]  jobs of one tenant that may run at once
-- ARGV[10] ... of one client
-- ARGV[11] digest of the request; '' without an idempotency key
-- ARGV[12] milliseconds that the idempotency key is kept
-- ARGV[13] id of a job that is known to be gone, whose idempotency key does not count any more; ''
-- ARGV[14] the conversation that the job belongs to; ''
--
-- Returns {'ok', place}, {'known', job id}, {'other_request'}, {'queue_full'}, {'tenant_full'} or {'client_full'}.

local job_id, digest = ARGV[1], ARGV[11]
if digest ~= '' then
  local known = redis.call('GET', KEYS[13])
  local known_digest, known_id = string.match(known or '', '^(%S+) (%S+)$')
  if known_id and known_id ~= ARGV[13] then
    if known_digest ~= digest then return { 'other_request' } end
    return { 'known', known_id }
  end
end
if redis.call('HEXISTS', entries, job_id) == 1 then
  return { 'ok', (redis.call('ZRANK', waiting, job_id) or -1) + 1 }
end

local now = now_ms()
-- Jobs of one millisecond keep their order.
local turn = redis.call('HINCRBY', counts, 'turn', 1) % 1000
local entry = {
  order = now - tonumber(ARGV[4]) + turn / 1000,
  tenant = ARGV[2],
  client = ARGV[3],
  runningPerTenant = tonumber(ARGV[9]),
  runningPerClient = tonumber(ARGV[10]),
  session = ARGV[14] ~= '' and ARGV[14] or nil,
}
local tenant, client = owners_of(entry)
if redis.call('ZCARD', waiting) + redis.call('ZCARD', delayed) >= tonumber(ARGV[6]) then return { 'queue_full' } end
if count_of('queued', tenant) >= tonumber(ARGV[7]) then return { 'tenant_full' } end
if count_of('queued', client) >= tonumber(ARGV[8]) then return { 'client_full' } end

-- cjson writes 14 digits; a time with its fraction has 16.
local text = cjson.encode({
  tenant = entry.tenant,
  client = entry.client,
  runningPerTenant = entry.runningPerTenant,
  runningPerClient = entry.runningPerClient,
  session = entry.session,
})
redis.call('HSET', entries, job_id, '{"order":' .. score(entry.order) .. ',' .. string.sub(text, 2))
wait(job_id, entry)
redis.call('ZADD', deadlines, score(now + tonumber(ARGV[5])), job_id)
count('queued', entry, 1)
if digest ~= '' then
  redis.call('SET', KEYS[13], digest .. ' ' .. job_id, 'PX', ARGV[12])
end
announce()
return { 'ok', redis.call('ZRANK', waiting, job_id) + 1 }
