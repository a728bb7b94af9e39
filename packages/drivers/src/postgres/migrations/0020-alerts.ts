import { type Kysely, sql } from "kysely";

/**
 * Alerts, what is set for their rules, and what is muted. Of a rule, a tenant and a subject one alert at most is open; the index says so, whoever
 * evaluates. A tenant sees its own; those of no tenant are the operators'. When the rules were last looked at is no tenant's.
 *
 * An incoming webhook of Slack is a webhook of another format, whose address is not in the row.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;
const isOpen = sql`coalesce(current_setting('keywright.tenant', true), '') = ''`;

const statements = [
  sql`create table alerts (
    id text collate "C" primary key,
    tenant_id text collate "C",
    rule text not null,
    subject_type text not null,
    subject_id text collate "C" not null,
    value bigint not null,
    threshold bigint not null,
    detail text,
    muted boolean not null,
    event_told boolean not null,
    mail_due text not null,
    started_at_ms bigint not null,
    last_seen_at_ms bigint not null,
    ended_at_ms bigint,
    acknowledged_at_ms bigint,
    acknowledged_by_type text,
    acknowledged_by_id text
  )`,
  sql`create unique index alerts_open on alerts (subject_id, rule, coalesce(tenant_id, '')) where ended_at_ms is null`,
  sql`create index alerts_open_by_id on alerts (id) where ended_at_ms is null`,
  sql`create index alerts_of_tenant on alerts (tenant_id, id)`,
  sql`create index alerts_of_subject on alerts (subject_id, rule, id)`,
  sql`create index alerts_mail_due on alerts (id) where mail_due <> 'none'`,
  sql`create index alerts_by_end on alerts (ended_at_ms) where ended_at_ms is not null`,

  sql`create table alert_settings (
    tenant_id text collate "C",
    rule text not null,
    choices json not null,
    first_threshold bigint,
    slack_webhook_id text collate "C",
    slack_host text,
    muted_until_ms bigint
  )`,
  sql`create unique index alert_settings_of_tenant on alert_settings (coalesce(tenant_id, ''), rule)`,
  sql`create index alert_settings_chosen on alert_settings (rule, first_threshold) where first_threshold is not null`,

  sql`create table alert_mutes (
    id text collate "C" primary key,
    tenant_id text collate "C",
    subject_id text collate "C" not null,
    rule text,
    until_ms bigint,
    reason text,
    created_at_ms bigint not null
  )`,
  sql`create index alert_mutes_of_tenant on alert_mutes (tenant_id, id)`,
  sql`create index alert_mutes_of_subject on alert_mutes (subject_id)`,

  sql`create table alert_passes (name text primary key, at_ms bigint not null, cursors json not null)`,

  sql`alter table webhooks add column format text not null default 'standard'`,
  sql`create index api_keys_with_quota on api_keys (id) where monthly_quota is not null`,

  ...["alerts", "alert_settings", "alert_mutes", "alert_passes"].flatMap((name) => {
    const [table, wall] = [sql.table(name), name === "alert_passes" ? isOpen : isOwn];
    return [
      sql`alter table ${table} enable row level security, force row level security`,
      sql`create policy tenant_wall on ${table} using (${wall}) with check (${wall})`,
    ];
  }),

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on alerts, alert_settings, alert_mutes, alert_passes to keywright_tenant;
    end if;
  end $$`,
];

export const createAlerts = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
