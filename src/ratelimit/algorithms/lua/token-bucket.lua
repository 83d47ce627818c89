-- Token buckets. To count without rounding, a hit is `unit` units and each millisecond frees `rate` of them, both whole
-- numbers without a common divisor.
--
-- KEYS     a bucket's key holds three little-endian doubles: the units that are used, when that was so in milliseconds
--          since the Unix epoch, and the units of a hit. It expires when all of them are free again.
-- told     of a token_bucket: units of a hit, units freed in a millisecond (at least 1)
-- returns  nothing: functions for decide.lua

local token_bucket = {}

local function read_token_bucket(shape, at)
  shape.unit, shape.rate = told[at], told[at + 1]
  return at + 2
end

-- Of each bucket: units used before this call, and when that was so.
local used_before, used_at = {}, {}

function token_bucket.load(i, shape)
  local units, since = 0, now
  if stored[i] then
    local unit
    units, since, unit = struct.unpack('<ddd', stored[i])
    -- The limit was changed since.
    if unit ~= shape.unit then units = ceil(units / unit * shape.unit) end
    if now > since then
      units, since = max(units - (now - since) * shape.rate, 0), now
    end
  end
  used_before[i], used_at[i] = units, since
  return units
end

-- Beyond this whole numbers are not exact, and in the end Redis takes no such number for a time.
local MOST_UNITS = 2 ^ 53

function token_bucket.charge(i, units)
  used[i] = min(used[i] + units, MOST_UNITS)
end

function token_bucket.give_back(i, shape)
  used[i] = max(used[i] + shape.units, 0)
end

function token_bucket.wait(i, shape, over)
  local excess = used[i]
  if over then
    excess = excess + shape.need - shape.capacity
    -- More than ever fits: a whole bucket's time.
    if shape.need > shape.capacity then excess = max(shape.capacity, shape.unit) end
  end
  return ceil(excess / shape.rate) + used_at[i] - now
end

function token_bucket.save(i)
  local units = used[i]
  if units == used_before[i] then return end
  if units == 0 then
    call('DEL', keys[i])
  else
    local shape = opened[i]
    local ends = used_at[i] + ceil(units / shape.rate)
    call('SET', keys[i], struct.pack('<ddd', units, used_at[i], shape.unit), 'PXAT', ends + expiry_jitter)
  end
end

KINDS[4], READ[4] = token_bucket, read_token_bucket
