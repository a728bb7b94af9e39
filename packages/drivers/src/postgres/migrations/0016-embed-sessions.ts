import { type Kysely, sql } from "kysely";

/** Leave of members to manage keys inside pages of other products, by the digests of tokens. A member that goes takes theirs along. */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;

const statements = [
  sql`create table embed_sessions (
    id text collate "C" primary key,
    tenant_id text collate "C" not null,
    member_id text collate "C" not null,
    origin text not null,
    digest bytea not null unique check (octet_length(digest) = 32),
    created_at_ms bigint not null,
    expires_at_ms bigint not null,
    foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade
  )`,
  sql`create index embed_sessions_of_member on embed_sessions (tenant_id, member_id)`,
  sql`create index embed_sessions_by_end on embed_sessions (expires_at_ms)`,

  sql`alter table embed_sessions enable row level security, force row level security`,
  sql`create policy tenant_wall on embed_sessions using (${isOwn}) with check (${isOwn})`,

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on embed_sessions to keywright_tenant;
    end if;
  end $$`,
];

export const createEmbedSessions = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
