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
-- The name of KEYS[1] is also that of the channel that announces work.

local waiting, delayed, leases, entries, holders, counts, deadlines, workers, durations, sessions = unpack(KEYS)

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

-- A conversation's jobs run one after the other: the next one not before this one has ended, retries included.
local function is_held(entry, job_id)
  if not entry.session then return false end
  local holder = redis.call('HGET', sessions, entry.session)
  return holder and holder ~= job_id
end

local function forget(entry, job_id)
  if entry.session and redis.call('HGET', sessions, entry.session) == job_id then
    redis.call('HDEL', sessions, entry.session)
  end
  redis.call('HDEL', entries, job_id)
  redis.call('ZREM', deadlines, job_id)
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
  count('running', entry, -1)
  count('queued', entry, 1)
  if due then
    redis.call('ZADD', delayed, score(due), job_id)
  else
    redis.call('ZADD', waiting, score(entry.order), job_id)
  end
end
