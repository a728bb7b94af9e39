import { chmod, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { PostgresPool } from "kysely";
import { defaultDeadlineMs, openPool } from "../pool.ts";
import { openWire } from "./wire.ts";
import { runCreation, startEngine, within } from "./worker.ts";

export interface EmbeddedOptions {
  /** The database's own folder, made where it is not there; nothing else may be in it. Whoever opens it holds the lock of the data folder around it. */
  readonly folder: string;
  /** How long a statement may take, and the wait for the one connection. */
  readonly deadlineMs?: number;
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
const maintenanceDeadlineMs = 600_000;

/**
 * PGlite (PostgreSQL compiled to WebAssembly) on a folder, in a worker thread: the event loop never waits for it. One
 * connection, handed out first come, first served. A commit is on disk before it is acknowledged.
 * Rejects with one sentence where the folder cannot be used.
 */
export const openEmbedded = async ({ folder, deadlineMs = defaultDeadlineMs }: EmbeddedOptions): Promise<EmbeddedPool> => {
  const engine = await prepareFolder(folder)
    .then(() => startEngine(folder, openingDeadlineMs))
    .catch((cause: unknown) => {
      throw new Error(`The store in ${folder} cannot be opened: ${cause instanceof Error ? cause.message : cause}.`, { cause });
    });
  const config = { stream: () => openWire(engine), ssl: false, max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: deadlineMs };
  const pool = openPool({ ...config, query_timeout: deadlineMs });
  return {
    ...pool,
    fsyncs: engine.fsyncs,
    maintain: async () => {
      const client = await pool.connect();
      try {
        await within(maintenanceDeadlineMs, client.query("vacuum (analyze)", []), async () => undefined);
      } finally {
        client.release();
      }
    },
    end: async () => {
      await within(endDeadlineMs, pool.end(), async () => {});
      await engine.close(endDeadlineMs);
    },
  };
};

/** The folder with a database in it, for its owner alone: the database's files are readable to whoever gets this far. */
const prepareFolder = async (folder: string): Promise<void> => {
  const entries = await entriesOf(folder);
  if (!entries.includes("PG_VERSION")) await createDatabase(folder, entries);
  await chmod(folder, 0o700);
};

/** A database is made beside its place and moved there when it is whole: a start that is cut short leaves nothing half made. */
const createDatabase = async (folder: string, entries: readonly string[]): Promise<void> => {
  if (entries.length > 0) throw new Error("it holds files, but no database");
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await runCreation(draft, openingDeadlineMs);
  await rename(draft, folder);
  await syncFolder(dirname(folder));
};

/** What is in a folder; a folder that is not there holds nothing. */
const entriesOf = (folder: string): Promise<readonly string[]> =>
  readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
