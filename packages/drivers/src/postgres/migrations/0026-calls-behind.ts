import { type Kysely, sql } from "kysely";
import { advanceWhere } from "./0025-usage-lines.ts";

/**
 * A verification for a root key is two requests: the caller's, and behind it the key's, which is looked at only where the caller's is counted
 * as VALID. `ledger_spend_batch` is `ledger_spend` of `0006-known-quotas.ts` with both in one batch, and one request for all calls of a batch that
 * cannot be told apart: `p_times` says for how many it stands, `p_behind` after which one of the batch a request stands, 0 for none. Code -3 is the
 * answer to a request that was not looked at.
 *
 * `ledger_spend` stays for processes of the version before, which may run beside this one while an installation is brought up to date.
 */
const spend = sql`create function ledger_spend_batch(
  p_keys text[], p_tenants text[], p_budgets text[], p_outcomes text[], p_endpoints text[], p_ips text[],
  p_subject smallint[], p_revision bigint[], p_budget smallint[], p_limit bigint[], p_window bigint[],
  p_quota bigint[], p_cost bigint[], p_decided smallint[], p_dry boolean[], p_endpoint smallint[], p_ip smallint[],
  p_times integer[], p_behind smallint[]
) returns text language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  places tid[]; tokens bigint[]; fractions bigint[]; ats bigint[]; months integer[]; useds bigint[];
  key_revisions bigint[]; tenant_revisions bigint[]; revision bigint;
  now_ms bigint; this_month integer;
  b integer; own integer; code integer; known_month integer; known_used bigint; parts bigint; written bigint;
  dry_tokens bigint[]; dry_fractions bigint[]; dry_ats bigint[]; dry_months integer[]; dry_useds bigint[];
  counted smallint[] := '{}'; counts boolean := false;
  answer text;
begin
  -- 1: lock the budgets, in the order of their ids
  select array_agg(o.place), array_agg(o.tokens), array_agg(o.fraction), array_agg(o.at_ms), array_agg(o.month), array_agg(o.used)
    into places, tokens, fractions, ats, months, useds
    from (
      select l.*
      from (
        select u.n, s.ctid as place, s.bucket_tokens as tokens, s.bucket_fraction as fraction, s.bucket_at_ms as at_ms,
               s.quota_month as month, s.quota_used as used
        from unnest(p_budgets) with ordinality as u (id, n) join ledger_budgets s on s.subject_id = u.id
        order by s.subject_id
        for no key update of s
      ) as l
      order by l.n
    ) as o;
  if coalesce(cardinality(places), 0) < cardinality(p_budgets) then return null; end if;

  -- 2: read the revisions, in a snapshot that is younger than the locks
  key_revisions := array(select (select k.revision from api_keys k where k.id = u.id) from unnest(p_keys) as u (id));
  tenant_revisions := array(select (select t.revision from tenants t where t.id = u.id) from unnest(p_tenants) as u (id));
  now_ms := ledger_now_ms();
  answer := now_ms;

  if 0 <= any (p_quota) then
    this_month := (select extract(year from d.at) * 12 + extract(month from d.at) - 1
                   from (select to_timestamp(now_ms / 1000) at time zone 'UTC') as d (at));
    -- 3: where another ledger charged more of a quota, go on from there: in a snapshot that is younger than the locks, so that a delivery is
    -- heeded that came while this batch waited. The epoch is found by its index: where scans are off, one would be priced so that it is compiled.
    if (select e.number > 0 from epoch e where e.singleton) then
      for b, known_month, known_used in
        select mine.n, s.quota_month, s.quota_used
        from unnest(p_budgets, months, useds) with ordinality as mine (id, month, used, n) join budget_states s on s.subject_id = mine.id
        where (s.quota_month, s.quota_used) > (coalesce(mine.month, 0), coalesce(mine.used, 0))
      loop
        months[b] := known_month; useds[b] := known_used;
      end loop;
    end if;
  end if;

  -- 4: one request after the other
  for i in 1 .. cardinality(p_cost) loop
    if p_behind[i] > 0 and counted[p_behind[i]] <> 1 then
      code := -3;
    else
      code := p_decided[i];
      for g in 2 * i - 1 .. 2 * i loop
        continue when p_subject[g] = 0;
        revision := case when p_subject[g] > 0 then key_revisions[p_subject[g]] else tenant_revisions[-p_subject[g]] end;
        if revision is null then code := -2; exit; end if;
        if revision <> p_revision[g] then code := -1; end if;
      end loop;
    end if;
    if code < 0 then
      counted[i] := 0;
      answer := answer || ',' || code || ',0,0,0,0,0,0';
      continue;
    end if;

    if p_dry[i] then
      dry_tokens := tokens; dry_fractions := fractions; dry_ats := ats; dry_months := months; dry_useds := useds;
    end if;
    -- every gate is looked at before anything is taken; the arithmetic is that of core's rules/token-bucket.ts, and fits in 64 bits
    for g in 2 * i - 1 .. 2 * i loop
      continue when p_limit[g] = 0;
      b := p_budget[g];
      if ats[b] is null then
        tokens[b] := p_limit[g]; fractions[b] := 0;
      elsif ats[b] < now_ms then
        parts := least(p_limit[g] * p_window[g], tokens[b] * p_window[g] + least(now_ms - ats[b], p_window[g]) * p_limit[g]
                       + case when fractions[b] < p_window[g] then fractions[b] else 0 end);
        tokens[b] := parts / p_window[g]; fractions[b] := parts % p_window[g];
      elsif tokens[b] > p_limit[g] then
        tokens[b] := p_limit[g]; fractions[b] := 0;
      end if;
      ats[b] := now_ms;
      if code = 1 and tokens[b] < p_cost[i] then code := 2; end if;
    end loop;
    own := p_budget[2 * i - 1];
    if p_quota[i] >= 0 then
      -- a clock that stepped back over the turn of a month does not hand out that month's quota again
      if months[own] is null or months[own] < this_month then months[own] := this_month; useds[own] := 0; end if;
      if code = 1 and useds[own] + p_cost[i] > p_quota[i] then code := 3; end if;
    end if;

    if code = 1 and not p_dry[i] then
      for g in 2 * i - 1 .. 2 * i loop
        if p_limit[g] > 0 then tokens[p_budget[g]] := tokens[p_budget[g]] - p_cost[i]; end if;
      end loop;
      if p_quota[i] >= 0 then useds[own] := useds[own] + p_cost[i]; end if;
    end if;
    b := p_budget[2 * i];
    answer := answer || concat_ws(',', '', code, coalesce(tokens[own], 0), coalesce(fractions[own], 0),
                                  coalesce(tokens[b], 0), coalesce(fractions[b], 0), coalesce(months[own], 0), coalesce(useds[own], 0));
    counted[i] := case when p_dry[i] then 0 else code end;
    counts := counts or not p_dry[i];
    if p_dry[i] then
      tokens := dry_tokens; fractions := dry_fractions; ats := dry_ats; months := dry_months; useds := dry_useds;
    end if;
  end loop;
  if not counts then return answer; end if;

  -- 5: write the budgets back, and what was counted
  update ledger_budgets s
    set bucket_tokens = u.tokens, bucket_fraction = u.fraction, bucket_at_ms = u.at_ms, quota_month = u.month, quota_used = u.used
    from unnest(places, tokens, fractions, ats, months, useds) as u (place, tokens, fraction, at_ms, month, used)
    where s.ctid = u.place;
  get diagnostics written = row_count;
  if written <> cardinality(p_budgets) then raise exception 'A locked budget has moved.'; end if;
  insert into ledger_batches (at_ms, keys, tenants, outcomes, endpoints, ips, subject, endpoint, ip, codes, times)
    values (now_ms, p_keys, p_tenants, p_outcomes, p_endpoints, p_ips, p_subject, p_endpoint, p_ip, counted, p_times);
  return answer;
end $$`;

