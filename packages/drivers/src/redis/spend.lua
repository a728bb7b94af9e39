-- One batch of spends, in order, as the port `Ledger` promises; the arithmetic is that of core's `rules/token-bucket.ts` and `rules/month.ts`.
--
-- KEYS[1] list of subjects whose budgets the store has not yet   KEYS[2] set of pages   KEYS[3] the page that counts this batch
-- KEYS[4…] the entries of the batch's keys and tenants, each once. An entry's lease is beside it, under its name and "#".
-- ARGV[1]  the requests, packed by `spend-batch.ts`
--
-- An entry is one string: listed, revision, bucket (tokens, fraction, at; at < 0: none), quota (month, used; month 0: none).
-- "Listed" entries have no expiry: their budgets have yet to reach the store (see `take.lua` and `confirm.lua`).
local ENTRY = '<BdI4I4dHd'
local ENTRY_TTL_MS, LEASE_TTL_MS = 3600000, 30000
local MAX_EXACT = 9007199254740991
local call, pack, unpack_from, floor, fmod = redis.call, struct.pack, struct.unpack, math.floor, math.fmod
local due, pages, page = KEYS[1], KEYS[2], KEYS[3]
local batch = ARGV[1]

-- Changes nothing, but is a write that may need memory: a replica, a primary short of replicas or of memory refuses the batch here, whole.
call('SETRANGE', due .. '#', 0, '')

local requests, now, seed, at = unpack_from('<HdBc0', batch, 1)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Months since year 0 (UTC): civil-from-days of H. Hinnant.
local function month_of(ms)
  local days = floor(ms / 86400000) + 719468
  local era = floor(days / 146097)
  local day_of_era = days - era * 146097
  local year_of_era = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524) - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
  local shifted = floor((5 * day_of_year + 2) / 153)
  local month = shifted < 10 and shifted + 2 or shifted - 10
  return (year_of_era + era * 400 + (month <= 1 and 1 or 0)) * 12 + month
end

local month, hour = month_of(now), string.format('%d', floor(now / 3600000))

-- floor(a * b / c) and the remainder, exact for a, b, c below 2^32.
local function multiply_divide(a, b, c)
  local product = a * b
  if product <= MAX_EXACT then return floor(product / c), fmod(product, c) end
  local wholes = floor(b / c)
  local rest = b - wholes * c
  local high = floor(a / 65536) * rest
  local shifted = fmod(high, c) * 65536 + fmod(a, 65536) * rest
  return a * wholes + floor(high / c) * 65536 + floor(shifted / c), fmod(shifted, c)
end

-- Brings a bucket to the present. A clock that stepped back adds nothing.
local function refill(entry, limit, window_ms)
  local elapsed = entry.at < 0 and window_ms or now - entry.at
  if elapsed <= 0 then
    if entry.tokens > limit then entry.tokens, entry.fraction = limit, 0 end
    return
  end
  if elapsed < window_ms then
    local gained, remainder = multiply_divide(elapsed, limit, window_ms)
    local parts = (entry.fraction < window_ms and entry.fraction or 0) + remainder
    local carried = parts >= window_ms and 1 or 0
    local tokens = entry.tokens + gained + carried
    if tokens < limit then
      entry.tokens, entry.fraction, entry.at = tokens, parts - carried * window_ms, now
      return
    end
  end
  entry.tokens, entry.fraction, entry.at = limit, 0, now
end

-- Entries by their place in KEYS: a table, or false where there is none.
local texts = call('MGET', unpack(KEYS, 4))
local entries, touched, listings = {}, {}, {}

local function load(place)
  local entry = entries[place]
  if entry == nil then
    local text = texts[place]
    entry = false
    if text then
      entry = {}
      entry.listed, entry.revision, entry.tokens, entry.fraction, entry.at, entry.month, entry.used = unpack_from(ENTRY, text)
    end
    entries[place] = entry
  end
  return entry
end

