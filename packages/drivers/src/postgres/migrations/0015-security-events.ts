import { type Kysely, sql } from "kysely";

/**
 * What was noticed that may be an attack, where each key was used from, and the outbox: what is to leave as a mail or to a webhook, written in the
 * transaction of what it tells. The outbox belongs to whoever delivers; no tenant looks into it.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;
const isOwnKey = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') = '' or is_own_key(key_id), false) is not null`;

const statements = [
  sql`create table security_events (
    id text collate "C" primary key,
    tenant_id text collate "C",
    kind text not null,
    severity text not null,
    subject_type text not null,
    subject_id text collate "C" not null,
    at_ms bigint not null,
    last_at_ms bigint not null,
    count bigint not null,
    details json not null
  )`,
  sql`create index security_events_of_tenant on security_events (tenant_id, id)`,
  sql`create index security_events_of_subject on security_events (subject_id, id)`,
  sql`create index security_events_by_age on security_events (at_ms)`,

  sql`create table key_origins (
    key_id text collate "C" not null references api_keys (id) on delete cascade,
    origin text collate "C" not null,
    first_at_ms bigint not null,
    primary key (key_id, origin)
  )`,

  sql`create table outbox_events (
    id text collate "C" primary key,
    type text not null,
    tenant_id text collate "C",
    at_ms bigint not null,
    payload json not null
  )`,
  sql`create index outbox_events_by_age on outbox_events (at_ms)`,

  sql`alter table security_events enable row level security, force row level security`,
  sql`create policy tenant_wall on security_events using (${isOwn}) with check (${isOwn})`,
  sql`alter table outbox_events enable row level security, force row level security`,
  sql`create policy tenant_wall on outbox_events using (${isOwn}) with check (${isOwn})`,
  sql`alter table key_origins enable row level security, force row level security`,
  sql`create policy tenant_wall on key_origins using (${isOwnKey}) with check (${isOwnKey})`,

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on security_events, key_origins, outbox_events to keywright_tenant;
    end if;
  end $$`,
];

export const createSecurityEvents = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
