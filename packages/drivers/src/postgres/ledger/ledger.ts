import {
  isSameSpend,
  isShareable,
  type Ledger,
  type SpendRequest,
  type SpendResult,
  spendAllInTurn,
  spendEach,
  spendEachBehind,
  Unavailable,
  type UsageSource,
} from "@keywright/core";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import { onConnection } from "./connection.ts";
import { decodeAnswer } from "./spend-answer.ts";
import { checkRequest, encodeBatch, type SpendBatch, spendParameters } from "./spend-batch.ts";
import { createSpendQueue, type Queued } from "./spend-queue.ts";
import { createUsageSource } from "./usage-source.ts";

export interface PostgresLedgerOptions {
  /** On a database that `migrate` has prepared. With fewer connections than `maxBatches`, batches wait for one another. */
  readonly pool: PostgresPool;
  /** For deliveries of counts, which nobody waits for: they may take longer than a verification may wait. Default: `pool`. */
  readonly usagePool?: PostgresPool;
  /** Makes the id of a usage move. */
  readonly newMoveId: () => string;
  /** How long a request may wait for its batch to begin, and then how long the batch may take. Default 500. */
  readonly deadlineMs?: number;
  /** Batches that are under way at once. Default 2. */
  readonly maxBatches?: number;
}

export interface PostgresLedger extends Ledger, UsageSource {
  /** Takes nothing more; resolves when all that was taken is settled. Whoever opened the pool ends it. */
  close(): Promise<void>;
}

const flushAt = 32;
const maxBatch = 64;
/** A queue of this length is far beyond its deadline. */
const maxWaiting = 10_000;

/**
 * The ledger of several processes on one PostgreSQL: budgets are rows beside the store's, and a batch of requests is one call of
 * `ledger_spend_batch` (`../migrations/0002-ledger.ts`, `0006-known-quotas.ts`, `0026-calls-behind.ts`), one transaction, durable when it is answered.
 *
 * The budgets (`ledger_budgets`) start from what the store knows of a key or a tenant, and leave with the moves as every ledger's do, but
 * nobody else writes them: where some processes are cut off from another ledger and spend here, its deliveries give nothing back.
 *
 * Revisions are not kept here at all. It reads them from `api_keys` and `tenants`, so a revocation is in force with the
 * store's own commit and `announce` has nothing to do. No stale accept:
 * - The function is volatile and the transaction reads committed data, so each of its statements takes a snapshot of its own. The
 *   one that reads the revisions begins after the batch was sent, and so after every commit that was acknowledged before a
 *   request of the batch was made: PostgreSQL makes a commit visible before it acknowledges it.
 * - It reads them after the locks: what is committed while the batch waits for another one is seen too.
 * - It takes no lock on those tables: no change of a key or a tenant waits for a verification, and none makes one wait. A change that
 *   commits after that snapshot is concurrent with the batch, which stands before it.
 * - Any difference is STALE, not only an older one: the tables are the truth, also when they were restored from a backup.
 * - An id that the tables do not have is a MISS; its lease installs nothing, for there is nothing to install.
 *
 * Exact budgets:
 * - A batch locks every budget row that it may charge before it looks at any, and holds the locks until its commit. A row that
 *   another batch held is read again by the lock itself, as that batch left it (EvalPlanQual); nothing else of that snapshot is used.
 *   So batches that share a budget follow one another whole, and each sees what the former charged.
 * - The database's clock is read after the locks, so time does not run backwards between batches that share a row.
 * - A request's gates are all looked at before any is charged, in memory; the rows are written once. A failure anywhere rolls all back.
 *
 * No deadlock: the locks of a batch are taken in one statement, in the order of the ids by byte, whatever order the requests came in.
 * Rows that are missing are not made in the midst of that, where the order could not be kept: the batch gives up with nothing
 * done, `ledger_admit` makes them in a transaction of its own, in the same order, and the batch is sent once more.
 * Counts are inserted, never updated, so they lock nothing that another batch wants.
 *
 * A batch that is not answered in time, or whose connection is lost, rejects with `Unavailable("ledger")` and is never sent again: it may
 * have been charged once, and was accepted by nobody.
 *
 * Counts go as one row a batch into `ledger_batches`, and from there in moves to the store. Upserting them into `usage_hourly` and
 * `key_activity` at once costs two thirds more database time a request, and makes every key's counter a row to wait for.
 */
