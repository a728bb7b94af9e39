import {
  type AuditEntry,
  type AuditFilter,
  type AuditLog,
  type ChainedEntry,
  type ChainPlace,
  chainEntries,
  firstHash,
  type PageRequest,
} from "@keywright/core";
import type { ExpressionBuilder, Insertable, Kysely, Selectable } from "kysely";
import { sha256 } from "../node/sha256.ts";
import { pageOf, rowsFor } from "./page.ts";
import type { AuditTable, Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

type Db = Kysely<Tables>;

export const postgresAuditLog = (db: Db) =>
  ({
    append: (entry) => inTransaction(db, (transaction) => appendAll(transaction, [entry])),
    list: (filter, page) => listEntries(db, filter, page),
  }) satisfies AuditLog;

/** The log within a transaction: entries wait until `flush`, the last that the transaction does, so that its chains are locked no longer than for that. */
export const deferredAuditLog = (transaction: Db) => {
  const waiting: AuditEntry[] = [];
  const flush = (): Promise<void> => appendAll(transaction, waiting.splice(0));
  const audit: AuditLog = {
    append: async (entry) => {
      waiting.push(entry);
    },
    list: async (filter, page) => {
      await flush();
      return listEntries(transaction, filter, page);
    },
  };
  return { audit, flush };
};

/** Chain by chain, always in one order: transactions that continue several never wait for each other in a circle. */
const appendAll = async (db: Db, entries: readonly AuditEntry[]): Promise<void> => {
  const chains = [...new Set(entries.map(({ tenantId }) => tenantId ?? platformChain))].sort();
  for (const chain of chains) {
    const chained = chainEntries(
      sha256,
      await lockEnd(db, chain),
      entries.filter(({ tenantId }) => (tenantId ?? platformChain) === chain),
    );
    await insertChained(db, chain, chained);
  }
};

export const platformChain = "";

const lockEnd = async (db: Db, chain: string): Promise<ChainPlace> => {
  const find = () => db.selectFrom("audit_chains").select(["sequence", "hash"]).where("chain", "=", chain).forUpdate().executeTakeFirst();
  const found = await find();
  if (found !== undefined) return found;
  await db
    .insertInto("audit_chains")
    .values({ chain, sequence: 0, hash: firstHash })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const made = await find();
  if (made === undefined) throw new Error("The end of an audit chain is gone.");
  return made;
};

/** One statement for both: what is entered, and where the chain ends now. */
const insertChained = async (db: Db, chain: string, entries: readonly ChainedEntry[]): Promise<void> => {
  const last = entries.at(-1);
  if (last === undefined) return;
  await db
    .with("chained", (query) => query.updateTable("audit_chains").set({ sequence: last.sequence, hash: last.hash }).where("chain", "=", chain))
    .insertInto("audit_log")
    .values(entries.map(toRow))
    .execute();
};

const listEntries = async (db: Db, filter: AuditFilter, page: PageRequest) => {
  const rows = await db
    .selectFrom("audit_log")
    .selectAll()
    .where((eb) => eb.and(conditions(eb, filter, page)))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, (entry) => entry.id);
};

const conditions = (eb: ExpressionBuilder<Tables, "audit_log">, filter: AuditFilter, { after }: PageRequest) => {
  const { tenantId, actorId, targetId, action, fromMs, toMs } = filter;
  return [
    ...(after === null ? [] : [eb("id", "<", after)]),
    ...(tenantId === undefined ? [] : [eb("tenant_id", "=", tenantId)]),
    ...(actorId === undefined ? [] : [eb("actor_id", "=", actorId)]),
    ...(targetId === undefined ? [] : [eb("target_id", "=", targetId)]),
    ...(action === undefined ? [] : [eb("action", "=", action)]),
    ...(fromMs === undefined ? [] : [eb("at_ms", ">=", fromMs)]),
    ...(toMs === undefined ? [] : [eb("at_ms", "<", toMs)]),
  ];
};

const toRow = (entry: ChainedEntry): Insertable<AuditTable> => ({
  id: entry.id,
  tenant_id: entry.tenantId,
  at_ms: entry.atMs,
  actor_type: entry.actorType,
  actor_id: entry.actorId,
  action: entry.action,
  target_type: entry.targetType,
  target_id: entry.targetId,
  reason: entry.reason,
  ip: entry.ip,
  request_id: entry.requestId,
  before: entry.before && JSON.stringify(entry.before),
  after: entry.after && JSON.stringify(entry.after),
  sequence: entry.sequence,
  previous_hash: entry.previousHash,
  hash: entry.hash,
});

const fromRow = (row: Selectable<AuditTable>): AuditEntry => ({
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
