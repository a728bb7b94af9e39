import { type Kysely, type RawBuilder, sql } from "kysely";
import { writeLabelled } from "./0010-usage.ts";

/**
 * Most lines of a delivery are of a key, endpoint and outcome that was counted in the same hour before: they change a number in a row that is there.
 *
 * These functions take lines whose texts are told once, as `p_endpoints[kind]`, and that name each row once. They write rows in the order of the
 * lines' keys, then of their kinds, so that two deliveries never wait for each other in a circle; no join but row by row keeps that order, hence
 * the settings. They are planned anew for each call: a plan that was made while a table was empty may go through all of it for each line, for as
 * long as nobody analyzes the table.
 */
const byIndex = sql`set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_custom_plan set jit = off`;

const addTo = (table: string, isThen: RawBuilder<unknown>) => sql`
  update ${sql.table(table)} as u set requests = u.requests + m.requests
  from unnest(p_keys, p_kinds, p_requests) as m (key_id, kind, requests)
  where u.key_id = m.key_id and ${isThen} and u.endpoint = p_endpoints[m.kind] and u.outcome = p_outcomes[m.kind];
  get diagnostics v_written = row_count;
  if v_written < v_lines then raise exception using errcode = 'UL001'; end if;`;

/**
 * Adds the lines of one hour to that hour and its day where all of their rows are there; else does nothing, and answers false. Nothing is
 * inserted here: what would have to wait for a row out of order is left to an upsert that writes all rows in order. A few looks
 * find out beforehand where many rows are missing, as they are when an hour begins.
 */
export const advanceWhere = (isHour: RawBuilder<unknown>, isDay: RawBuilder<unknown>) => sql`create or replace function usage_advance(
  p_hour bigint, p_keys text[], p_kinds integer[], p_requests bigint[], p_endpoints text[], p_outcomes text[]
) returns boolean language plpgsql ${byIndex} as $$
declare
  v_lines bigint := cardinality(p_keys);
  v_written bigint;
begin
  if exists (
    select from generate_series(1, v_lines, greatest(v_lines / 100, 1)) as look (n)
    where (
      select 1 from usage_hourly as u
      where u.key_id = p_keys[n] and u.hour_ms = p_hour and u.endpoint = p_endpoints[p_kinds[n]] and u.outcome = p_outcomes[p_kinds[n]] limit 1
    ) is null
  ) then
    return false;
  end if;
  select array_agg(s.key_id), array_agg(s.kind), array_agg(s.requests) into p_keys, p_kinds, p_requests
  from (
    select m.key_id, m.kind, m.requests from unnest(p_keys, p_kinds, p_requests) as m (key_id, kind, requests) order by m.key_id collate "C", m.kind
  ) as s;
  ${addTo("usage_hourly", isHour)}
  ${addTo("usage_daily", isDay)}
  return true;
exception when sqlstate 'UL001' then
  return false;
end $$`;

/** Advances last uses of keys that all have a row of activity; else does nothing, and answers false. */
const advanceUses = sql`create function usage_advance_uses(p_keys text[], p_at_ms bigint[], p_ips text[])
returns boolean language plpgsql ${byIndex} as $$
declare
  v_written bigint;
begin
  update key_activity as u set last_used_at_ms = m.at_ms, last_used_ip = m.ip
  from (select a.key_id, a.at_ms, a.ip from unnest(p_keys, p_at_ms, p_ips) as a (key_id, at_ms, ip) order by a.key_id collate "C") as m
  where u.key_id = m.key_id and coalesce(u.last_used_at_ms < m.at_ms, true);
  get diagnostics v_written = row_count;
  if v_written = cardinality(p_keys) then return true; end if;
  -- What was used later than this is as it should be.
  if exists (select from unnest(p_keys) as m (key_id) where (select 1 from key_activity as u where u.key_id = m.key_id limit 1) is null) then
    raise exception using errcode = 'UL001';
  end if;
  return true;
exception when sqlstate 'UL001' then
  return false;
end $$`;

/**
 * `usage_count_totals` of 0010 for lines whose texts are told once, and merged before anything is looked up: a delivery is of thousands of keys,
 * and of a few hundred tenants, environments, endpoints and outcomes. As there, a tenant's own wall would not let it count the platform's, at
 * most `p_labels` endpoints are told apart for a tenant, and for the platform, in a day, and the lock makes sure of it.
 */
