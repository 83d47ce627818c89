-- The part that every script of the queue begins with. One of them makes each step, so that a job is always in exactly
-- one place: waiting, delayed or leased. Times are Redis's own, so that no two hosts' clocks have to agree.
--
-- KEYS[1] waiting (sorted set): ids, by the time that says whose turn it is
-- KEYS[2] delayed (sorted set): ids, by when they wait again
-- KEYS[3] leases (sorted set): ids that a worker has, by when it is taken for dead
-- KEYS[4] entries (hash): id -> JSON {order, tenant, client, runningPerTenant, runningPerClient, session}
-- KEYS[5] holders (hash): id -> token of its lease
-- KEYS[6] counts (hash): how many jobs of each tenant and client are queued and running
-- KEYS[7] deadlines (sorted set): ids that no worker had yet, by when they have waited too long
-- KEYS[8] workers (sorted set): '<name> <jobs at once>', by when each is taken for dead
-- KEYS[9] durations (list): milliseconds that the jobs took that completed last, newest first
-- KEYS[10] sessions (hash): conversation -> id of its job that has begun and has not ended
-- KEYS[11] fronts (hash): conversation -> id of its job that is in a lane
-- KEYS[12] ready (sorted set): gates that a job may pass now, by the order of the first that may
-- The name of KEYS[1] is also that of the channel that announces work.
--
-- So that taking costs the same however many jobs wait, those that wait are in lanes too: the jobs of one client under
-- the same caps, by their order. Lanes whose client may have one more running stand at a gate, by the order of their
-- first job: the lanes of one tenant under the same cap. Whatever changes a lane or a count puts that right at once.
-- Of a conversation only one job is in its lane. The names of these keys begin with that of KEYS[1]:
--   <waiting>:lane:<lane> (sorted set): ids, by their order      <waiting>:lanes:<client> (set): lanes with jobs in them
--   <waiting>:gate:<gate> (sorted set): lanes, by that of their  <waiting>:gates:<tenant> (set): gates with lanes at
--     first job                                                    them
--   <waiting>:session:<conversation> (sorted set): ids of its jobs that wait, by their order

local waiting, delayed, leases, entries, holders, counts, deadlines, workers, durations, sessions, fronts, ready =
  unpack(KEYS)

local function now_ms()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Lua would write a time as 1.7e+12.
local function score(ms)
  return string.format('%.3f', ms)
end

local function entry_of(job_id)
  local text = redis.call('HGET', entries, job_id)
  return text and cjson.decode(text)
end

-- The names that a job is counted under; JSON tells the client c of the tenant a/b from the client b/c of a.
local function owners_of(entry)
  return cjson.encode({ entry.tenant }), cjson.encode({ entry.tenant, entry.client })
end

local function count_of(kind, owner)
  return tonumber(redis.call('HGET', counts, kind .. owner) or '0')
end

local function count(kind, entry, by)
  for _, owner in ipairs({ owners_of(entry) }) do
    if redis.call('HINCRBY', counts, kind .. owner, by) <= 0 then
      redis.call('HDEL', counts, kind .. owner)
    end
  end
end

local function key_of(kind, name)
  return waiting .. ':' .. kind .. ':' .. name
end

local function first_of(sorted_set)
  local first = redis.call('ZRANGE', sorted_set, 0, 0, 'WITHSCORES')
  return first[1], first[2]
end

-- @param order nil where it is not to be there
local function keep_sorted(sorted_set, member, order)
  if order then
    redis.call('ZADD', sorted_set, order, member)
  else
    redis.call('ZREM', sorted_set, member)
  end
end

local function settle_gate(gate)
  local tenant, cap = unpack(cjson.decode(gate))
  local owner = cjson.encode({ tenant })
  local _, order = first_of(key_of('gate', gate))
  redis.call(order and 'SADD' or 'SREM', key_of('gates', owner), gate)
  keep_sorted(ready, gate, count_of('running', owner) < cap and order)
end

local function settle_lane(lane)
  local tenant, client, tenant_cap, client_cap = unpack(cjson.decode(lane))
  local owner = cjson.encode({ tenant, client })
  local _, order = first_of(key_of('lane', lane))
  redis.call(order and 'SADD' or 'SREM', key_of('lanes', owner), lane)
  local gate = cjson.encode({ tenant, tenant_cap })
  keep_sorted(key_of('gate', gate), lane, count_of('running', owner) < client_cap and order)
  settle_gate(gate)
end

local function count_running(entry, by)
  count('running', entry, by)
  local tenant, client = owners_of(entry)
  for _, lane in ipairs(redis.call('SMEMBERS', key_of('lanes', client))) do settle_lane(lane) end
  for _, gate in ipairs(redis.call('SMEMBERS', key_of('gates', tenant))) do settle_gate(gate) end
end

local function keep_in_lane(job_id, entry, order)
  local lane = cjson.encode({ entry.tenant, entry.client, entry.runningPerTenant, entry.runningPerClient })
  keep_sorted(key_of('lane', lane), job_id, order)
  settle_lane(lane)
end

-- A conversation's jobs run one after the other: the next one not before this one has ended, retries included.
local function settle_session(session)
  local queued = key_of('session', session)
  local holder = redis.call('HGET', sessions, session)
  local front
  if not holder then
    front = first_of(queued)
  elseif redis.call('ZSCORE', queued, holder) then
    front = holder
  end
  local before = redis.call('HGET', fronts, session)
  if before == (front or false) then return end
  if before then keep_in_lane(before, entry_of(before), nil) end
  if front then
    local entry = entry_of(front)
    keep_in_lane(front, entry, score(entry.order))
    redis.call('HSET', fronts, session, front)
  else
    redis.call('HDEL', fronts, session)
  end
end

local function wait(job_id, entry)
  local order = score(entry.order)
  redis.call('ZADD', waiting, order, job_id)
  if entry.session then
    redis.call('ZADD', key_of('session', entry.session), order, job_id)
    settle_session(entry.session)
  else
    keep_in_lane(job_id, entry, order)
  end
end

-- Returns whether it did wait.
local function wait_no_more(job_id, entry)
  if redis.call('ZREM', waiting, job_id) == 0 then return false end
  if entry.session then
    redis.call('ZREM', key_of('session', entry.session), job_id)
    settle_session(entry.session)
  else
    keep_in_lane(job_id, entry, nil)
  end
  return true
end

local function forget(entry, job_id)
  redis.call('HDEL', entries, job_id)
  redis.call('ZREM', deadlines, job_id)
  if entry.session and redis.call('HGET', sessions, entry.session) == job_id then
    redis.call('HDEL', sessions, entry.session)
    settle_session(entry.session)
  end
end

local function announce()
  redis.call('PUBLISH', waiting, '')
end

-- Ends a lease. @param due when the job waits again; nil for at once
local function put_back(job_id, due)
  redis.call('ZREM', leases, job_id)
  redis.call('HDEL', holders, job_id)
  local entry = entry_of(job_id)
  if not entry then return end
  count_running(entry, -1)
  count('queued', entry, 1)
  if due then
    redis.call('ZADD', delayed, score(due), job_id)
  else
    wait(job_id, entry)
  end
end
