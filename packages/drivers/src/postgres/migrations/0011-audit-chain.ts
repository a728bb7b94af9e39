import { type AuditEntry, chainEntries, firstHash } from "@keywright/core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { sha256 } from "../../node/sha256.ts";

/**
 * The audit log as hash chains, one a tenant and one for the platform (`tenant_id` null, chain ''). What was there before is chained in the order of
 * its ids. The head of a chain is the one row that changes; checkpoints are only ever added.
 *
 * Old entries leave by one function alone, which is the owner's: it takes what a retention checkpoint covers and what is older than the shortest
 * retention that there can be. Whoever adds a checkpoint that nobody has signed can get rid of old entries by it, and not hide that.
 */
const chain = sql`coalesce(tenant_id, '')`;
const isOwnChain = sql`nullif(coalesce(current_setting('keywright.tenant', true), '') in ('', chain), false) is not null`;

const tables = [
  sql`create table audit_chains (
    chain text collate "C" primary key,
    sequence bigint not null,
    hash text not null,
    sealed_sequence bigint not null default 0,
    sealed_at_ms bigint not null default 0
  ) with (fillfactor = 70)`,
  sql`create table audit_checkpoints (
    chain text collate "C" not null,
    sequence bigint not null,
    kind text not null check (kind in ('periodic', 'retention')),
    hash text not null,
    at_ms bigint not null,
    key_id text not null,
    signature text not null,
    primary key (chain, sequence, kind)
  )`,
  sql`create trigger audit_checkpoints_append_only before update or delete or truncate on audit_checkpoints
    for each statement execute function refuse_audit_change()`,
  ...["audit_chains", "audit_checkpoints"].flatMap((name) => [
    sql`alter table ${sql.table(name)} enable row level security, force row level security`,
    sql`create policy tenant_wall on ${sql.table(name)} using (${isOwnChain}) with check (${isOwnChain})`,
  ]),
  sql`alter table audit_log add column sequence bigint, add column previous_hash text, add column hash text`,
];

const bounds = [
  sql`alter table audit_log alter column sequence set not null, alter column previous_hash set not null, alter column hash set not null,
    add constraint audit_log_counts check (sequence > 0)`,
  sql`create unique index audit_log_of_chain on audit_log ((${chain}), sequence)`,

  // Set by the function below, until its statement ends.
  sql`create or replace function refuse_audit_change() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' and tg_table_name = 'audit_log' and current_setting('keywright.dropping', true) = 'on' then return null; end if;
      raise exception 'The audit log is append-only.' using errcode = 'restrict_violation';
    end
  $$`,
  sql`create function drop_audit_entries(p_chain text, p_through bigint) returns bigint language plpgsql security definer as $$
  declare
    dropped bigint;
  begin
    if not exists (select from audit_checkpoints c join audit_log a on coalesce(a.tenant_id, '') = c.chain and a.sequence = c.sequence and a.hash = c.hash
        where c.chain = p_chain and c.sequence = p_through and c.kind = 'retention') then
      raise exception 'No retention checkpoint covers these entries.' using errcode = 'restrict_violation';
    end if;
    if exists (select from audit_log where coalesce(tenant_id, '') = p_chain and sequence <= p_through
        and at_ms > extract(epoch from clock_timestamp() - interval '30 days') * 1000) then
      raise exception 'Entries of the last 30 days stay.' using errcode = 'restrict_violation';
    end if;
    perform set_config('keywright.dropping', 'on', true);
    delete from audit_log where coalesce(tenant_id, '') = p_chain and sequence <= p_through;
    get diagnostics dropped = row_count;
    perform set_config('keywright.dropping', 'off', true);
    return dropped;
  end $$`,
  sql`do $$ begin
    execute format('alter function drop_audit_entries(text, bigint) set search_path = %I, pg_temp', current_schema());
  end $$`,
  sql`revoke execute on function drop_audit_entries(text, bigint) from public`,

  // The role that a superuser steps down to while it works for a tenant; see 0005.
  sql`do $$
  begin
    if to_regrole('keywright_tenant') is not null and has_table_privilege('keywright_tenant', 'api_keys', 'select') then
      grant select, insert, update on audit_chains to keywright_tenant;
      grant select on audit_checkpoints to keywright_tenant;
    end if;
  end $$`,
];

const batch = 500;

interface OldEntry {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly at_ms: number;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly before: AuditEntry["before"];
  readonly after: AuditEntry["after"];
}

/** Chain by chain, in the order of the ids, so many rows at a time. */
const chainOldEntries = async (db: Kysely<unknown>): Promise<void> => {
  const { rows } = await sql<{ chain: string }>`select distinct ${chain} as chain from audit_log order by 1`.execute(db);
  for (const { chain: name } of rows) await chainOne(db, name);
};

const chainOne = async (db: Kysely<unknown>, name: string): Promise<void> => {
  let head = { sequence: 0, hash: firstHash };
  let after = "";
  for (;;) {
    const tenant: RawBuilder<unknown> = name === "" ? sql`tenant_id is null` : sql`tenant_id = ${name}`;
    const { rows } = await sql<OldEntry>`select * from audit_log where ${tenant} and id > ${after} order by id limit ${batch}`.execute(db);
    if (rows.length === 0) break;
    const chained = chainEntries(sha256, head, rows.map(toEntry));
    await sql`update audit_log set sequence = made.sequence, previous_hash = made.previous_hash, hash = made.hash
      from unnest(${chained.map(({ id }) => id)}::text[], ${chained.map(({ sequence }) => sequence)}::bigint[],
        ${chained.map(({ previousHash }) => previousHash)}::text[], ${chained.map(({ hash }) => hash)}::text[]) as made (id, sequence, previous_hash, hash)
      where audit_log.id = made.id`.execute(db);
    head = chained.at(-1) ?? head;
    after = rows.at(-1)?.id ?? after;
  }
  await sql`insert into audit_chains (chain, sequence, hash) values (${name}, ${head.sequence}, ${head.hash})`.execute(db);
};

const toEntry = (row: OldEntry): AuditEntry => ({
  id: row.id,
  tenantId: row.tenant_id,
  atMs: row.at_ms,
  actorType: row.actor_type,
  actorId: row.actor_id,
  action: row.action,
  targetType: row.target_type,
  targetId: row.target_id,
  reason: row.reason,
  ip: row.ip,
  requestId: row.request_id,
  before: row.before,
  after: row.after,
});

export const createAuditChain = {
  up: async (db: Kysely<unknown>): Promise<void> => {
    for (const statement of tables) await statement.execute(db);
    await sql`alter table audit_log disable trigger audit_log_append_only`.execute(db);
    await chainOldEntries(db);
    await sql`alter table audit_log enable trigger audit_log_append_only`.execute(db);
    for (const statement of bounds) await statement.execute(db);
  },
};
