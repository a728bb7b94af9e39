import { type Kysely, sql } from "kysely";

/**
 * The store's first shape, for PostgreSQL 14 and later. Ids and folded texts compare by byte (`collate "C"`), whatever the
 * database's locale. JSON is `json`, not `jsonb`: it is only ever read whole, and comes back as it was written.
 * Tables whose rows are updated all the time leave room on their pages, so that those updates touch no index.
 */
const statements = [
  sql`create table tenants (
    id text collate "C" primary key,
    name text not null,
    folded_name text collate "C" not null,
    tier text not null,
    status text not null,
    rate_limit bigint,
    rate_window_seconds bigint,
    created_at_ms bigint not null,
    updated_at_ms bigint not null,
    revision bigint not null,
    tag text not null,
    check ((rate_limit is null) = (rate_window_seconds is null))
  )`,

  sql`create table members (
    id text collate "C" primary key,
    tenant_id text collate "C" not null references tenants (id),
    email text not null,
    folded_email text collate "C" not null,
    name text not null,
    role text not null,
    created_at_ms bigint not null,
    unique (tenant_id, folded_email)
  )`,
  sql`create index members_of_tenant on members (tenant_id, id)`,

  // The owner is no foreign key: a member is not the only thing that can own an API key.
  sql`create table api_keys (
    id text collate "C" primary key,
    tenant_id text collate "C" references tenants (id),
    owner_id text collate "C",
    name text not null,
    folded_name text collate "C" not null,
    environment text not null,
    scopes text[] not null,
    state text not null,
    ip_allowlist text[] not null,
    rate_limit bigint,
    rate_window_seconds bigint,
    monthly_quota bigint,
    metadata json not null,
    expires_at_ms bigint,
    created_at_ms bigint not null,
    updated_at_ms bigint not null,
    revoked_at_ms bigint,
    revoked_reason text,
    revision bigint not null,
    tag text not null,
    check ((rate_limit is null) = (rate_window_seconds is null))
  )`,
  sql`create index api_keys_of_tenant on api_keys (tenant_id, id)`,
  sql`create index api_keys_alive_of_owner on api_keys (owner_id) where state <> 'revoked'`,

  sql`create table key_secrets (
    id text collate "C" primary key,
    key_id text collate "C" not null references api_keys (id),
    digest bytea not null unique check (octet_length(digest) = 32),
    pepper_version integer not null,
    hint text not null,
    created_at_ms bigint not null,
    valid_until_ms bigint,
    proved boolean not null,
    tag text not null
  )`,
  sql`create index key_secrets_of_key on key_secrets (key_id)`,

  sql`create table key_activity (
    key_id text collate "C" primary key,
    last_used_at_ms bigint not null,
    last_used_ip text
  ) with (fillfactor = 70)`,

  sql`create table budget_states (
    subject_id text collate "C" primary key,
    bucket_tokens bigint,
    bucket_fraction bigint,
    bucket_at_ms bigint,
    quota_month integer,
    quota_used bigint
  ) with (fillfactor = 70)`,

  sql`create table usage_hourly (
    key_id text collate "C" not null,
    tenant_id text collate "C",
    hour_ms bigint not null,
    endpoint text collate "C" not null,
    outcome text collate "C" not null,
    requests bigint not null,
    primary key (key_id, hour_ms, endpoint, outcome)
  ) with (fillfactor = 70)`,
  sql`create index usage_hourly_of_tenant on usage_hourly (tenant_id, hour_ms)`,
  sql`create index usage_hourly_by_hour on usage_hourly (hour_ms)`,

  sql`create table usage_moves (
    id text collate "C" primary key,
    applied_at timestamptz not null default now()
  )`,
  sql`create index usage_moves_by_age on usage_moves (applied_at)`,

  sql`create table idempotent_answers (
    scope text collate "C" primary key,
    fingerprint text not null,
    sealed text not null,
    created_at_ms bigint not null
  )`,
  sql`create index idempotent_answers_by_age on idempotent_answers (created_at_ms)`,

  sql`create table audit_log (
    id text collate "C" primary key,
    tenant_id text collate "C",
    at_ms bigint not null,
    actor_type text not null,
    actor_id text collate "C",
    action text not null,
    target_type text not null,
    target_id text collate "C" not null,
    reason text,
    ip text,
    request_id text,
    before json,
    after json
  )`,
  sql`create index audit_log_of_tenant on audit_log (tenant_id, id)`,
  sql`create index audit_log_of_actor on audit_log (actor_id, id)`,
  sql`create index audit_log_of_target on audit_log (target_id, id)`,
  sql`create function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      raise exception 'The audit log is append-only.' using errcode = 'restrict_violation';
    end
  $$`,
  sql`create trigger audit_log_append_only before update or delete or truncate on audit_log
    for each statement execute function refuse_audit_change()`,
];

export const createTables = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
