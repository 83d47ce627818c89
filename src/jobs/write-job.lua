-- Changes one job: its record and its event log together, or nothing at all. The only writer of both.
-- Once the state is final the record keeps neither request nor permissions: nobody runs it any more, and both may be long.
--
-- KEYS[1]  record (hash)
-- KEYS[2]  events (stream; also the name of the channel that announces them)
-- ARGV[1]  write id: a write that is sent again because its answer was lost changes nothing
-- ARGV[2]  number of the attempt that must be the record's current one; '' when the job must not exist yet
-- ARGV[3]  number of the attempt that the events belong to
-- ARGV[4]  time of the events, ISO 8601
-- ARGV[5]  milliseconds until record and events expire; '' keeps them
-- ARGV[6]  number of fields to set
-- ARGV[7]  ... name and value of each field, then the events as JSON
--
-- Returns {'ok', sequence number of the last event}, or {why not, 0}:
-- 'exists', 'missing', 'final' (the job has its final state) or 'superseded' (another attempt is the current one).

local function is_final(state)
  return state == 'completed' or state == 'failed' or state == 'canceled' or state == 'expired'
end

local state, attempts, last_write, seq = unpack(redis.call('HMGET', KEYS[1], 'state', 'attempts', 'lastWrite', 'lastSeq'))
if last_write and last_write == ARGV[1] then
  return { 'ok', tonumber(seq) }
end
if ARGV[2] == '' then
  if state then return { 'exists', 0 } end
elseif not state then
  return { 'missing', 0 }
elseif is_final(state) then
  return { 'final', 0 }
elseif attempts ~= ARGV[2] then
  return { 'superseded', 0 }
end

local first_event = 7 + 2 * tonumber(ARGV[6])
seq = tonumber(seq or '0')
for index = first_event, #ARGV do
  seq = seq + 1
  redis.call('XADD', KEYS[2], seq .. '-0', 'at', ARGV[4], 'attempt', ARGV[3], 'event', ARGV[index])
end
local fields = { 'lastWrite', ARGV[1], 'lastSeq', tostring(seq) }
for index = 7, first_event - 1 do
  fields[#fields + 1] = ARGV[index]
end
redis.call('HSET', KEYS[1], unpack(fields))
state = redis.call('HGET', KEYS[1], 'state')
if is_final(state) then
  redis.call('HDEL', KEYS[1], 'request', 'permissions')
end
for _, key in ipairs(KEYS) do
  if ARGV[5] == '' then
    redis.call('PERSIST', key)
  else
    redis.call('PEXPIRE', key, ARGV[5])
  end
end
redis.call('PUBLISH', KEYS[2], seq .. ' ' .. state)
return { 'ok', seq }