const addTotals = sql`create function usage_add_totals(
  p_keys text[], p_tenant integer[], p_kind integer[], p_requests bigint[],
  p_tenants text[], p_hours bigint[], p_endpoints text[], p_outcomes text[], p_labels integer
) returns void language plpgsql security definer set plan_cache_mode = force_custom_plan set jit = off as $$
declare
  v_tenant text := coalesce(current_setting('keywright.tenant', true), '');
  v_of integer[]; v_kind integer[]; v_environment text[]; v_requests bigint[];
begin
  perform set_config('keywright.tenant', '', true);
  select array_agg(s.tenant), array_agg(s.kind), array_agg(s.environment), array_agg(s.requests) into v_of, v_kind, v_environment, v_requests
  from (
    select m.tenant, m.kind, coalesce(k.environment, '') as environment, sum(m.requests)::bigint as requests
    from unnest(p_keys, p_tenant, p_kind, p_requests) as m (key_id, tenant, kind, requests) left join api_keys as k on k.id = m.key_id
    where m.tenant is not null
    group by 1, 2, 3
  ) as s;
  if exists (
    select
    from (select distinct tenant, kind from unnest(v_of, v_kind) as m (tenant, kind)) as m
    join unnest(p_hours, p_endpoints) with ordinality as n (hour_ms, endpoint, kind) using (kind)
    cross join lateral (values (p_tenants[m.tenant]), ('')) as s (id)
    where n.endpoint <> 'other' and (
      select 1 from usage_totals_daily as u where u.tenant_id = s.id and u.day_ms = n.hour_ms - n.hour_ms % 86400000 and u.endpoint = n.endpoint limit 1
    ) is null
  ) then
    perform pg_advisory_xact_lock(hashtextextended('keywright usage totals', 0));
  end if;
  with moved as (
    select s.id as tenant_id, n.hour_ms, n.hour_ms - n.hour_ms % 86400000 as day_ms, m.environment, n.endpoint, n.outcome, sum(m.requests) as requests
    from unnest(v_of, v_kind, v_environment, v_requests) as m (tenant, kind, environment, requests)
    join unnest(p_hours, p_endpoints, p_outcomes) with ordinality as n (hour_ms, endpoint, outcome, kind) using (kind)
    cross join lateral (values (p_tenants[m.tenant]), ('')) as s (id)
    group by 1, 2, 3, 4, 5, 6
  ), ${writeLabelled}
  perform set_config('keywright.tenant', v_tenant, true);
end $$`;

/**
 * A delivery changes all rows of a page at once, and a page that is half full has room for all of them: no row moves to another page, so that no index
 * is touched. Where they found room for a third only, the others moved, and pages became half empty all the same. Of pages that are
 * written from now on.
 */
const fillfactor = sql`do $$
declare v_name regclass;
begin
  for v_name in
    select c.oid from pg_class as c where c.relkind = 'r' and c.relnamespace = quote_ident(current_schema())::regnamespace and (c.relname = 'key_activity'
      or c.oid in (select i.inhrelid from pg_inherits as i where i.inhparent in ('usage_hourly'::regclass, 'usage_daily'::regclass)))
  loop
    execute format('alter table %s set (fillfactor = 45)', v_name);
  end loop;
  execute replace(pg_get_functiondef('usage_keep(bigint, bigint)'::regprocedure), 'fillfactor = 70', 'fillfactor = 45');
end $$`;

const totals = "usage_add_totals(text[], integer[], integer[], bigint[], text[], bigint[], text[], text[], integer)";

const statements = [
  advanceWhere(sql`u.hour_ms = p_hour`, sql`u.day_ms = p_hour - p_hour % 86400000`),
  advanceUses,
  addTotals,
  sql`drop function usage_count_totals(text[], text[], bigint[], text[], text[], bigint[], integer)`,
  fillfactor,
  // As 0010: what runs with the owner's rights finds the owner's tables; and the role that a superuser steps down to may call it.
  sql`do $$
  begin
    execute format('alter function ${sql.raw(totals)} set search_path = %I, pg_temp', current_schema());
    execute 'revoke execute on function ${sql.raw(totals)} from public';
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant execute on function ${sql.raw(totals)} to keywright_tenant;
    end if;
  end $$`,
];

export const writeLinesInPlace = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
