-- The ledger has been told all changes that the store had at the time ARGV[1].   KEYS[1] the mark
local standing = redis.call('GET', KEYS[1])
if standing and tonumber(standing) >= tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1
