import { type Kysely, sql } from "kysely";

/**
 * The people of a tenant: the account by which a member signs in, teams, invitations, and what the owners allow their developers to grant.
 * An account's id is text; where accounts are kept is not this table's business, so that a person may as well come from another system.
 * What names a member or a team names its tenant too: the two cannot be of different tenants.
 */
const isOwn = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', tenant_id), false) is not null`;

const statements = [
  sql`alter table tenants add column developer_scopes text[]`,

  sql`alter table members add column account_id text collate "C"`,
  sql`create unique index members_of_account on members (account_id, tenant_id) where account_id is not null`,
  sql`create index members_unlinked on members (folded_email) where account_id is null`,
  sql`drop index members_of_tenant`,
  sql`create unique index members_of_tenant on members (tenant_id, id)`,

  sql`create table teams (
    id text collate "C" primary key,
    tenant_id text collate "C" not null references tenants (id),
    name text not null,
    folded_name text collate "C" not null,
    created_at_ms bigint not null,
    updated_at_ms bigint not null,
    unique (tenant_id, folded_name)
  )`,
  sql`create unique index teams_of_tenant on teams (tenant_id, id)`,

  sql`create table team_members (
    tenant_id text collate "C" not null,
    team_id text collate "C" not null,
    member_id text collate "C" not null,
    primary key (team_id, member_id),
    foreign key (tenant_id, team_id) references teams (tenant_id, id) on delete cascade,
    foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade
  )`,
  sql`create index team_members_of_member on team_members (member_id, team_id)`,

  sql`create table invitations (
    id text collate "C" primary key,
    tenant_id text collate "C" not null references tenants (id),
    email text not null,
    folded_email text collate "C" not null,
    role text not null,
    team_ids text[] not null,
    digest bytea not null unique check (octet_length(digest) = 32),
    created_at_ms bigint not null,
    expires_at_ms bigint not null,
    accepted_at_ms bigint,
    withdrawn_at_ms bigint
  )`,
  sql`create index invitations_of_tenant on invitations (tenant_id, id)`,
  sql`create unique index invitations_open on invitations (tenant_id, folded_email) where accepted_at_ms is null and withdrawn_at_ms is null`,

  ...["teams", "team_members", "invitations"].flatMap((name) => [
    sql`alter table ${sql.table(name)} enable row level security, force row level security`,
    sql`create policy tenant_wall on ${sql.table(name)} using (${isOwn}) with check (${isOwn})`,
  ]),

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update, delete on teams, team_members, invitations to keywright_tenant;
    end if;
  end $$`,
];

export const createPeople = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of statements) await statement.execute(db);
  },
};