-- The entry will be written at the end.
local function touch(entry, place)
  if not entry.touched then
    entry.touched = true
    touched[#touched + 1] = place
  end
end

-- The entry's budget has changed: from now on it stays until the store has it.
local function list(entry, place)
  if entry.listed == 0 then
    entry.listed = 1
    listings[#listings + 1] = KEYS[place + 3]
  end
end

local function install(place, revision, lease, bucket, quota)
  if load(place) or lease == '' then return end
  local name = KEYS[place + 3] .. '#'
  if call('GET', name) ~= lease then return end
  call('DEL', name)
  local entry = { fresh = true, listed = 0, revision = revision, tokens = bucket[1], fraction = bucket[2], at = bucket[3], month = quota[1], used = quota[2] }
  entries[place] = entry
  touch(entry, place)
end

-- One lease a subject; several readers may share one, for it falls with the first change.
local function lease_of(place, serial)
  if place == 0 or load(place) then return '' end
  local name = KEYS[place + 3] .. '#'
  local lease = call('GET', name)
  if not lease then
    lease = seed .. serial
    call('SET', name, lease, 'PX', LEASE_TTL_MS)
  end
  return lease
end

-- A newer revision of the caller's is adopted: it came from the store.
local function is_current(entry, revision, place)
  if revision > entry.revision then
    entry.revision = revision
    touch(entry, place)
  end
  return revision == entry.revision
end

-- What is counted: fields of the page in order of appearance, and how often each.
local fields, counts = {}, {}

local function count(outcome, key_place, tenant_place, label)
  local tenant = tenant_place > 0 and KEYS[tenant_place + 3] or ''
  local field = outcome .. ' ' .. hour .. ' ' .. KEYS[key_place + 3] .. ' ' .. tenant .. ' ' .. label
  local counted = counts[field]
  if not counted then
    fields[#fields + 1] = field
    counted = 0
  end
  counts[field] = counted + 1
end

-- One request: its answer, packed, and where the next one begins.
local function spend(number, at)
  local dry_run, installs, key_place, tenant_place, key_revision, tenant_revision, quota, cost, key_limit, key_window, pool_limit, pool_window, decided, label
  dry_run, installs, key_place, tenant_place, key_revision, tenant_revision, quota, cost, key_limit, key_window, pool_limit, pool_window, decided, label, at =
    unpack_from('<BBBBdddI4I4I4I4I4Bc0Hc0', batch, at)
  if installs == 1 then
    local key_lease, tenant_lease, kt, kf, ka, km, ku, tt, tf, ta, tm, tu
    key_lease, tenant_lease, kt, kf, ka, km, ku, tt, tf, ta, tm, tu, at = unpack_from('<Bc0Bc0I4I4dHdI4I4dHd', batch, at)
    install(key_place, key_revision, key_lease, { kt, kf, ka }, { km, ku })
    if tenant_place > 0 then install(tenant_place, tenant_revision, tenant_lease, { tt, tf, ta }, { tm, tu }) end
  end

  local key = load(key_place)
  local tenant = tenant_place > 0 and load(tenant_place)
  if not key or (tenant_place > 0 and not tenant) then
    local key_lease, tenant_lease = lease_of(key_place, number .. 'k'), lease_of(tenant_place, number .. 't')
    return pack('<BBc0Bc0', 0, #key_lease, key_lease, #tenant_lease, tenant_lease), at
  end
  if not is_current(key, key_revision, key_place) or (tenant and not is_current(tenant, tenant_revision, tenant_place)) then
    return pack('<B', 1), at
  end

  -- Every gate is looked at before anything is taken.
  local has_bucket, has_pool, has_quota = key_limit > 0, tenant and pool_limit > 0, quota >= 0
  if has_bucket then refill(key, key_limit, key_window * 1000) end
  if has_pool then refill(tenant, pool_limit, pool_window * 1000) end
  if has_quota and key.month ~= month then key.month, key.used = month, 0 end
  local refusal = 0
  if decided == 'VALID' then
    if (has_bucket and key.tokens < cost) or (has_pool and tenant.tokens < cost) then
      refusal = 1
    elseif has_quota and key.used + cost > quota then
      refusal = 2
    elseif dry_run == 0 then
      if has_bucket then key.tokens = key.tokens - cost end
      if has_quota then key.used = key.used + cost end
      if has_bucket or has_quota then list(key, key_place) end
      if has_pool then
        tenant.tokens = tenant.tokens - cost
        list(tenant, tenant_place)
      end
    end
  end
  if has_bucket or has_quota then touch(key, key_place) end
  if has_pool then touch(tenant, tenant_place) end
  if dry_run == 0 then
    count(refusal == 1 and 'RATE_LIMITED' or refusal == 2 and 'QUOTA_EXCEEDED' or decided, key_place, tenant_place, label)
  end
  return pack('<BBI4I4I4I4d', 2, refusal, key.tokens, key.fraction, tenant and tenant.tokens or 0, tenant and tenant.fraction or 0, key.used), at
end

local function write_entries()
  local sets = {}
  for _, place in ipairs(touched) do
    local entry, name = entries[place], KEYS[place + 3]
    local text = pack(ENTRY, entry.listed, entry.revision, entry.tokens, entry.fraction, entry.at, entry.month, entry.used)
    if entry.listed == 1 then
      sets[#sets + 1] = name
      sets[#sets + 1] = text
    elseif entry.fresh then
      call('SET', name, text, 'PX', ENTRY_TTL_MS)
    else
      -- It is either in the store, and may go when its time is up, or on its way there, and has no expiry yet.
      call('SET', name, text, 'KEEPTTL')
    end
  end
  if #sets > 0 then call('MSET', unpack(sets)) end
  if #listings > 0 then call('RPUSH', due, unpack(listings)) end
end

local function write_counts()
  if #fields == 0 then return end
  local standing = call('HMGET', page, unpack(fields))
  local sets = {}
  for i, field in ipairs(fields) do
    sets[2 * i - 1] = field
    sets[2 * i] = string.format('%d', (tonumber(standing[i] or 0)) + counts[field])
  end
  call('HSET', page, unpack(sets))
  call('ZADD', pages, now, page)
end

local answers = { pack('<d', now) }
for number = 1, requests do
  answers[number + 1], at = spend(number, at)
end
write_entries()
write_counts()
return table.concat(answers)
