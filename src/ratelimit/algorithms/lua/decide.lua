-- Last part of the script: decides checks in their order, each seeing what those before it took. A check's `free`
-- buckets are charged all or none: none where any of its buckets refuses. Its `consume` buckets are charged always.
-- Every bucket is read once and written once, however many checks use it; leases are written as they are decided.
--
-- KEYS     the buckets, each once, in the order in which the checks ask for them; all in one hash slot
-- ARGV[3]  how many shapes follow. A shape is what buckets may have in common: the algorithm (1 fixed_window, 2 quota,
--          3 sliding_window, 4 token_bucket, 5 concurrency); flags (1 consume, 2 shadow mode, 4 dry run); the limit, or
--          the burst; hits (0: only look, negative: give back); for hits to give back the time that they were charged at
--          where that is known, else ''; then what the algorithm needs (see its part)
-- ARGV     after the shapes, for each bucket of each check: the number of its shape, plus 2^20 times its place among the
--          keys where it is one that was asked before; negative where it is the last of its check
-- returns  a MessagePack list: the time; then for each bucket, flat: its hits (of a token bucket: units) after the check,
--          and the milliseconds to wait (see bucket.ts), negative where it is over

local KINDS = { window, window, sliding_window, token_bucket, concurrency }
local READ = { read_fixed_window, read_quota, read_sliding_window, read_token_bucket, read_concurrency }

local function read_shape(at)
  local number, flags, hits = tonumber(ARGV[at]), tonumber(ARGV[at + 1]), tonumber(ARGV[at + 3])
  local shape = { kind = KINDS[number], unit = 1, since = tonumber(ARGV[at + 4]) }
  shape.consume, shape.shadow, shape.dry = flags % 2 == 1, flags % 4 > 1, flags > 3
  local next_at = READ[number](shape, at + 5)
  shape.capacity = tonumber(ARGV[at + 2]) * shape.unit
  shape.units = hits * shape.unit
  -- What must fit: for 0 hits one hit, of a `consume` bucket none; hits to give back always fit.
  shape.need = shape.units
  if hits == 0 and not shape.consume then shape.need = shape.unit end
  if hits < 0 then shape.need = -math.huge end
  return shape, next_at
end

local at = 4
local shapes = {}
for i = 1, tonumber(ARGV[3]) do
  shapes[i], at = read_shape(at)
end

-- What all kinds but leases keep is a string. One command for many is a third cheaper than one for each; more values than
-- this at once do not fit Lua's stack.
local MOST_AT_ONCE = 1000
local stored = #KEYS > 0 and #KEYS <= MOST_AT_ONCE and call('MGET', unpack(KEYS))

local loaded, touched = {}, 0

local function load(shape)
  touched = touched + 1
  local key = KEYS[touched]
  local value = nil
  if stored then
    value = stored[touched]
  elseif shape.kind ~= concurrency then
    value = call('GET', key)
  end
  local bucket = shape.kind.load(key, shape, value)
  loaded[touched] = bucket
  return bucket
end

local function charge(bucket, shape, units, lease)
  if lease then
    shape.kind.acquire(bucket, shape, lease)
  elseif shape.kind.charge then
    shape.kind.charge(bucket, units)
  else
    bucket.used = bucket.used + units
  end
end

local function give_back(bucket, shape, lease)
  if lease then
    shape.kind.release(bucket, lease)
  elseif shape.kind.give_back then
    shape.kind.give_back(bucket, -shape.units, shape.since)
  elseif not (shape.since and bucket.starts and shape.since < bucket.starts) then
    bucket.used = max(bucket.used + shape.units, 0)
  end
end

local answer, out = { now }, 1
local PLACE = 2 ^ 20
local arguments = #ARGV
-- Of the check that is being decided, by its buckets' places.
local buckets, asked, leases, taken, overs, counts = {}, {}, {}, {}, {}, {}

while at <= arguments do
  local size, refused, last = 0, false, false
  repeat
    local number = tonumber(ARGV[at])
    at = at + 1
    if number < 0 then number, last = -number, true end
    size = size + 1
    local shape, bucket
    if number < PLACE then
      shape = shapes[number]
      bucket = load(shape)
    else
      shape = shapes[number % PLACE]
      bucket = loaded[floor(number / PLACE)]
    end
    local units, need, lease = shape.units, shape.need, nil
    if shape.kind == concurrency then
      lease = ARGV[at]
      at = at + 1
      if units > 0 then
        units = concurrency.places(bucket, lease)
        -- Who has a place already keeps it.
        need = units == 0 and -math.huge or 1
      elseif units == 0 then
        need = 1
      end
    end
    local over = bucket.used + bucket.taken + need > shape.capacity
    counts[size] = nil
    if units < 0 then
      if not shape.dry then give_back(bucket, shape, lease) end
    elseif shape.consume and not shape.dry and not lease then
      if units > 0 then charge(bucket, shape, units) end
      counts[size] = bucket.used
    elseif not over or (shape.consume and not lease) then
      bucket.taken = bucket.taken + units
      if lease and units > 0 then bucket.pending[lease] = true end
    end
    if over and not shape.shadow then refused = true end
    buckets[size], asked[size], leases[size], taken[size], overs[size] = bucket, shape, lease, units, over
  until last

  for i = 1, size do
    local bucket, shape = buckets[i], asked[i]
    if not refused and not overs[i] and not shape.dry and shape.units > 0 and (leases[i] or not shape.consume) then
      charge(bucket, shape, taken[i], leases[i])
    end
    bucket.taken = 0
    if leases[i] then bucket.pending = {} end
  end

  for i = 1, size do
    local bucket, over = buckets[i], overs[i]
    local wait = bucket.kind.wait(bucket, asked[i], over)
    answer[out + 1] = counts[i] or bucket.used
    answer[out + 2] = over and -max(wait, 1) or wait
    out = out + 2
  end
end

for i = 1, touched do
  local bucket = loaded[i]
  bucket.kind.save(bucket)
end

return cmsgpack.pack(answer)
