-- Leases: places that are held until they are let go or run out.
--
-- KEYS     a bucket's key holds a sorted set: name of the lease -> when it runs out in milliseconds since the Unix epoch;
--          it expires when the last one has run out
-- ARGV     of a concurrency: how long a lease lasts in milliseconds; after each bucket's shape: the name of its lease
-- returns  nothing: functions for decide.lua

local concurrency = { has_lease = true }

local function read_concurrency(shape, at)
  shape.lease_ms = tonumber(ARGV[at])
  return at + 1
end

function concurrency.load(key)
  local used = call('ZCOUNT', key, '(' .. now, '+inf')
  return { key = key, kind = concurrency, taken = 0, used = used, pending = {} }
end

local function is_held(bucket, lease)
  local runs_out = call('ZSCORE', bucket.key, lease)
  return runs_out and tonumber(runs_out) > now
end

-- How many places a lease takes in its bucket: 1, or 0 where it has one already or will have it by this check.
function concurrency.places(bucket, lease)
  return (bucket.pending[lease] or is_held(bucket, lease)) and 0 or 1
end

function concurrency.acquire(bucket, shape, lease)
  local key = bucket.key
  call('ZREMRANGEBYSCORE', key, '-inf', now)
  bucket.used = bucket.used + call('ZADD', key, now + shape.lease_ms, lease)
  local last = call('ZRANGE', key, -1, -1, 'WITHSCORES')
  call('PEXPIREAT', key, last[2])
end

function concurrency.release(bucket, lease)
  if is_held(bucket, lease) then bucket.used = bucket.used - 1 end
  call('ZREM', bucket.key, lease)
end

function concurrency.wait(bucket, shape, over)
  local end_of = over and call('ZRANGEBYSCORE', bucket.key, '(' .. now, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    or call('ZREVRANGEBYSCORE', bucket.key, '+inf', '(' .. now, 'WITHSCORES', 'LIMIT', 0, 1)
  if end_of[2] then return tonumber(end_of[2]) - now end
  return over and shape.lease_ms or 0
end

function concurrency.save() end
