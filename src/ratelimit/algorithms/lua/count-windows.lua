-- Last part of a script of its own, for windows that are charged whatever is decided: nothing has to be read before it is
-- written, nor to be decided here. It takes Redis half of what decide.lua takes for the same.
--
-- KEYS     the buckets, each once
-- told[3]  how many algorithms follow: of each its number (1 fixed_window, 2 quota), and what it needs
-- told     after the algorithms, for each bucket: the place of its algorithm, from 0, plus the number of algorithms times
--          its hits, which are at least 1
-- returns  a MessagePack list: the time; for each algorithm the milliseconds until its window ends, and until the one after
--          it does; then for each bucket the hits that it holds, negative where they are those of the window after

local windows = told[3]
local shapes, answer, out = {}, { now }, 1
local at = 4
for place = 0, windows - 1 do
  local shape = {}
  at = READ[told[at]](shape, at + 1)
  shapes[place] = shape
  answer[out + 1], answer[out + 2] = shape.ends - now, shape.next_ends - now
  out = out + 2
end

-- What else a bucket may hold than hits of this window, to which these came.
local function count_anew(i, shape, hits, stored)
  local counted = stored - shape.empty
  if counted > hits and counted < HITS then
    call('INCRBY', keys[i], format('%d', MOST_HITS - counted))
    return MOST_HITS
  end
  -- The next window was begun before the clock stepped back (time correction, fail-over to another Redis); leaving it would
  -- admit its hits twice.
  local ahead = stored - shape.next_empty
  if ahead > hits and ahead < HITS then return -ahead end
  begin(i, shape, hits)
  return hits
end

for i = 1, #keys do
  local number = told[at]
  at = at + 1
  local place = number % windows
  local shape, hits = shapes[place], (number - place) / windows
  local stored = call('INCRBY', keys[i], hits == 1 and '1' or format('%d', hits))
  local counted = stored - shape.empty
  -- A bucket that holds no more than what was just added had nothing, and so does not expire yet.
  if counted <= hits or counted > MOST_HITS then counted = count_anew(i, shape, hits, stored) end
  answer[out + i] = counted
end

return cmsgpack.pack(answer)
