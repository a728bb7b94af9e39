import { type Kysely, sql } from "kysely";

/**
 * Webhooks, and each event's way to each of them. An event of the outbox leaves once, as deliveries; what was in it before there were webhooks has
 * nowhere to go. A tenant sees its own; those of no tenant are the operators'.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;

const statements = [
  sql`alter table outbox_events add column due_at_ms bigint, add column count bigint, add column gone_at_ms bigint`,
  sql`update outbox_events set due_at_ms = at_ms, gone_at_ms = at_ms`,
  sql`alter table outbox_events alter column due_at_ms set not null`,
  sql`create index outbox_events_due on outbox_events (due_at_ms) where gone_at_ms is null`,
  sql`create index api_keys_by_expiry on api_keys (expires_at_ms) where expires_at_ms is not null and state <> 'revoked'`,

  sql`create table webhooks (
    id text collate "C" primary key,
    tenant_id text collate "C",
    url text not null,
    description text not null,
    events text[] not null,
    state text not null,
    disabled_reason text,
    previous_secret_until_ms bigint,
    failures bigint not null,
    failing_since_ms bigint,
    paused_until_ms bigint not null,
    mail_due boolean not null,
    created_at_ms bigint not null,
    updated_at_ms bigint not null
  )`,
  sql`create index webhooks_of_tenant on webhooks (tenant_id, id)`,
  sql`create index webhooks_mail_due on webhooks (id) where mail_due`,

  sql`create table webhook_deliveries (
    id text collate "C" primary key,
    webhook_id text collate "C" not null references webhooks (id) on delete cascade,
    tenant_id text collate "C",
    event_id text collate "C" not null,
    type text not null,
    state text not null,
    attempts bigint not null,
    next_at_ms bigint not null,
    created_at_ms bigint not null,
    last_at_ms bigint,
    last_status bigint,
    last_problem text,
    last_answer text
  )`,
  sql`create index webhook_deliveries_of_webhook on webhook_deliveries (webhook_id, id)`,
  sql`create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_at_ms) where state = 'pending'`,
  sql`create index webhook_deliveries_by_age on webhook_deliveries (created_at_ms)`,

  sql`alter table webhooks enable row level security, force row level security`,
  sql`create policy tenant_wall on webhooks using (${isOwn}) with check (${isOwn})`,
  sql`alter table webhook_deliveries enable row level security, force row level security`,
  sql`create policy tenant_wall on webhook_deliveries using (${isOwn}) with check (${isOwn})`,

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on webhooks, webhook_deliveries to keywright_tenant;
    end if;
  end $$`,
];

export const createWebhooks = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
