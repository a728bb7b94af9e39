-- One batch of spends, in order, as the port `Ledger` promises; the arithmetic is that of core's `rules/token-bucket.ts` and `rules/month.ts`.
--
-- KEYS[1]  the page that counts this batch   KEYS[2] set of pages   KEYS[3] list of subjects whose budgets the store has not yet
-- KEYS[4…] the entries of the batch's keys and tenants, each once. An entry's lease is beside it, under its name and "#".
-- ARGV[1]  the requests, packed by `spend-batch.ts`   ARGV[2] what to count, a line a request, for `left-page.ts`; '': no copy
--
-- An entry is one string, read anew for each request: most are there once in a batch, and a table for each costs more than it spares.
-- "Listed" entries, whose first byte is 1, have no expiry: their budgets have yet to reach the store (`take.lua`, `confirm.lua`).
-- Numbers are little-endian, as all servers are that Keywright connects to; to say so in each format would cost a third more.
local ENTRY = 'BdI4I4dHd'
local REQUEST = 'BBBBBdd'
local TERMS = 'dI4I4I4I4I4'
-- The month and what was used of its quota are only told where there is one.
local DONE, DONE_WITH_QUOTA = 'BBI4I4I4I4', 'BBI4I4I4I4Hd'
local INSTALLATION = 'Bc0Bc0I4I4dHdI4I4dHd'
-- Texts: to make one of a number costs more than to look it up.
local OUTCOMES = { [0] = '0', '1', '2' }
local ENTRY_TTL_MS, LEASE_TTL_MS = 3600000, 30000
local MAX_EXACT = 9007199254740991
local call, pack, unpack_from, floor, byte = redis.call, struct.pack, struct.unpack, math.floor, string.byte
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

-- A bucket brought to the present: its tokens and its fraction. A clock that stepped back adds nothing. `at` is below 0 where there has been no bucket.
local function refill(tokens, fraction, at, limit, window_ms)
  local elapsed = at < 0 and window_ms or now - at
  if elapsed <= 0 then
    if tokens > limit then return limit, 0 end
    return tokens, fraction
  end
  if elapsed < window_ms then
    local gained, parts = multiply_divide(elapsed, limit, window_ms)
    if fraction < window_ms then parts = parts + fraction end
    if parts >= window_ms then gained, parts = gained + 1, parts - window_ms end
    tokens = tokens + gained
    if tokens < limit then return tokens, parts end
  end
  return limit, 0
end

-- Entries by their place among KEYS[4…], as they are now, and as they were: false where there is none. What has changed is written at the end.
local texts = call('MGET', unpack(KEYS, 4))
local were, listings = { unpack(texts) }, {}

local function install(place, lease, text)
  if texts[place] or lease == '' then return end
  local name = KEYS[place + 3] .. '#'
  if call('GET', name) ~= lease then return end
  guard()
  call('DEL', name)
  texts[place] = text
end

-- One lease a subject; several readers may share one, for it falls with the first change.
local function lease_of(place, serial)
  if place == 0 or texts[place] then return '' end
  local name = KEYS[place + 3] .. '#'
  local lease = call('GET', name)
  if not lease then
    lease = seed .. serial
    call('SET', name, lease, 'PX', LEASE_TTL_MS)
  end
  return lease
end

-- What became of each request, for the page: '-' was not counted, '0' as decided, '1' RATE_LIMITED, '2' QUOTA_EXCEEDED.
local outcomes = { unpack(KEYS, 1, requests) }
local is_counted = false

-- What a request costs, and of which budgets: said anew only where it is not what the request before had.
local quota, cost, key_limit, key_window_ms, pool_limit, pool_window_ms

