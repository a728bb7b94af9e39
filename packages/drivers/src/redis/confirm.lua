-- The store holds the budgets of this move: forget it, and let those of its entries go that are idle from now on.
--
-- KEYS[1] the move in transit   ARGV its id, ms that an idle entry is kept
local call = redis.call
local standing = call('GET', KEYS[1])
local move = standing and cmsgpack.unpack(standing).move
if not move or move[1] ~= ARGV[1] then return 0 end
call('DEL', KEYS[1])
local names = {}
for place = 2, #move, 2 do
  names[#names + 1] = move[place]
end
if #names == 0 then return 1 end
local entries = call('MGET', unpack(names))
for place, name in ipairs(names) do
  -- An entry that is listed again has changed since: it stays until its next move.
  local entry = entries[place]
  if entry and string.byte(entry) == 0 then call('PEXPIRE', name, ARGV[2]) end
end
return 1
