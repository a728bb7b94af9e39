import type { LoggedRequest, PageRequest, RequestFilter, RequestLog, SecretUse, SkippedRequests, UseQuestion } from "@keywright/core";
import { type Kysely, type RawBuilder, type Selectable, sql } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import type { RequestTable, Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

type Db = Kysely<Tables>;

export const postgresRequestLog = (db: Db) =>
  ({
    append: (entries, skipped, keptPerTenant) => inTransaction(db, (transaction) => append(transaction, { entries, skipped, keptPerTenant })),
    list: (filter, page) => list(db, filter, page),
    recent: (tenantIds, sinceMs, limitOfEach) => recent(db, tenantIds, { sinceMs, limitOfEach }),
    useOfSecrets: (question) => useOfSecrets(db, question),
    find: async (id) => {
      const row = await db.selectFrom("request_log").selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromRow(row);
    },
    coverage: async (tenantId) => {
      const row = await db.selectFrom("request_log_sizes").selectAll().where("tenant_id", "=", tenantId).executeTakeFirst();
      return { kept: (row?.accepted ?? 0) + (row?.refused ?? 0), skipped: row?.skipped ?? 0 };
    },
  }) satisfies RequestLog;

interface Appended {
  readonly entries: readonly LoggedRequest[];
  readonly skipped: readonly SkippedRequests[];
  readonly keptPerTenant: number;
}

interface Size {
  readonly tenant_id: string;
  readonly accepted: number;
  readonly refused: number;
}

const append = async (db: Db, { entries, skipped, keptPerTenant }: Appended): Promise<void> => {
  const sizes = await count(db, await insert(db, entries), skipped);
  for (const size of sizes) if (size.accepted + size.refused > keptPerTenant * 1.1) await forget(db, size, keptPerTenant);
};

/** Answers those that were not there already. */
const insert = async (db: Db, entries: readonly LoggedRequest[]): Promise<readonly Pick<LoggedRequest, "tenantId" | "verdict">[]> => {
  if (entries.length === 0) return [];
  const { rows } = await sql<Pick<LoggedRequest, "tenantId" | "verdict">>`
    insert into request_log (id, tenant_id, key_id, at_ms, endpoint, verdict, ip, user_agent, facts)
    select * from unnest(
      ${entries.map(({ id }) => id)}::text[], ${entries.map(({ tenantId }) => tenantId)}::text[], ${entries.map(({ keyId }) => keyId)}::text[],
      ${entries.map(({ atMs }) => atMs)}::bigint[], ${entries.map(({ endpoint }) => endpoint)}::text[], ${entries.map(({ verdict }) => verdict)}::text[],
      ${entries.map(({ ip }) => ip)}::text[], ${entries.map(({ userAgent }) => userAgent)}::text[],
      ${entries.map(({ facts }) => JSON.stringify(facts))}::json[]
    )
    on conflict do nothing returning tenant_id as "tenantId", verdict
  `.execute(db);
  return rows;
};

/** In the order of their ids, so that two flushes never wait for each other in a circle. */
const count = async (db: Db, added: readonly Pick<LoggedRequest, "tenantId" | "verdict">[], skipped: readonly SkippedRequests[]): Promise<readonly Size[]> => {
  if (added.length + skipped.length === 0) return [];
  const lines = [
    ...added.map(({ tenantId, verdict }) => ({ tenantId, accepted: verdict === "VALID" ? 1 : 0, refused: verdict === "VALID" ? 0 : 1, skipped: 0 })),
    ...skipped.map(({ tenantId, requests }) => ({ tenantId, accepted: 0, refused: 0, skipped: requests })),
  ];
  const { rows } = await sql<Size>`
    insert into request_log_sizes as known (tenant_id, accepted, refused, skipped)
    select tenant_id, sum(accepted), sum(refused), sum(skipped)
    from unnest(
      ${lines.map(({ tenantId }) => tenantId)}::text[], ${lines.map(({ accepted }) => accepted)}::bigint[],
      ${lines.map(({ refused }) => refused)}::bigint[], ${lines.map((line) => line.skipped)}::bigint[]
    ) as seen (tenant_id, accepted, refused, skipped)
    group by tenant_id order by tenant_id
    on conflict (tenant_id) do update set
      accepted = known.accepted + excluded.accepted, refused = known.refused + excluded.refused, skipped = known.skipped + excluded.skipped
    returning tenant_id, accepted, refused
  `.execute(db);
  return rows;
};

/** The oldest go; successes before refusals, as long as they have more than half. The row of the sizes is locked by `count`. */
const forget = async (db: Db, { tenant_id: tenantId, accepted, refused }: Size, keptPerTenant: number): Promise<void> => {
  const surplus = accepted + refused - keptPerTenant;
  const ofAccepted = Math.max(0, Math.min(surplus, accepted - Math.floor(keptPerTenant / 2)));
  const gone = { accepted: 0, refused: 0 };
  for (const [kind, verdicts, limit] of [
    ["accepted", sql`verdict = 'VALID'`, ofAccepted],
    ["refused", sql`verdict <> 'VALID'`, surplus - ofAccepted],
  ] as const) {
    const { numAffectedRows } = await sql`
      delete from request_log where id = any(array(
        select id from request_log where tenant_id = ${tenantId} and ${verdicts} order by id limit ${limit}
      ))
    `.execute(db);
    gone[kind] = Number(numAffectedRows ?? 0n);
  }
  await sql`
    update request_log_sizes set accepted = accepted - ${gone.accepted}::bigint, refused = refused - ${gone.refused}::bigint where tenant_id = ${tenantId}
  `.execute(db);
};

/** Of the newest, where no tenant is named: a search that finds little must end. */
const searched = 100_000;

const list = async (db: Db, filter: RequestFilter, page: PageRequest) => {
  const after = page.after === null ? sql`true` : sql`id < ${page.after}`;
  const where = sql.join([after, ...conditions(filter)], sql` and `);
  const source = filter.tenantId === undefined ? sql`(select * from request_log order by id desc limit ${sql.lit(searched)}) as newest` : sql`request_log`;
  const { rows } = await sql<Selectable<RequestTable>>`select * from ${source} where ${where} order by id desc limit ${rowsFor(page)}`.execute(db);
  return pageOf(rows.map(fromRow), page, ({ id }) => id);
};

/** Ids are by time, but only a clock's: what is looked through is bounded by the limit alone. */
const recent = async (
  db: Db,
  tenantIds: readonly string[],
  { sinceMs, limitOfEach }: { readonly sinceMs: number; readonly limitOfEach: number },
): Promise<readonly LoggedRequest[]> => {
  const { rows } = await sql<Selectable<RequestTable>>`
    select newest.* from unnest(${tenantIds}::text[]) as asked (id)
    cross join lateral (select * from request_log where tenant_id = asked.id order by id desc limit ${limitOfEach}) as newest
    where newest.at_ms >= ${sinceMs}
  `.execute(db);
  return rows.map(fromRow);
};

interface UseRow extends SecretUse {
  readonly isEnding: boolean;
}

const unused: SecretUse = { requests: 0, addresses: 0, lastUsedAtMs: null };

/** One look through a tenant's part of the log, which is bounded. */
const useOfSecrets = async (db: Db, { tenantId, keyId, sinceMs, endsAtMs }: UseQuestion) => {
  const { rows } = await sql<UseRow>`
    select is_ending as "isEnding", count(*)::integer as requests, count(distinct ip)::integer as addresses, max(at_ms) as "lastUsedAtMs"
    from (
      select coalesce((facts->'key'->>'expiresAtMs')::bigint = ${endsAtMs}::bigint, false) as is_ending, ip, at_ms
      from request_log where tenant_id = ${tenantId} and key_id = ${keyId}
    ) as uses
    where is_ending or at_ms >= ${sinceMs}
    group by is_ending
  `.execute(db);
  const of = (wanted: boolean): SecretUse => {
    const row = rows.find(({ isEnding }) => isEnding === wanted);
    return row === undefined ? unused : { requests: row.requests, addresses: row.addresses, lastUsedAtMs: row.lastUsedAtMs };
  };
  return { ending: of(true), others: of(false) };
};

const conditions = (filter: RequestFilter): readonly RawBuilder<unknown>[] => {
  const { tenantId, keyId, endpoint, verdict, isRefused, ip, q, fromMs, toMs } = filter;
  return [
    ...(tenantId === undefined ? [] : [sql`tenant_id = ${tenantId}`]),
    ...(keyId === undefined ? [] : [sql`key_id = ${keyId}`]),
    ...(endpoint === undefined ? [] : [sql`endpoint = ${endpoint}`]),
    ...(verdict === undefined ? [] : [sql`verdict = ${verdict}`]),
    ...(isRefused === undefined ? [] : [sql`(verdict <> 'VALID') = ${isRefused}`]),
    ...(ip === undefined ? [] : [sql`ip = ${ip}`]),
    ...(q === undefined ? [] : [sql`position(${q.toLowerCase()} in lower(endpoint || chr(10) || coalesce(user_agent, ''))) > 0`]),
    ...(fromMs === undefined ? [] : [sql`at_ms >= ${fromMs}`]),
    ...(toMs === undefined ? [] : [sql`at_ms < ${toMs}`]),
  ];
};

const fromRow = (row: Selectable<RequestTable>): LoggedRequest => ({
  id: row.id,
  tenantId: row.tenant_id,
  keyId: row.key_id,
  atMs: row.at_ms,
  endpoint: row.endpoint,
  verdict: row.verdict as LoggedRequest["verdict"],
  ip: row.ip,
  userAgent: row.user_agent,
  facts: row.facts,
});
