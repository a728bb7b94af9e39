-- One batch of spends, in order, as the port `Ledger` promises; the arithmetic is that of core's `rules/token-bucket.ts` and `rules/month.ts`.
--
-- KEYS[1]  the page that counts this batch   KEYS[2] set of pages   KEYS[3] list of subjects whose budgets the store has not yet
-- KEYS[4…] the entries of the batch's keys and tenants, each once. An entry's lease is beside it, under its name and "#".
-- ARGV[1]  the requests, packed by `spend-batch.ts`   ARGV[2] what to count, a line a request, for `left-page.ts`; '': no copy
--
-- An entry is one string, an array here. "Listed" entries have no expiry: their budgets have yet to reach the store (`take.lua`, `confirm.lua`).
-- Numbers are little-endian, as all servers are that Keywright connects to; to say so in each format would cost a third more.
local ENTRY = 'BdI4I4dHd'
local LISTED, REVISION, TOKENS, FRACTION, AT, MONTH, USED = 1, 2, 3, 4, 5, 6, 7
local REQUEST = 'BBBBBBdddI4I4I4I4I4'
local INSTALLATION = 'Bc0Bc0I4I4dHdI4I4dHd'
local ENTRY_TTL_MS, LEASE_TTL_MS = 3600000, 30000
local MAX_EXACT = 9007199254740991
local call, pack, unpack_from, floor = redis.call, struct.pack, struct.unpack, math.floor
local KEYS, batch = KEYS, ARGV[1]

local requests, now, seed, at = unpack_from('HdBc0', batch, 1)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end

-- Changes nothing, but is a write that may need memory: a replica, and a primary short of replicas or of memory, refuse the batch here, whole.
local function guard()
  call('SETRANGE', KEYS[3] .. '#', 0, '')
end

-- Months since year 0 (UTC): civil-from-days of H. Hinnant.
local month_now
local function this_month()
  if month_now then return month_now end
  local days = floor(now / 86400000) + 719468
  local era = floor(days / 146097)
  local day_of_era = days - era * 146097
  local year_of_era = floor((day_of_era - floor(day_of_era / 1460) + floor(day_of_era / 36524) - floor(day_of_era / 146096)) / 365)
  local day_of_year = day_of_era - (365 * year_of_era + floor(year_of_era / 4) - floor(year_of_era / 100))
  local shifted = floor((5 * day_of_year + 2) / 153)
  local month = shifted < 10 and shifted + 2 or shifted - 10
  month_now = (year_of_era + era * 400 + (month <= 1 and 1 or 0)) * 12 + month
  return month_now
end

-- floor(a * b / c) and the remainder, exact for a, b, c below 2^32. Lua's % is exact for whole numbers below 2^53.
local function multiply_divide(a, b, c)
  local product = a * b
  if product <= MAX_EXACT then
    local remainder = product % c
    return (product - remainder) / c, remainder
  end
  local wholes = floor(b / c)
  local rest = b - wholes * c
  local high = floor(a / 65536) * rest
  local shifted = (high % c) * 65536 + (a % 65536) * rest
  return a * wholes + floor(high / c) * 65536 + floor(shifted / c), shifted % c
end

-- Brings a bucket to the present. A clock that stepped back adds nothing. AT is below 0 where there has been no bucket.
local function refill(entry, limit, window_ms)
  local elapsed = entry[AT] < 0 and window_ms or now - entry[AT]
  entry[AT] = now
  if elapsed <= 0 then
    if entry[TOKENS] > limit then entry[TOKENS], entry[FRACTION] = limit, 0 end
    return
  end
  if elapsed < window_ms then
    local gained, parts = multiply_divide(elapsed, limit, window_ms)
    if entry[FRACTION] < window_ms then parts = parts + entry[FRACTION] end
    if parts >= window_ms then gained, parts = gained + 1, parts - window_ms end
    local tokens = entry[TOKENS] + gained
    if tokens < limit then
      entry[TOKENS], entry[FRACTION] = tokens, parts
      return
    end
  end
  entry[TOKENS], entry[FRACTION] = limit, 0
end

-- Entries by their place among KEYS[4…]: an array, or false where there is none.
local texts = call('MGET', unpack(KEYS, 4))
local entries, touched, fresh, listings = {}, {}, {}, {}

local function load(place)
  local entry = entries[place]
  if entry == nil then
    local text = texts[place]
    entry = text and { unpack_from(ENTRY, text) }
    entries[place] = entry
  end
  return entry
end