export const createPostgresLedger = (options: PostgresLedgerOptions): PostgresLedger => {
  const { pool, newMoveId, usagePool = pool, deadlineMs = 500, maxBatches = 2 } = options;
  const run = (batch: readonly Queued<SpendRequest>[]) => onConnection(pool, deadlineMs, (client) => spendAll(client, batch));
  const queue = createSpendQueue<SpendRequest, SpendResult>({ run, isSame, flushAt, maxBatch, maxBatches, maxWaiting, deadlineMs });
  const spend = async (request: SpendRequest): Promise<SpendResult> => {
    checkRequest(request);
    return queue.add(request);
  };
  const spendBehind = async (first: SpendRequest, request: SpendRequest): Promise<SpendResult | undefined> => {
    checkRequest(first);
    checkRequest(request);
    return queue.addBehind(first, request);
  };
  const spendSeveral = (requests: readonly SpendRequest[]) => spendEach({ spend }, requests);
  return {
    spend,
    spendBehind,
    spendAll: spendSeveral,
    spendAllBehind: (first, requests) => spendAllInTurn({ spend, spendAll: spendSeveral }, first, requests),
    spendEachBehind: (first, requests) => spendEachBehind({ spendBehind }, first, requests),
    announce: () => Promise.resolve(),
    ...createUsageSource({ pool: usagePool, newMoveId }),
    close: queue.close,
  } satisfies PostgresLedger;
};

const spendSql = `select ledger_spend_batch(${Array.from({ length: spendParameters }, (_, index) => `$${index + 1}`).join(", ")}) as answer`;

const isSame = (one: SpendRequest, other: SpendRequest): boolean => isShareable(one) && isShareable(other) && isSameSpend(one, other);

type Results = readonly (SpendResult | undefined)[];

/** Settles the requests; undefined, with nothing done, where a budget has no row yet. */
const spendOnce = async (client: PostgresPoolClient, requests: readonly Queued<SpendRequest>[], batch: SpendBatch): Promise<Results | undefined> => {
  const { rows } = await client.query<{ answer: string | null }>(spendSql, batch.values);
  const answer = rows[0]?.answer ?? null;
  return answer === null ? undefined : decodeAnswer(answer, requests, batch.outcomes);
};

const miss: SpendResult = { state: "MISS", lease: "" };

const spendAll = async (client: PostgresPoolClient, requests: readonly Queued<SpendRequest>[]): Promise<Results> => {
  const batch = encodeBatch(requests);
  const results = await spendOnce(client, requests, batch);
  if (results !== undefined) return results;
  const { rows } = await client.query<{ unknown: readonly string[] }>("select ledger_admit($1) as unknown", [batch.budgets]);
  const { known, places } = withoutUnknown(requests, new Set(rows[0]?.unknown));
  const settled = known.length === 0 ? [] : await spendOnce(client, known, encodeBatch(known));
  if (settled === undefined) throw new Unavailable("ledger", new Error("A budget row does not stay."));
  return places.map((place) => (typeof place === "number" ? settled[place - 1] : place.result));
};

/** A request whose result needs no asking. undefined: it stands behind one that is no longer there. */
interface Settled {
  readonly result: SpendResult | undefined;
}

/** The requests that are left without those of keys and tenants that there are not; and of each request its number among them, or its result. */
const withoutUnknown = (requests: readonly Queued<SpendRequest>[], unknown: ReadonlySet<string>) => {
  const known: Queued<SpendRequest>[] = [];
  const places: (number | Settled)[] = [];
  for (const { request, times, behind } of requests) {
    const before = places[behind - 1] ?? 0;
    if (unknown.has(request.key.id) || (request.tenant !== null && unknown.has(request.tenant.id))) places.push({ result: miss });
    else if (typeof before !== "number") places.push({ result: undefined });
    else places.push(known.push({ request, times, behind: before }));
  }
  return { known, places };
};
