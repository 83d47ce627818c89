-- Windows as decide.lua counts them, whatever else a check asks for; window-shape.lua says what their keys hold.
--
-- returns  nothing: functions for decide.lua

local window = {}

-- Of each bucket, whether it counts the next window.
local is_ahead = {}

-- What is stored becomes the hits of this window, or false.
function window.load(i, shape)
  local count = tonumber(stored[i])
  stored[i] = false
  if count then
    local hits = count - shape.empty
    if hits < 0 or hits >= HITS then
      -- The next window was begun before the clock stepped back (time correction, fail-over to another Redis); leaving
      -- it would admit its hits twice.
      hits = count - shape.next_empty
      if hits < 0 or hits >= HITS then return 0 end
      is_ahead[i] = true
    end
    stored[i] = hits
    return hits
  end
  return 0
end

function window.give_back(i, shape)
  local starts = is_ahead[i] and opened[i].ends or opened[i].starts
  if shape.since and shape.since < starts then return end
  used[i] = max(used[i] + shape.units, 0)
end

function window.wait(i)
  local shape = opened[i]
  return (is_ahead[i] and shape.next_ends or shape.ends) - now
end

function window.save(i)
  local hits, had = used[i], stored[i]
  if hits > MOST_HITS then hits = MOST_HITS end
  if had then
    hits = hits - had
    if hits ~= 0 then call('INCRBY', keys[i], hits == 1 and '1' or format('%d', hits)) end
  elseif hits > 0 then
    begin(i, opened[i], hits)
  end
end

KINDS[1], KINDS[2] = window, window
