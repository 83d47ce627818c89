-- Token buckets. To count without rounding, a hit is `unit` units and each millisecond frees `rate` of them, both whole
-- numbers without a common divisor.
--
-- KEYS     a bucket's key holds three little-endian doubles: the units that are used, when that was so in milliseconds
--          since the Unix epoch, and the units of a hit. It expires when all of them are free again.
-- ARGV     of a token_bucket: units of a hit, units freed in a millisecond (at least 1)
-- returns  nothing: functions for decide.lua

local token_bucket = {}

local function read_token_bucket(shape, at)
  shape.unit, shape.rate = tonumber(ARGV[at]), tonumber(ARGV[at + 1])
  return at + 2
end

function token_bucket.load(key, shape, stored)
  local used, since = 0, now
  if stored then
    local unit
    used, since, unit = struct.unpack('<ddd', stored)
    -- The limit was changed since.
    if unit ~= shape.unit then used = ceil(used / unit * shape.unit) end
    if now > since then
      used, since = max(used - (now - since) * shape.rate, 0), now
    end
  end
  return {
    key = key, kind = token_bucket, taken = 0,
    used = used, before = used, since = since, unit = shape.unit, rate = shape.rate,
  }
end

-- Beyond this whole numbers are not exact, and in the end Redis takes no such number for a time.
local MOST_UNITS = 2 ^ 53

function token_bucket.charge(bucket, units)
  bucket.used = min(bucket.used + units, MOST_UNITS)
end

function token_bucket.wait(bucket, shape, over)
  local excess = bucket.used
  if over then
    excess = bucket.used + shape.need - shape.capacity
    -- More than ever fits: a whole bucket's time.
    if shape.need > shape.capacity then excess = max(shape.capacity, shape.unit) end
  end
  return ceil(excess / shape.rate) + bucket.since - now
end

function token_bucket.save(bucket)
  if bucket.used == bucket.before then return end
  if bucket.used == 0 then
    call('DEL', bucket.key)
  else
    local ends = bucket.since + ceil(bucket.used / bucket.rate)
    call('SET', bucket.key, struct.pack('<ddd', bucket.used, bucket.since, bucket.unit), 'PXAT', ends + expiry_jitter)
  end
end