local function spend(number, at)
  local kind, has_terms, key_place, tenant_place, behind, key_known, tenant_known
  kind, has_terms, key_place, tenant_place, behind, key_known, tenant_known, at = unpack_from(REQUEST, batch, at)
  -- Most are VALID so far, are to be charged, and bring nothing: 0.
  local is_refused, dry_run, installs = kind % 2 == 1, kind % 4 > 1, kind > 3
  if has_terms == 1 then
    quota, cost, key_limit, key_window_ms, pool_limit, pool_window_ms, at = unpack_from(TERMS, batch, at)
    key_window_ms, pool_window_ms = key_window_ms * 1000, pool_window_ms * 1000
  end
  local has_tenant = tenant_place > 0
  if installs then
    local key_lease, tenant_lease, kt, kf, ka, km, ku, tt, tf, ta, tm, tu
    key_lease, tenant_lease, kt, kf, ka, km, ku, tt, tf, ta, tm, tu, at = unpack_from(INSTALLATION, batch, at)
    install(key_place, key_lease, pack(ENTRY, 0, key_known, kt, kf, ka, km, ku))
    if has_tenant then install(tenant_place, tenant_lease, pack(ENTRY, 0, tenant_known, tt, tf, ta, tm, tu)) end
  end

  outcomes[number] = '-'
  -- One that stands behind an earlier request is looked at only where that one was counted as VALID.
  if behind > 0 and outcomes[behind] ~= '0' then return '\3', at end
  if not texts[key_place] or (has_tenant and not texts[tenant_place]) then
    local key_lease, tenant_lease = lease_of(key_place, number .. 'k'), lease_of(tenant_place, number .. 't')
    return pack('BBc0Bc0', 0, #key_lease, key_lease, #tenant_lease, tenant_lease), at
  end
  local listed, revision, tokens, fraction, bucket_at, month, used = unpack_from(ENTRY, texts[key_place])
  local pool_listed, pool_revision, pool_tokens, pool_fraction, pool_at, pool_month, pool_used = 0, 0, 0, 0, -1, 0, 0
  if has_tenant then
    pool_listed, pool_revision, pool_tokens, pool_fraction, pool_at, pool_month, pool_used = unpack_from(ENTRY, texts[tenant_place])
  end
  -- A newer revision of the caller's is adopted: it came from the store.
  if key_known > revision then
    revision = key_known
    texts[key_place] = pack(ENTRY, listed, revision, tokens, fraction, bucket_at, month, used)
  end
  if key_known < revision then return '\1', at end
  if tenant_known > pool_revision then
    pool_revision = tenant_known
    texts[tenant_place] = pack(ENTRY, pool_listed, pool_revision, pool_tokens, pool_fraction, pool_at, pool_month, pool_used)
  end
  if tenant_known < pool_revision then return '\1', at end

  -- Every gate is looked at before anything is taken.
  local has_bucket, has_pool, has_quota = key_limit > 0, has_tenant and pool_limit > 0, quota >= 0
  if has_bucket then
    tokens, fraction = refill(tokens, fraction, bucket_at, key_limit, key_window_ms)
    bucket_at = now
  end
  if has_pool then
    pool_tokens, pool_fraction = refill(pool_tokens, pool_fraction, pool_at, pool_limit, pool_window_ms)
    pool_at = now
  end
  -- A clock that stepped back over the turn of a month does not hand out that month's quota again.
  if has_quota and month < this_month() then month, used = this_month(), 0 end
  local refusal, takes = 0, false
  if not is_refused then
    if (has_bucket and tokens < cost) or (has_pool and pool_tokens < cost) then
      refusal = 1
    elseif has_quota and used + cost > quota then
      refusal = 2
    else
      takes = not dry_run
    end
  end
  if takes then
    -- Its budget changes: from now on the entry stays until the store has it.
    if has_bucket then tokens = tokens - cost end
    if has_quota then used = used + cost end
    if (has_bucket or has_quota) and listed == 0 then
      listed = 1
      listings[#listings + 1] = KEYS[key_place + 3]
    end
    if has_pool then
      pool_tokens = pool_tokens - cost
      if pool_listed == 0 then
        pool_listed = 1
        listings[#listings + 1] = KEYS[tenant_place + 3]
      end
    end
  end
  if not dry_run then
    if has_bucket or has_quota then texts[key_place] = pack(ENTRY, listed, revision, tokens, fraction, bucket_at, month, used) end
    if has_pool then texts[tenant_place] = pack(ENTRY, pool_listed, pool_revision, pool_tokens, pool_fraction, pool_at, pool_month, pool_used) end
    outcomes[number] = OUTCOMES[refusal]
    is_counted = true
  end
  return pack(has_quota and DONE_WITH_QUOTA or DONE, 2, refusal, tokens, fraction, pool_tokens, pool_fraction, month, used), at
end

local function write_entries()
  -- As long as it will be, nearly: to lengthen it again and again costs more.
  local sets, count = { unpack(KEYS) }, 0
  for place = 1, #texts do
    local name, text = KEYS[place + 3], texts[place]
    if text ~= were[place] then
      if byte(text) == 1 then
        sets[count + 1], sets[count + 2] = name, text
        count = count + 2
      elseif not were[place] then
        call('SET', name, text, 'PX', ENTRY_TTL_MS)
      else
        -- Either the store has it, and it may go when its time is up, or it is on its way there and has no expiry yet.
        call('SET', name, text, 'KEEPTTL')
      end
    end
  end
  if count > 0 then call('MSET', unpack(sets, 1, count)) end
  if #listings > 0 then call('RPUSH', KEYS[3], unpack(listings)) end
end

local answers = { pack('d', now), unpack(KEYS, 1, requests) }
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
