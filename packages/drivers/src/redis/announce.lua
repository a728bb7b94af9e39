-- The entries named by KEYS have committed the revisions in ARGV to the store: no lease from before installs anything, no older revision is current.
for place, name in ipairs(KEYS) do
  redis.call('DEL', name .. '#')
  local standing = redis.call('GETRANGE', name, 1, 8)
  local revision = tonumber(ARGV[place])
  -- SETRANGE leaves the expiry as it is.
  if #standing == 8 and struct.unpack('d', standing) < revision then redis.call('SETRANGE', name, 1, struct.pack('d', revision)) end
end
return #KEYS