/**
 * `ledger_cut` of `0002-ledger.ts`, for requests that stand for several. It numbers requests by their place in their batch instead of sorting
 * them with all of their batch's arrays at hand, and looks for new labels and charged budgets by lines, of which there are fewer than requests.
 */
const cut = sql`create or replace function ledger_cut(p_id text, p_requests integer, p_lines integer, p_labels integer) returns void language plpgsql as $$
begin
  with ready as (
    select f.id, f.total, f.size
    from (
      select l.id, cardinality(l.codes) as size, sum(cardinality(l.codes)) over (order by l.id) as total
      from (select id, codes from ledger_batches order by id limit p_requests) as l
    ) as f
    where f.total <= p_requests or f.total = f.size
  ), taken as (
    delete from ledger_batches where id = any(array(select id from ready)) returning *
  ), requests as materialized (
    select t.keys[t.subject[2 * r.n - 1]] as key_id, t.tenants[-t.subject[2 * r.n]] as tenant_id,
           t.at_ms - t.at_ms % 3600000 as hour_ms, t.endpoints[r.endpoint] as endpoint, t.outcomes[r.code] as outcome,
           t.at_ms, t.ips[r.ip] as ip, coalesce(r.times, 1) as times, t.id * 65536 + r.n as seen
    from taken as t, unnest(t.endpoint, t.ip, t.codes, t.times) with ordinality as r (endpoint, ip, code, times, n)
    where r.code > 0
  ), told as materialized (
    select q.key_id, max(q.tenant_id) as tenant_id, q.hour_ms, q.endpoint, q.outcome, sum(q.times) as requests, min(q.seen) as seen
    from requests as q
    group by q.key_id, q.hour_ms, q.endpoint, q.outcome
  ), fresh as (
    select q.key_id, q.hour_ms, q.endpoint, row_number() over (partition by q.key_id, q.hour_ms order by min(q.seen)) as rank
    from told as q
    where q.endpoint <> 'other' and not exists (
      select from usage_hourly u where u.key_id = q.key_id and u.hour_ms = q.hour_ms and u.endpoint = q.endpoint
    )
    group by q.key_id, q.hour_ms, q.endpoint
  ), stored as (
    select k.key_id, k.hour_ms, count(distinct u.endpoint) as labels
    from (select distinct key_id, hour_ms from fresh) as k
    join usage_hourly u on u.key_id = k.key_id and u.hour_ms = k.hour_ms and u.endpoint <> 'other'
    group by k.key_id, k.hour_ms
  ), surplus as (
    select f.key_id, f.hour_ms, f.endpoint
    from fresh as f left join stored as s using (key_id, hour_ms)
    where f.rank + coalesce(s.labels, 0) > p_labels
  ), lines as (
    select q.key_id, max(q.tenant_id) as tenant_id, q.hour_ms, coalesce(x.kept, q.endpoint) as endpoint, q.outcome, sum(q.requests) as requests,
           row_number() over () as n
    from told as q
    left join (select key_id, hour_ms, endpoint, 'other' as kept from surplus) as x using (key_id, hour_ms, endpoint)
    group by 1, 3, 4, 5
  ), uses as (
    select u.*, row_number() over () as n
    from (select distinct on (key_id) key_id, at_ms, ip from requests where outcome = 'VALID' order by key_id, seen desc) as u
  ), counts_of as (
    select (n - 1) / p_lines as part, json_agg(json_build_array(key_id, tenant_id, hour_ms, endpoint, outcome, requests)) as counts
    from lines group by 1
  ), uses_of as (
    select (n - 1) / p_lines as part, json_agg(json_build_array(key_id, at_ms, ip)) as last_uses from uses group by 1
  ), charged as (
    select b.*, row_number() over () as n
    from ledger_budgets as b
    where b.subject_id in (select key_id from told where outcome = 'VALID' union select tenant_id from told where outcome = 'VALID')
  ), budgets_of as (
    select (n - 1) / p_lines as part,
           json_agg(json_build_array(subject_id, bucket_tokens, bucket_fraction, bucket_at_ms, quota_month, quota_used)) as budgets
    from charged group by 1
  )
  insert into ledger_moves (id, counts, last_uses, budgets)
    select p_id || case part when 0 then '' else '.' || part end, coalesce(counts, '[]'), coalesce(last_uses, '[]'), coalesce(budgets, '[]')
    from counts_of full join uses_of using (part) full join budgets_of using (part)
    order by part;
end $$`;

/**
 * `usage_advance` of `0025-usage-lines.ts`, with the time as if each line had its own. As one value for all lines it is looked up among what is known of the
 * table, which knows of no row of an hour that has just begun: all rows of that hour are compared with each line, 2 ms a line until somebody analyzes the table.
 */
const advance = advanceWhere(sql`u.hour_ms = p_hour + 0 * m.kind`, sql`u.day_ms = p_hour - p_hour % 86400000 + 0 * m.kind`);

export const spendCallsBehind = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    // A row that is just small enough by its values, short ones without their full heads, may be stored with them: eight bytes more than a page has.
    await sql`alter table ledger_batches set (toast_tuple_target = 8000)`.execute(db);
    // null: each request stands for itself.
    await sql`alter table ledger_batches add column times integer[]`.execute(db);
    await spend.execute(db);
    await cut.execute(db);
    await advance.execute(db);
  },
};
