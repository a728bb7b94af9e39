import { type Kysely, sql } from "kysely";

/**
 * The request log: the latest verifications of each tenant, '' being no tenant's. Ids sort by time, so that they are the order too. How many
 * a tenant has is counted beside them: to count them anew at each delivery would cost more than they do.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;

const statements = [
  sql`create table request_log (
    id text collate "C" primary key,
    tenant_id text collate "C" not null,
    key_id text collate "C",
    at_ms bigint not null,
    endpoint text collate "C" not null,
    verdict text collate "C" not null,
    ip text collate "C",
    user_agent text,
    facts json not null
  )`,
  sql`create index request_log_of_tenant on request_log (tenant_id, id)`,
  sql`create table request_log_sizes (
    tenant_id text collate "C" primary key,
    accepted bigint not null,
    refused bigint not null,
    skipped bigint not null
  ) with (fillfactor = 50)`,
  ...["request_log", "request_log_sizes"].flatMap((name) => [
    sql`alter table ${sql.table(name)} enable row level security, force row level security`,
    sql`create policy tenant_wall on ${sql.table(name)} using (${isOwn}) with check (${isOwn})`,
  ]),
  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on request_log, request_log_sizes to keywright_tenant;
    end if;
  end $$`,
];

export const createRequestLog = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
