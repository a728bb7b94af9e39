import type { OnCall } from "@keywright/core";
import type { PostgresPool } from "kysely";
import { defaultDeadlineMs, openPool } from "../pool.ts";
import { prepareFolder } from "./database-folder.ts";
import { openWire } from "./wire.ts";
import { startEngine, within } from "./worker.ts";

export interface EmbeddedOptions {
  /** The database's own folder, made where it is not there; nothing else may be in it. Whoever opens it holds the lock of the data folder around it. */
  readonly folder: string;
  /** How long a statement may take, and the wait for the one connection. */
  readonly deadlineMs?: number;
  /** As `PoolOptions.onCall`. */
  readonly onCall?: OnCall | undefined;
}

export interface EmbeddedPool extends PostgresPool {
  /** How often the database has synced to disk since it was opened. A commit that is acknowledged is among them. */
  fsyncs(): number;
  /** Gives back what updated and deleted rows took, and refreshes the planner's statistics. There is no autovacuum here: to be called daily. */
  maintain(): Promise<void>;
}

/** Making a database, or replaying the log after a crash. */
const openingDeadlineMs = 120_000;
const endDeadlineMs = 4_000;

/**
 * PGlite (PostgreSQL compiled to WebAssembly) on a folder, in a worker thread: the event loop never waits for it. One
 * connection, handed out first come, first served. A commit is on disk before it is acknowledged.
 * Rejects with one sentence where the folder cannot be used.
 */
export const openEmbedded = async ({ folder, deadlineMs = defaultDeadlineMs, onCall }: EmbeddedOptions): Promise<EmbeddedPool> => {
  const engine = await prepareFolder(folder, openingDeadlineMs)
    .then(() => startEngine(folder, openingDeadlineMs))
    .catch((cause: unknown) => {
      throw new Error(`The store in ${folder} cannot be opened: ${cause instanceof Error ? cause.message : cause}.`, { cause });
    });
  const config = { stream: () => openWire(engine), ssl: false, max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: deadlineMs };
  const pool = openPool({ ...config, query_timeout: deadlineMs }, { prepares: true, onCall });
  return {
    ...pool,
    fsyncs: engine.fsyncs,
    maintain: () => maintain(pool),
    end: async () => {
      await within(endDeadlineMs, pool.end(), async () => {});
      await engine.close(endDeadlineMs);
    },
  };
};

/** Table by table, the system's too: between two of them, others have their turn. */
const maintain = async (pool: PostgresPool): Promise<void> => {
  const tables = await run<{ name: string }>(pool, "select oid::regclass::text as name from pg_class where relkind = 'r' order by oid");
  for (const { name } of tables) await run(pool, `vacuum (analyze) ${name}`);
};

const run = async <R>(pool: PostgresPool, text: string): Promise<readonly R[]> => {
  const client = await pool.connect();
  try {
    return (await client.query<R>(text, [])).rows;
  } finally {
    client.release();
  }
};
