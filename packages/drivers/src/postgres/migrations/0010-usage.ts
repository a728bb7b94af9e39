import { type Kysely, type RawBuilder, sql } from "kysely";

/**
 * Usage, rolled up. Each count that a delivery brings is added in its own transaction to all of these, so that they never disagree:
 *
 * - `usage_hourly` and `usage_daily`, by key, endpoint and outcome;
 * - `usage_totals_hourly` and `usage_totals_daily`, by tenant, environment, endpoint and outcome, and once more under the tenant '' for the
 *   whole platform: a chart of a tenant or of everybody reads hundreds of rows, however many keys there are;
 * - `usage_responses_hourly` and `usage_responses_daily`, what the middleware reports of its answers, by key, endpoint and class of status;
 * - `usage_countries`, by key, day and country. These have a tenant's totals under the tenant's id in the key's place, and the platform's under ''.
 *
 * Hours are in partitions of a month, of which `usage_keep` drops those that are older than 400 days; days are in partitions of a year, and
 * stay. Whatever no partition is there for (a clock that is far off, the first minutes) is in the partition `…_rest`, until there is one.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;

interface Rollup {
  readonly name: string;
  /** What begins a row's bucket. */
  readonly start: "hour_ms" | "day_ms";
  readonly columns: RawBuilder<unknown>;
  readonly key: readonly string[];
  readonly indexes: Readonly<Record<string, RawBuilder<unknown>>>;
}

const id = sql`text collate "C" not null`;
const ofKey = (start: RawBuilder<unknown>) => sql`key_id ${id}, tenant_id text collate "C", ${start} bigint not null, endpoint ${id}`;
const histogram = sql`latency_ms bigint not null, latencies bigint[] not null`;

const both = (name: string, make: (start: Rollup["start"]) => Omit<Rollup, "name" | "start">): readonly Rollup[] => [
  { name: `${name}_hourly`, start: "hour_ms", ...make("hour_ms") },
  { name: `${name}_daily`, start: "day_ms", ...make("day_ms") },
];

const rollups: readonly Rollup[] = [
  ...both("usage", (start) => ({
    columns: sql`${ofKey(sql.ref(start))}, outcome ${id}, requests bigint not null`,
    key: ["key_id", start, "endpoint", "outcome"],
    indexes: { of_tenant: sql`(tenant_id, ${sql.ref(start)})`, by_time: sql`using brin (${sql.ref(start)})` },
  })),
  ...both("usage_totals", (start) => ({
    columns: sql`tenant_id ${id}, ${sql.ref(start)} bigint not null, environment ${id}, endpoint ${id}, outcome ${id}, requests bigint not null`,
    key: ["tenant_id", start, "endpoint", "outcome", "environment"],
    indexes: {},
  })),
  ...both("usage_responses", (start) => ({
    columns: sql`${ofKey(sql.ref(start))}, status smallint not null, requests bigint not null, ${histogram}`,
    key: ["key_id", start, "endpoint", "status"],
    indexes: {},
  })),
  {
    name: "usage_countries",
    start: "day_ms",
    columns: sql`key_id ${id}, tenant_id text collate "C", day_ms bigint not null, country ${id}, requests bigint not null`,
    key: ["key_id", "day_ms", "country"],
    indexes: {},
  },
];

const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)));

const createRollup = ({ name, start, columns, key, indexes }: Rollup): readonly RawBuilder<unknown>[] => [
  sql`create table ${sql.table(name)} (${columns}, primary key (${refs(key)})) partition by range (${sql.ref(start)})`,
  sql`create table ${sql.table(`${name}_rest`)} partition of ${sql.table(name)} default with (fillfactor = 70)`,
  ...Object.entries(indexes).map(([suffix, index]) => sql`create index ${sql.id(`${name}_${suffix}`)} on ${sql.table(name)} ${index}`),
  sql`alter table ${sql.table(name)} enable row level security, force row level security`,
  sql`create policy tenant_wall on ${sql.table(name)} using (${isOwn}) with check (${isOwn})`,
];

/** What was counted before: hours as they are, days and totals from them. */
const carryOver = [
  sql`insert into usage_hourly select key_id, tenant_id, hour_ms, endpoint, outcome, requests from usage_before`,
  sql`insert into usage_daily select key_id, max(tenant_id), hour_ms - hour_ms % 86400000, endpoint, outcome, sum(requests) from usage_before group by 1, 3, 4, 5`,
  ...["hour_ms", "hour_ms - hour_ms % 86400000"].map(
    (start, index) => sql`
      insert into ${sql.table(["usage_totals_hourly", "usage_totals_daily"][index] ?? "")} (tenant_id, ${sql.ref(["hour_ms", "day_ms"][index] ?? "")}, environment, endpoint, outcome, requests)
      select s.id, ${sql.raw(start)}, coalesce(k.environment, ''), endpoint, outcome, sum(requests)
      from usage_before as u left join api_keys as k on k.id = u.key_id cross join lateral (values (u.tenant_id), ('')) as s (id)
      where u.tenant_id is not null group by 1, 2, 3, 4, 5`,
  ),
  sql`drop table usage_before`,
];

