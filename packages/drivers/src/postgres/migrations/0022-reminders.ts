import { type Kysely, sql } from "kysely";

/**
 * What people were reminded of, and the digests that do so.
 *
 * Each tenant's key has a row that says when it is looked at next: one index leads to those that are due, however many keys there are. A new key, and one
 * whose end is moved, is due at once. Digests and choices are of people, who may be in several tenants: no tenant sees them.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;
const isNobodys = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') = '', false) is not null`;

const statements = [
  sql`alter table tenants add column reminders jsonb`,

  sql`create table reminder_looks (
    key_id text collate "C" primary key references api_keys (id) on delete cascade,
    tenant_id text collate "C" not null,
    next_look_ms bigint,
    looked_at_ms bigint not null
  )`,
  sql`create index reminder_looks_due on reminder_looks (next_look_ms) where next_look_ms is not null`,
  sql`create index reminder_looks_taken on reminder_looks (looked_at_ms) where next_look_ms is not null`,
  sql`insert into reminder_looks (key_id, tenant_id, next_look_ms, looked_at_ms)
    select id, tenant_id, case when state <> 'revoked' then 0 end, 0 from api_keys where tenant_id is not null`,

  sql`create function plan_reminder_look() returns trigger language plpgsql as $$
  begin
    insert into reminder_looks (key_id, tenant_id, next_look_ms, looked_at_ms) values (new.id, new.tenant_id, 0, 0)
    on conflict (key_id) do update set next_look_ms = 0, looked_at_ms = 0;
    return null;
  end $$`,
  sql`create trigger plan_reminder_look after insert on api_keys for each row when (new.tenant_id is not null) execute function plan_reminder_look()`,
  sql`create trigger replan_reminder_look after update on api_keys for each row
    when (new.tenant_id is not null and new.expires_at_ms is distinct from old.expires_at_ms) execute function plan_reminder_look()`,

  sql`create table reminders (
    key_id text collate "C" not null,
    kind text collate "C" not null,
    mark_ms bigint not null,
    days bigint not null,
    tenant_id text collate "C" not null,
    at_ms bigint not null,
    primary key (key_id, kind, mark_ms, days)
  )`,

  sql`create table reminder_digests (
    id text collate "C" primary key,
    person text collate "C" not null,
    state text not null,
    day bigint,
    attempts bigint not null,
    next_at_ms bigint not null,
    created_at_ms bigint not null
  )`,
  sql`create unique index reminder_digests_of_day on reminder_digests (person, day) where day is not null`,
  sql`create unique index reminder_digests_begun on reminder_digests (person) where state = 'open' and attempts = 0`,
  sql`create index reminder_digests_open on reminder_digests (person, id) where state = 'open'`,
  sql`create index reminder_digests_due on reminder_digests (next_at_ms) where state = 'open'`,
  sql`create index reminder_digests_by_age on reminder_digests (created_at_ms) where state <> 'open'`,
  sql`create table reminder_digest_items (
    digest_id text collate "C" not null references reminder_digests (id) on delete cascade,
    key_id text collate "C" not null,
    kind text collate "C" not null,
    mark_ms bigint not null,
    days bigint not null,
    tenant_id text collate "C" not null,
    primary key (digest_id, key_id, kind, mark_ms, days)
  )`,
  sql`create table reminder_choices (
    person text collate "C" primary key,
    is_wanted boolean not null,
    at_ms bigint not null
  )`,

  ...["reminder_looks", "reminders"].flatMap((name) => [
    sql`alter table ${sql.table(name)} enable row level security, force row level security`,
    sql`create policy tenant_wall on ${sql.table(name)} using (${isOwn}) with check (${isOwn})`,
  ]),
  ...["reminder_digests", "reminder_digest_items", "reminder_choices"].flatMap((name) => [
    sql`alter table ${sql.table(name)} enable row level security, force row level security`,
    sql`create policy tenant_wall on ${sql.table(name)} using (${isNobodys}) with check (${isNobodys})`,
  ]),

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on reminder_looks, reminders, reminder_digests, reminder_digest_items, reminder_choices to keywright_tenant;
    end if;
  end $$`,
];

export const createReminders = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
