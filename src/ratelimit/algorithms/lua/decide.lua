-- Last part of the script: decides checks in their order, each seeing what those before it took. A check's `free`
-- buckets are charged all or none: none where any of its buckets refuses. Its `consume` buckets are charged always.
-- Every bucket is read once and written once, however many checks use it; leases are written as they are decided.
--
-- KEYS     the buckets, each once, in the order in which the checks ask for them; all in one hash slot
-- told[3]  how many shapes follow. A shape is what buckets may have in common: the algorithm (1 fixed_window, 2 quota,
--          3 sliding_window, 4 token_bucket, 5 concurrency); flags (1 consume, 2 shadow mode, 4 dry run); the limit, or
--          the burst; hits (0: only look, negative: give back); for hits to give back the time that they were charged at
--          where that is known, else ''; then what the algorithm needs (see its part)
-- told     after the shapes, for each bucket of each check: the number of its shape, plus 2^20 times its place among the
--          keys where it is one that was asked before; negative where it is the last of its check
-- returns  a MessagePack list: the time; then for each bucket, flat: its hits (of a token bucket: units) after the check,
--          and the milliseconds to wait (see bucket.ts), negative where it is over

local function read_shape(at)
  local number, flags, hits = told[at], told[at + 1], told[at + 3]
  local kind = KINDS[number]
  local shape = {
    kind = kind, load = kind.load, unit = 1, since = tonumber(told[at + 4]),
    consume = flags % 2 == 1, shadow = flags % 4 > 1, dry = flags > 3,
  }
  local next_at = READ[number](shape, at + 5)
  shape.capacity = told[at + 2] * shape.unit
  shape.units = hits * shape.unit
  -- What must fit: for 0 hits one hit, of a `consume` bucket none; hits to give back always fit.
  shape.need = shape.units
  if hits == 0 and not shape.consume then shape.need = shape.unit end
  if hits < 0 then shape.need = -math.huge end
  -- Whatever the check's other buckets say, it is charged, and how long to wait does not depend on what they take.
  shape.settled = kind == window and shape.consume and not shape.dry and hits >= 0
  return shape, next_at
end

local at = 4
local shapes = {}
for i = 1, told[3] do
  shapes[i], at = read_shape(at)
end

local function charge(i, shape, units, lease)
  if lease then
    shape.kind.acquire(i, shape, lease)
  elseif shape.kind.charge then
    shape.kind.charge(i, units)
  else
    used[i] = used[i] + units
  end
end

local function give_back(i, shape, lease)
  if lease then
    shape.kind.release(i, lease)
  else
    shape.kind.give_back(i, shape)
  end
end

local last_told = #told
local answer, out = { now }, 1
local PLACE = 2 ^ 20
-- Of each bucket: the units that the check being decided will take where it passes.
local taken, touched = {}, 0
-- Of the check being decided: its buckets that are not settled at once, and where their answers go.
local buckets, asked, leases, wanted, overs, counts, outs = {}, {}, {}, {}, {}, {}, {}

while at <= last_told do
  local size, refused, last = 0, false, false
  repeat
    local number = told[at]
    at = at + 1
    if number < 0 then number, last = -number, true end
    local shape, i
    if number < PLACE then
      touched = touched + 1
      i, shape = touched, shapes[number]
      opened[i] = shape
      used[i] = shape.load(i, shape)
    else
      i, shape = floor(number / PLACE), shapes[number % PLACE]
    end
    local over
    if shape.settled then
      local hits = used[i] + shape.units
      used[i] = hits
      over = hits + (taken[i] or 0) > shape.capacity
      local wait = is_ahead[i] and window.wait(i) or shape.ends - now
      answer[out + 1], answer[out + 2] = hits, over and -max(wait, 1) or wait
    else
      local units, need, lease = shape.units, shape.need, nil
      if shape.lease_ms then
        lease = told[at]
        at = at + 1
        if units > 0 then
          units = shape.kind.places(i, lease)
          -- Who has a place already keeps it.
          need = units == 0 and -math.huge or 1
        elseif units == 0 then
          need = 1
        end
      end
      size = size + 1
      over = used[i] + (taken[i] or 0) + need > shape.capacity
      counts[size] = nil
      if units < 0 then
        if not shape.dry then give_back(i, shape, lease) end
      elseif shape.consume and not shape.dry and not lease then
        if units > 0 then charge(i, shape, units) end
        counts[size] = used[i]
      elseif not over or (shape.consume and not lease) then
        taken[i] = (taken[i] or 0) + units
        if lease and units > 0 then shape.kind.expect(i, lease) end
      end
      buckets[size], asked[size], leases[size], wanted[size], overs[size] = i, shape, lease, units, over
      outs[size] = out
    end
    if over and not shape.shadow then refused = true end
    out = out + 2
  until last

  for n = 1, size do
    local i, shape = buckets[n], asked[n]
    if not refused and not overs[n] and not shape.dry and shape.units > 0 and (leases[n] or not shape.consume) then
      charge(i, shape, wanted[n], leases[n])
    end
    taken[i] = nil
    if leases[n] then shape.kind.expect_none(i) end
  end

  for n = 1, size do
    local i, over = buckets[n], overs[n]
    local wait = opened[i].kind.wait(i, asked[n], over)
    answer[outs[n] + 1] = counts[n] or used[i]
    answer[outs[n] + 2] = over and -max(wait, 1) or wait
  end
end

for i = 1, touched do
  opened[i].kind.save(i)
end

return cmsgpack.pack(answer)
