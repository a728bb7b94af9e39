import { type Kysely, sql } from "kysely";

/**
 * `usage_keep` of `0010-usage.ts` for one table, so that a transaction keeps everybody else out of one table of counts and its partitions, and of no other.
 * With all of them in one transaction it held the tables by day and waited for one by hour, while a delivery that held that one
 * went on to its days: a circle, out of which PostgreSQL ended one of the two.
 *
 * Whoever wants a partition locks its table first, and so does this: two that want the same table wait one behind the other.
 *
 * `usage_keep` stays for processes of the version before, which may run beside this one while an installation is brought up to date.
 */
const keepTable = sql`create function usage_keep_table(p_table text, p_now_ms bigint, p_hours_kept_ms bigint) returns text[]
language plpgsql security definer set lock_timeout = '2s' as $$
declare
  v_now timestamp := to_timestamp(least(p_now_ms / 1000.0, extract(epoch from clock_timestamp()))) at time zone 'UTC';
  v_before bigint := extract(epoch from v_now)::bigint * 1000 - p_hours_kept_ms;
  v_rest text := p_table || '_rest';
  v_column text; v_width text; v_from timestamp; v_name text; v_done text[] := '{}'; v_start bigint; v_end bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('keywright usage partitions', 0));
  if coalesce(current_setting('keywright.tenant', true), '') <> '' then raise exception 'Partitions are no tenant''s.'; end if;
  select a.attname, case a.attname when 'hour_ms' then 'month' else 'year' end into v_column, v_width
  from pg_class as c join pg_attribute as a on a.attrelid = c.oid and a.attname in ('hour_ms', 'day_ms')
  where c.relkind = 'p' and c.relname = p_table and c.relname like 'usage\\_%' and c.relnamespace = quote_ident(current_schema())::regnamespace;
  if v_column is null then raise exception '% is no table of counts.', p_table; end if;

  for v_from in execute format(
    'select date_trunc(%L, $1) union select date_trunc(%L, $1 + %L::interval) union select date_trunc(%L, to_timestamp(%I / 1000) at time zone ''UTC'')
     from %I where %I between $2 and $3 group by 1 limit 24', v_width, v_width, '1 ' || v_width, v_width, v_column, v_rest, v_column
  ) using v_now, case v_width when 'month' then v_before else 0 end, extract(epoch from v_now)::bigint * 1000 + 86400000
  loop
    v_name := p_table || to_char(v_from, case v_width when 'month' then '_YYYY_MM' else '_YYYY' end);
    continue when to_regclass(quote_ident(v_name)) is not null;
    v_start := extract(epoch from v_from) * 1000;
    v_end := extract(epoch from v_from + ('1 ' || v_width)::interval) * 1000;
    execute format('lock table %I, %I in access exclusive mode', p_table, v_rest);
    execute format('create table %I (like %I including all) with (fillfactor = 45)', v_name, p_table);
    execute format('with gone as (delete from %I where %I >= %s and %I < %s returning *) insert into %I select * from gone',
      v_rest, v_column, v_start, v_column, v_end, v_name);
    execute format('alter table %I attach partition %I for values from (%s) to (%s)', p_table, v_name, v_start, v_end);
    v_done := v_done || ('made ' || v_name);
  end loop;

  if v_width <> 'month' then return v_done; end if;
  for v_name in
    select c.relname from pg_inherits as i join pg_class as c on c.oid = i.inhrelid
    where i.inhparent = to_regclass(quote_ident(p_table)) and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
      and extract(epoch from to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month') * 1000 <= v_before
  loop
    execute format('drop table %I', v_name);
    v_done := v_done || ('dropped ' || v_name);
  end loop;
  execute format('delete from %I where hour_ms < %s', v_rest, v_before);
  return v_done;
end $$`;

const signature = "usage_keep_table(text, bigint, bigint)";

export const keepByTable = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    await keepTable.execute(db);
    // As 0010: what runs with the owner's rights finds the owner's tables.
    await sql`do $$
    begin
      execute format('alter function ${sql.raw(signature)} set search_path = %I, pg_temp', current_schema());
      execute 'revoke execute on function ${sql.raw(signature)} from public';
    end $$`.execute(db);
  },
};
