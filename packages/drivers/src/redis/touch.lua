-- The process that counts on the pages in ARGV[2…] is alive.   KEYS[1] set of pages   ARGV[1] the time (0: the server's)
local now = tonumber(ARGV[1])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end
-- A write in any case, so that the heartbeat fails on a replica.
redis.call('ZREM', KEYS[1], '')
for place = 2, #ARGV do
  redis.call('ZADD', KEYS[1], 'XX', now, ARGV[place])
end
return 1
