-- What is to be delivered next, beside the counts that the caller has itself.
--
-- KEYS[1] list of subjects whose budgets the store has not   KEYS[2] the move of budgets in transit   KEYS[3] set of pages
-- ARGV    what for: 'budgets' or 'page'; id for a new move, the caller, subjects that a move may have, ms after which a silent process counts as dead,
--         the time (0: the server's)
--
-- Answers {id, name, entry, name, entry, …} for budgets, {name} for a page that a dead process left, or nothing.
-- A move stays, under its id, until it is confirmed. Only then the next one is cut, so budgets reach the store in their order.
local call = redis.call
local due, transit, pages = KEYS[1], KEYS[2], KEYS[3]
local wanted, id, caller, max_subjects, silent_ms, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- A write in any case, and one that needs no memory: a replica refuses here, and a full server delivers all the same.
call('ZREM', pages, '')

local function cut()
  local names = call('LPOP', due, max_subjects)
  if not names then return nil end
  local entries = call('MGET', unpack(names))
  local move, sets = { id }, {}
  for place, name in ipairs(names) do
    local entry = entries[place]
    if entry then
      move[#move + 1] = name
      move[#move + 1] = entry
      -- No longer listed, and still without expiry: that comes with the confirmation.
      sets[#sets + 1] = name
      sets[#sets + 1] = '\0' .. string.sub(entry, 2)
    end
  end
  if #sets > 0 then call('MSET', unpack(sets)) end
  return move
end

if wanted == 'page' then
  local left = call('ZRANGEBYSCORE', pages, '-inf', now - silent_ms, 'LIMIT', 0, 1)
  if not left[1] then return false end
  call('ZADD', pages, now, left[1])
  return { left[1] }
end

local standing = call('GET', transit)
local held = standing and cmsgpack.unpack(standing)
if not held then
  local move = cut()
  held = move and { caller = caller, move = move }
elseif held.caller ~= caller and now - held.at < silent_ms then
  held = nil
end
if held then
  held.caller, held.at = caller, now
  call('SET', transit, cmsgpack.pack(held))
  return held.move
end
return false
