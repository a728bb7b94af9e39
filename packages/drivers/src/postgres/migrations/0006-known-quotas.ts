import { type Kysely, sql } from "kysely";

/**
 * `ledger_spend` as `0002-ledger.ts` has it, with its arguments and its answer, and a third step: no quota is charged from less than the store
 * knows. `ledger_budgets` is made once, and knows nothing of what another ledger (Redis) charges between two times that it is away.
 * `budget_states` has the greatest use that either has delivered, and takes nothing of it back within a month: from that this one goes on.
 * So each of the two lets pass a quota in a month at most, however often the other one takes over.
 *
 * It is read, and never locked: deliveries lock it in transactions that take no lock of the ledger's, so neither waits for the other. What is
 * delivered after the read, the next batch heeds.
 *
 * To read it costs a batch an eighth of its time, which a ledger that is the only one need not spend: every other is spent on only after the
 * epoch was moved to it (`0004-epoch.ts`), so where the epoch has never moved, nobody else has delivered anything.
 */
const spend = sql`create or replace function ledger_spend(
  p_keys text[], p_tenants text[], p_budgets text[], p_outcomes text[], p_endpoints text[], p_ips text[],
  p_subject smallint[], p_revision bigint[], p_budget smallint[], p_limit bigint[], p_window bigint[],
  p_quota bigint[], p_cost bigint[], p_decided smallint[], p_dry boolean[], p_endpoint smallint[], p_ip smallint[]
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
  this_month := (select extract(year from d.at) * 12 + extract(month from d.at) - 1
                 from (select to_timestamp(now_ms / 1000) at time zone 'UTC') as d (at));
  answer := now_ms;

  -- 3: where another ledger charged more of a quota, go on from there: in a snapshot that is younger than the locks, so that a delivery is
  -- heeded that came while this batch waited. The epoch is found by its index: where scans are off, one would be priced so that it is compiled.
  if 0 <= any (p_quota) and (select e.number > 0 from epoch e where e.singleton) then
    for b, known_month, known_used in
      select mine.n, s.quota_month, s.quota_used
      from unnest(p_budgets, months, useds) with ordinality as mine (id, month, used, n) join budget_states s on s.subject_id = mine.id
      where (s.quota_month, s.quota_used) > (coalesce(mine.month, 0), coalesce(mine.used, 0))
    loop
      months[b] := known_month; useds[b] := known_used;
    end loop;
  end if;

  -- 4: one request after the other
  for i in 1 .. cardinality(p_cost) loop
    code := p_decided[i];
    for g in 2 * i - 1 .. 2 * i loop
      continue when p_subject[g] = 0;
      revision := case when p_subject[g] > 0 then key_revisions[p_subject[g]] else tenant_revisions[-p_subject[g]] end;
      if revision is null then code := -2; exit; end if;
      if revision <> p_revision[g] then code := -1; end if;
    end loop;
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
  insert into ledger_batches (at_ms, keys, tenants, outcomes, endpoints, ips, subject, endpoint, ip, codes)
    values (now_ms, p_keys, p_tenants, p_outcomes, p_endpoints, p_ips, p_subject, p_endpoint, p_ip, counted);
  return answer;
end $$`;

export const chargeFromKnownQuotas = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    await spend.execute(db);
  },
};
