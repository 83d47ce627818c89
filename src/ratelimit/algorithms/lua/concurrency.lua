-- Leases: places that are held until they are let go or run out.
--
-- KEYS     a bucket's key holds a sorted set: name of the lease -> when it runs out in milliseconds since the Unix epoch;
--          it expires when the last one has run out
-- told     of a concurrency: how long a lease lasts in milliseconds; after each bucket's shape: the name of its lease
-- returns  nothing: functions for decide.lua

local concurrency = {}

local function read_concurrency(shape, at)
  shape.lease_ms = told[at]
  return at + 1
end

function concurrency.load(i)
  return call('ZCOUNT', keys[i], '(' .. now, '+inf')
end

local function is_held(i, lease)
  local runs_out = call('ZSCORE', keys[i], lease)
  return runs_out and tonumber(runs_out) > now
end

-- Of each bucket: names of the leases that will be held by the check that is being decided.
local pending = {}

-- How many places a lease takes in its bucket: 1, or 0 where it has one already or will have it by this check.
function concurrency.places(i, lease)
  return (pending[i] and pending[i][lease] or is_held(i, lease)) and 0 or 1
end

function concurrency.expect(i, lease)
  local names = pending[i] or {}
  names[lease], pending[i] = true, names
end

function concurrency.expect_none(i)
  pending[i] = nil
end

function concurrency.acquire(i, shape, lease)
  local key = keys[i]
  call('ZREMRANGEBYSCORE', key, '-inf', now)
  used[i] = used[i] + call('ZADD', key, now + shape.lease_ms, lease)
  local last = call('ZRANGE', key, -1, -1, 'WITHSCORES')
  call('PEXPIREAT', key, last[2])
end

function concurrency.release(i, lease)
  if is_held(i, lease) then used[i] = used[i] - 1 end
  call('ZREM', keys[i], lease)
end

function concurrency.wait(i, shape, over)
  local end_of = over and call('ZRANGEBYSCORE', keys[i], '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    or call('ZREVRANGEBYSCORE', keys[i], '+inf', '(' .. now, 'WITHSCORES', 'LIMIT', 0, 1)
  if end_of[2] then return tonumber(end_of[2]) - now end
  return over and shape.lease_ms or 0
end

function concurrency.save() end

KINDS[5], READ[5] = concurrency, read_concurrency