/** From `moved`, which has a row for each tenant (the platform is one), hour, environment, endpoint and outcome: what 0025 does too. */
export const writeLabelled = sql`fresh as (
    select f.*, row_number() over (partition by f.tenant_id, f.day_ms order by f.requests desc, f.endpoint) as rank
    from (select tenant_id, day_ms, endpoint, sum(requests) as requests from moved where endpoint <> 'other' group by 1, 2, 3) as f
    where (select 1 from usage_totals_daily as u where u.tenant_id = f.tenant_id and u.day_ms = f.day_ms and u.endpoint = f.endpoint limit 1) is null
  ), stored as (
    select f.tenant_id, f.day_ms, (
      select count(distinct u.endpoint) from usage_totals_daily as u where u.tenant_id = f.tenant_id and u.day_ms = f.day_ms and u.endpoint <> 'other'
    ) as labels
    from (select distinct tenant_id, day_ms from fresh) as f
  ), labelled as (
    select m.tenant_id, m.hour_ms, m.day_ms, m.environment, coalesce(x.kept, m.endpoint) as endpoint, m.outcome, m.requests
    from moved as m
    left join (
      select f.tenant_id, f.day_ms, f.endpoint, 'other' as kept from fresh as f join stored using (tenant_id, day_ms) where f.rank + labels > p_labels
    ) as x using (tenant_id, day_ms, endpoint)
  ), hours as (
    insert into usage_totals_hourly as t (tenant_id, hour_ms, environment, endpoint, outcome, requests)
    select tenant_id, hour_ms, environment, endpoint, outcome, sum(requests) from labelled group by 1, 2, 3, 4, 5 order by 1, 2, 4, 5, 3
    on conflict (tenant_id, hour_ms, endpoint, outcome, environment) do update set requests = t.requests + excluded.requests
  )
  insert into usage_totals_daily as t (tenant_id, day_ms, environment, endpoint, outcome, requests)
  select tenant_id, day_ms, environment, endpoint, outcome, sum(requests) from labelled group by 1, 2, 3, 4, 5 order by 1, 2, 4, 5, 3
  on conflict (tenant_id, day_ms, endpoint, outcome, environment) do update set requests = t.requests + excluded.requests;`;

/**
 * Adds counts to the totals, which a tenant's own wall would not let it do: the platform's are nobody's. At most `p_labels` endpoints are told
 * apart for a tenant, and for the platform, in a day; the lock makes sure of it where several deliveries bring new ones.
 */
const countTotals = sql`create function usage_count_totals(
  p_keys text[], p_tenants text[], p_hours bigint[], p_endpoints text[], p_outcomes text[], p_requests bigint[], p_labels integer
) returns void language plpgsql security definer as $$
declare
  v_tenant text := coalesce(current_setting('keywright.tenant', true), '');
begin
  perform set_config('keywright.tenant', '', true);
  if exists (
    select from unnest(p_tenants, p_hours, p_endpoints) as m (tenant_id, hour_ms, endpoint) cross join lateral (values (m.tenant_id), ('')) as s (id)
    where m.tenant_id is not null and m.endpoint <> 'other' and (
      select 1 from usage_totals_daily as u where u.tenant_id = s.id and u.day_ms = m.hour_ms - m.hour_ms % 86400000 and u.endpoint = m.endpoint limit 1
    ) is null
  ) then
    perform pg_advisory_xact_lock(hashtextextended('keywright usage totals', 0));
  end if;
  with moved as (
    select s.id as tenant_id, m.hour_ms, m.hour_ms - m.hour_ms % 86400000 as day_ms, coalesce(k.environment, '') as environment,
           m.endpoint, m.outcome, sum(m.requests) as requests
    from unnest(p_keys, p_tenants, p_hours, p_endpoints, p_outcomes, p_requests) as m (key_id, tenant_id, hour_ms, endpoint, outcome, requests)
    left join api_keys as k on k.id = m.key_id
    cross join lateral (values (m.tenant_id), ('')) as s (id)
    where m.tenant_id is not null
    group by 1, 2, 3, 4, 5, 6
  ), ${writeLabelled}
  perform set_config('keywright.tenant', v_tenant, true);
end $$`;

/** Of the same length, element by element. */
const addNumbers = sql`create function usage_add(p_a bigint[], p_b bigint[]) returns bigint[] language sql immutable parallel safe as $$
  select array_agg(coalesce(a, 0) + coalesce(b, 0) order by n) from unnest(p_a, p_b) with ordinality as both_of (a, b, n)
$$`;

