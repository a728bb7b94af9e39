import { type Kysely, type RawBuilder, sql } from "kysely";

/**
 * A second wall between tenants, behind the one in the code: while `keywright.tenant` is set, only that tenant's rows are there, to read,
 * to write and to lock. While it is not set (verification, operators, jobs) everything is. The owner is behind the wall too.
 *
 * Root keys, and entries of the audit log that belong to no tenant, have a null that equals nothing: no tenant sees them.
 * Where a row names its key only, a function looks the key up by its index; the planner, which cannot see into it, never makes a scan of
 * all keys of it.
 *
 * `pg_dump` by a role that is no superuser needs `--enable-row-security`.
 */
const isOpen = sql`coalesce(current_setting('keywright.tenant', true), '') = ''`;
const isOwn = sql`coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id)`;

const walls = {
  tenants: sql`coalesce(current_setting('keywright.tenant', true), '') in ('', id)`,
  members: isOwn,
  api_keys: isOwn,
  key_secrets: sql`${isOpen} or is_own_key(key_id)`,
  key_activity: sql`${isOpen} or is_own_key(key_id)`,
  budget_states: sql`${isOpen} or subject_id = current_setting('keywright.tenant', true) or is_own_key(subject_id)`,
  audit_log: isOwn,
  usage_hourly: isOwn,
  idempotent_answers: isOwn,
};

/**
 * The same condition, as the planner should see it. It takes any equality with a setting for rare, and would rather sort the few rows that
 * it expects than walk an index in order; it takes `is not null` for common, which passing the wall is.
 */
const passing = (condition: RawBuilder<unknown>) => sql`nullif(${condition}, false) is not null`;

const statements = [
  sql`create function is_own_key(p_key_id text) returns boolean language plpgsql stable parallel safe cost 5 as $$
  begin
    return exists (select from api_keys k where k.id = p_key_id and k.tenant_id = current_setting('keywright.tenant', true));
  end $$`,

  // Whose answer it is, says the setting under which it is kept: '' is nobody's but the operators'.
  sql`alter table idempotent_answers
    add column tenant_id text collate "C" not null default coalesce(current_setting('keywright.tenant', true), '')`,

  ...Object.entries(walls).flatMap(([name, condition]) => {
    const table = sql.table(name);
    return [
      sql`alter table ${table} enable row level security, force row level security`,
      sql`create policy tenant_wall on ${table} using (${passing(condition)}) with check (${passing(condition)})`,
    ];
  }),

  // No wall holds a superuser. Where a superuser migrates, it makes a role to step down to while it works for a tenant: the one role of that
  // name in the whole server, without login. Several databases of one server may be migrated at once.
  sql`do $$
  begin
    if current_setting('is_superuser') = 'on' then
      begin
        create role keywright_tenant nologin;
      exception when duplicate_object or unique_violation then null;
      end;
      execute format('grant usage on schema %I to keywright_tenant', current_schema());
      grant select, insert, update, delete on tenants, members, api_keys, key_secrets, key_activity, budget_states, usage_hourly, usage_moves,
        idempotent_answers, announcements to keywright_tenant;
      grant select, insert on audit_log to keywright_tenant;
    end if;
  end $$`,

  // Until the transaction ends.
  sql`create function enter_tenant(p_tenant text) returns void language plpgsql as $$
  begin
    if p_tenant = '' then raise exception 'A tenant has an id.'; end if;
    perform set_config('keywright.tenant', p_tenant, true);
    if current_setting('is_superuser') = 'on' and to_regrole('keywright_tenant') is not null then
      if has_table_privilege('keywright_tenant', 'api_keys', 'select') then perform set_config('role', 'keywright_tenant', true); end if;
    end if;
  end $$`,
];

export const createWalls = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
