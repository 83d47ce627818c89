-- Counts hits in fixed windows, several checks in one call. A check is all or nothing: where one of its buckets
-- has no room, none of them is charged. A check sees what the checks before it in the same call have taken.
--
-- KEYS     the buckets, in the order of the checks; all in one hash slot
-- ARGV[1]  the time in milliseconds since the Unix epoch, or '' for Redis's own clock, which all processes share
-- ARGV[2…] for each check: how many buckets it has, then for each of them
--            limit, window in milliseconds, hits (0: only look, negative: give back), shadow mode (0 or 1)
-- returns  for each bucket, flat: 1 where it has no room else 0, hits remaining, milliseconds until its window ends
--
-- A bucket is a hash: s = start of its window in milliseconds, n = hits counted. It expires when its window ends,
-- but a window that is over counts as empty also before that.

local now = tonumber(ARGV[1])
if not now then
  local time = redis.call('TIME')
  now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
end

-- Every bucket is read once and written once, however many checks use it.
local loaded = {}

local function load(key, window)
  local bucket = loaded[key]
  if bucket then return bucket end
  local start = now - now % window
  local stored = redis.call('HMGET', key, 's', 'n')
  local stored_start = tonumber(stored[1])
  bucket = { key = key, start = start, window = window, count = 0, before = 0, fresh = true }
  -- A window that starts a little later than now was begun before the clock stepped back (time correction,
  -- fail-over to another Redis); leaving it would admit its hits twice.
  if stored_start and stored_start >= start and stored_start <= start + window then
    bucket.start = stored_start
    bucket.count = tonumber(stored[2])
    bucket.before = bucket.count
    bucket.fresh = false
  end
  loaded[key] = bucket
  return bucket
end

local answer = {}
local key_at, arg_at = 0, 1

while arg_at < #ARGV do
  local size = tonumber(ARGV[arg_at + 1])
  local buckets, limits, over = {}, {}, {}
  local taken = {}
  local refused = false

  for i = 1, size do
    local base = arg_at + 1 + (i - 1) * 4
    local limit = tonumber(ARGV[base + 1])
    local bucket = load(KEYS[key_at + i], tonumber(ARGV[base + 2]))
    local hits = tonumber(ARGV[base + 3])
    local used = bucket.count + (taken[bucket] or 0)
    buckets[i], limits[i] = bucket, limit
    over[i] = (hits > 0 and used + hits > limit) or (hits == 0 and used >= limit)
    if not over[i] then
      taken[bucket] = (taken[bucket] or 0) + hits
    elseif ARGV[base + 4] ~= '1' then
      refused = true
    end
  end

  if not refused then
    for bucket, hits in pairs(taken) do
      bucket.count = math.max(bucket.count + hits, 0)
    end
  end

  for i = 1, size do
    answer[#answer + 1] = over[i] and 1 or 0
    answer[#answer + 1] = math.max(limits[i] - buckets[i].count, 0)
    answer[#answer + 1] = buckets[i].start + buckets[i].window - now
  end
  key_at = key_at + size
  arg_at = arg_at + 1 + size * 4
end

for key, bucket in pairs(loaded) do
  if bucket.count ~= bucket.before then
    redis.call('HSET', key, 's', string.format('%.0f', bucket.start), 'n', string.format('%.0f', bucket.count))
    if bucket.fresh then
      redis.call('PEXPIREAT', key, string.format('%.0f', bucket.start + bucket.window))
    end
  end
end

return answer