/**
 * Makes the partitions of this month or year, of the next one, and of those that rows have come for already; drops the hours that are older
 * than `p_hours_kept_ms`. A clock that is ahead drops nothing: the earlier of the caller's and the database's is believed. Waits for no lock
 * that a long reader holds: then the next run does it. The app's role may call it, and change no table's shape otherwise.
 */
const keep = sql`create function usage_keep(p_now_ms bigint, p_hours_kept_ms bigint) returns text[] language plpgsql security definer set lock_timeout = '2s' as $$
declare
  v_now timestamp := to_timestamp(least(p_now_ms / 1000.0, extract(epoch from clock_timestamp()))) at time zone 'UTC';
  v_table record; v_from timestamp; v_name text; v_done text[] := '{}'; v_start bigint; v_end bigint; v_before bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('keywright usage partitions', 0));
  if coalesce(current_setting('keywright.tenant', true), '') <> '' then raise exception 'Partitions are no tenant''s.'; end if;
  v_before := extract(epoch from v_now)::bigint * 1000 - p_hours_kept_ms;
  for v_table in
    select c.relname as name, a.attname as start, case a.attname when 'hour_ms' then 'month' else 'year' end as width
    from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attname in ('hour_ms', 'day_ms')
    where c.relkind = 'p' and c.relname like 'usage\\_%' and c.relnamespace = quote_ident(current_schema())::regnamespace
    order by c.relname
  loop
    for v_from in execute format(
      'select date_trunc(%L, $1) union select date_trunc(%L, $1 + %L::interval) union select date_trunc(%L, to_timestamp(%I / 1000) at time zone ''UTC'')
       from %I where %I between $2 and $3 group by 1 limit 24', v_table.width, v_table.width, '1 ' || v_table.width, v_table.width, v_table.start,
      v_table.name || '_rest', v_table.start
    ) using v_now, case v_table.width when 'month' then v_before else 0 end, extract(epoch from v_now)::bigint * 1000 + 86400000
    loop
      v_name := v_table.name || to_char(v_from, case v_table.width when 'month' then '_YYYY_MM' else '_YYYY' end);
      continue when to_regclass(quote_ident(v_name)) is not null;
      v_start := extract(epoch from v_from) * 1000;
      v_end := extract(epoch from v_from + ('1 ' || v_table.width)::interval) * 1000;
      execute format('create table %I (like %I including all) with (fillfactor = 70)', v_name, v_table.name);
      execute format('lock table %I, %I in access exclusive mode', v_table.name, v_table.name || '_rest');
      execute format('with gone as (delete from %I where %I >= %s and %I < %s returning *) insert into %I select * from gone',
        v_table.name || '_rest', v_table.start, v_start, v_table.start, v_end, v_name);
      execute format('alter table %I attach partition %I for values from (%s) to (%s)', v_table.name, v_name, v_start, v_end);
      v_done := v_done || ('made ' || v_name);
    end loop;
    continue when v_table.width <> 'month';
    for v_name in
      select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
      where i.inhparent = to_regclass(quote_ident(v_table.name)) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
        and extract(epoch from to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') * 1000 <= v_before
    loop
      execute format('drop table %I', v_name);
      v_done := v_done || ('dropped ' || v_name);
    end loop;
    execute format('delete from %I where hour_ms < %s', v_table.name || '_rest', v_before);
  end loop;
  return v_done;
end $$`;

const definers = ["usage_count_totals(text[], text[], bigint[], text[], text[], bigint[], integer)", "usage_keep(bigint, bigint)"] as const;

const statements = [
  sql`alter table usage_hourly rename to usage_before`,
  sql`alter table usage_before rename constraint usage_hourly_pkey to usage_before_pkey`,
  sql`drop index usage_hourly_of_tenant, usage_hourly_by_hour`,
  sql`alter table usage_before disable row level security`,
  ...rollups.flatMap(createRollup),
  ...carryOver,
  addNumbers,
  countTotals,
  keep,
  // What runs with the owner's rights must find the owner's tables, and nobody's temporary ones of the same names.
  sql`do $$
  declare v_name text;
  begin
    foreach v_name in array array[${sql.join(definers.map((name) => sql.lit(name)))}] loop
      execute format('alter function %s set search_path = %I, pg_temp', v_name, current_schema());
      execute format('revoke execute on function %s from public', v_name);
    end loop;
  end $$`,
  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on ${refs(rollups.map(({ name }) => name))} to keywright_tenant;
      grant execute on function ${sql.raw(definers[0])} to keywright_tenant;
    end if;
  end $$`,
];

export const createRollups = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