-- The entry's budget has changed: from now on it stays until the store has it.
local function list(entry, place)
  entry[LISTED] = 1
  listings[#listings + 1] = KEYS[place + 3]
end

local function install(place, lease, entry)
  if load(place) or lease == '' then return end
  local name = KEYS[place + 3] .. '#'
  if call('GET', name) ~= lease then return end
  guard()
  call('DEL', name)
  entries[place], touched[place], fresh[place] = entry, entry, true
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
  if revision > entry[REVISION] then
    entry[REVISION] = revision
    touched[place] = entry
  end
  return revision == entry[REVISION]
end

-- What became of each request, for the page: '-' was not counted, '0' as decided, '1' RATE_LIMITED, '2' QUOTA_EXCEEDED.
local outcomes = {}
local is_counted = false

local function spend(number, at)
  local dry_run, installs, is_valid, key_place, tenant_place, behind, key_revision, tenant_revision, quota, cost, key_limit, key_window, pool_limit, pool_window
  dry_run, installs, is_valid, key_place, tenant_place, behind, key_revision, tenant_revision, quota, cost, key_limit, key_window, pool_limit, pool_window, at =
    unpack_from(REQUEST, batch, at)
  if installs == 1 then
    local key_lease, tenant_lease, kt, kf, ka, km, ku, tt, tf, ta, tm, tu
    key_lease, tenant_lease, kt, kf, ka, km, ku, tt, tf, ta, tm, tu, at = unpack_from(INSTALLATION, batch, at)
    install(key_place, key_lease, { 0, key_revision, kt, kf, ka, km, ku })
    if tenant_place > 0 then install(tenant_place, tenant_lease, { 0, tenant_revision, tt, tf, ta, tm, tu }) end
  end

  outcomes[number] = '-'
  -- One that stands behind an earlier request is looked at only where that one was counted as VALID.
  if behind > 0 and outcomes[behind] ~= 0 then return '\3', at end
  local key = load(key_place)
  local tenant = tenant_place > 0 and load(tenant_place)
  if not key or (tenant_place > 0 and not tenant) then
    local key_lease, tenant_lease = lease_of(key_place, number .. 'k'), lease_of(tenant_place, number .. 't')
    return pack('BBc0Bc0', 0, #key_lease, key_lease, #tenant_lease, tenant_lease), at
  end
  if not is_current(key, key_revision, key_place) or (tenant and not is_current(tenant, tenant_revision, tenant_place)) then return '\1', at end

  -- A dry run works on copies.
  if dry_run == 1 then
    key = { unpack(key, 1, 7) }
    tenant = tenant and { unpack(tenant, 1, 7) }
  end
  -- Every gate is looked at before anything is taken.
  local has_bucket, has_pool, has_quota = key_limit > 0, tenant and pool_limit > 0, quota >= 0
  if has_bucket then refill(key, key_limit, key_window * 1000) end
  if has_pool then refill(tenant, pool_limit, pool_window * 1000) end
  -- A clock that stepped back over the turn of a month does not hand out that month's quota again.
  if has_quota and key[MONTH] < this_month() then key[MONTH], key[USED] = this_month(), 0 end
  local refusal = 0
  if is_valid == 1 then
    if (has_bucket and key[TOKENS] < cost) or (has_pool and tenant[TOKENS] < cost) then
      refusal = 1
    elseif has_quota and key[USED] + cost > quota then
      refusal = 2
    elseif dry_run == 0 then
      if has_bucket then key[TOKENS] = key[TOKENS] - cost end
      if has_quota then key[USED] = key[USED] + cost end
      if (has_bucket or has_quota) and key[LISTED] == 0 then list(key, key_place) end
      if has_pool then
        tenant[TOKENS] = tenant[TOKENS] - cost
        if tenant[LISTED] == 0 then list(tenant, tenant_place) end
      end
    end
  end
  if dry_run == 0 then
    if has_bucket or has_quota then touched[key_place] = key end
    if has_pool then touched[tenant_place] = tenant end
    outcomes[number] = refusal
    is_counted = true
  end
  local pool_tokens, pool_fraction = 0, 0
  if tenant then pool_tokens, pool_fraction = tenant[TOKENS], tenant[FRACTION] end
  return pack('BBI4I4I4I4Hd', 2, refusal, key[TOKENS], key[FRACTION], pool_tokens, pool_fraction, key[MONTH], key[USED]), at
end

local function write_entries()
  local sets = {}
  for place, entry in pairs(touched) do
    local name, text = KEYS[place + 3], pack(ENTRY, unpack(entry, 1, 7))
    if entry[LISTED] == 1 then
      sets[#sets + 1] = name
      sets[#sets + 1] = text
    elseif fresh[place] then
      call('SET', name, text, 'PX', ENTRY_TTL_MS)
    else
      -- Either the store has it, and it may go when its time is up, or it is on its way there and has no expiry yet.
      call('SET', name, text, 'KEEPTTL')
    end
  end
  if #sets > 0 then call('MSET', unpack(sets)) end
  if #listings > 0 then call('RPUSH', KEYS[3], unpack(listings)) end
end

local answers = { pack('d', now) }
for number = 1, requests do
  answers[number + 1], at = spend(number, at)
end
write_entries()
if not is_counted or ARGV[2] == '' then
  guard()
elseif call('RPUSH', KEYS[1], ARGV[2], string.format('%.0f ', now) .. table.concat(outcomes)) == 2 then
  call('ZADD', KEYS[2], now, KEYS[1])
end
return table.concat(answers)
