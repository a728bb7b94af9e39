import { join } from "node:path";
import { type Broadcast, createMemoryBroadcast, type KeyStore, type Store } from "@keywright/core";
import {
  createStore,
  createTurns,
  grantAppRole,
  migrate,
  openEmbedded,
  openPostgres,
  openPostgresBroadcast,
  soleTurns,
  systemStopwatch,
  type Turns,
} from "@keywright/drivers";
import type { EngineAddresses } from "../engine-settings.ts";
import type { Closers } from "./closers.ts";

type Pool = ReturnType<typeof openPostgres>;

export interface OpenedStore {
  readonly store: Store;
  /** Where verification reads keys: with a deadline that a verification can wait for. */
  readonly keys: KeyStore;
  /** For the store itself, and whatever else rests beside it. */
  readonly pool: Pool;
  /** For the ledger in the store; short statements, many at once. */
  readonly ledgerPool: Pool;
  /** For the epoch: nothing else may keep it waiting. */
  readonly epochPool: Pool;
  readonly turns: Turns;
  /** Tells all processes on this store. */
  readonly openBroadcast: (processId: string) => Promise<Broadcast>;
  readonly migrated: readonly string[];
  readonly maintain: () => Promise<void>;
  /** Which engine it is, for a person. */
  readonly name: string;
}

/** Connections to PostgreSQL that a process takes at most, by what for. The look at the server before them is over when they are opened. */
export const poolSizes = { store: 8, ledger: 4, epoch: 1, keys: 4, live: 1 } as const;

/** How long a verification waits for the store, and a process for the epoch. */
const hotDeadlineMs = 1_000;

export const openStore = (addresses: EngineAddresses, dataDir: string, closers: Closers): Promise<OpenedStore> =>
  addresses.databaseUrl === undefined ? openEmbeddedStore(dataDir, closers) : openServerStore(addresses, addresses.databaseUrl, closers);

const openEmbeddedStore = async (dataDir: string, closers: Closers): Promise<OpenedStore> => {
  const pool = await openEmbedded({ folder: join(dataDir, "store") });
  closers.add(() => pool.end());
  const migrated = await migrate(pool);
  const store = createStore(pool);
  const shared = { pool, ledgerPool: pool, epochPool: pool };
  const openBroadcast = async () => createMemoryBroadcast();
  return { store, keys: store.keys, ...shared, turns: soleTurns, openBroadcast, migrated, maintain: () => pool.maintain(), name: "PGlite (synced to disk)" };
};

const openServerStore = async ({ databaseMigrationUrl }: EngineAddresses, url: string, closers: Closers): Promise<OpenedStore> => {
  const open = (maxConnections: number, options: Pick<Parameters<typeof openPostgres>[0], "deadlineMs" | "prepares"> = {}): Pool => {
    const pool = openPostgres({ url, maxConnections, ...options });
    closers.add(() => pool.end());
    return pool;
  };
  const pool = open(poolSizes.store);
  const ledgerPool = open(poolSizes.ledger, { deadlineMs: hotDeadlineMs });
  const epochPool = open(poolSizes.epoch, { deadlineMs: hotDeadlineMs });
  const migrated = databaseMigrationUrl === undefined ? await migrate(pool) : await migrateAsOwner(databaseMigrationUrl, url);
  // Planning the read of a key by its digest takes ten times as long as reading it.
  const keyPool = open(poolSizes.keys, { deadlineMs: hotDeadlineMs, prepares: true });
  await Promise.all([connectAhead(ledgerPool, poolSizes.ledger), connectAhead(keyPool, poolSizes.keys)]);
  const { keys } = createStore(keyPool);
  const openBroadcast = async (processId: string): Promise<Broadcast> => {
    const broadcast = await openPostgresBroadcast({ url, pool, processId, stopwatch: systemStopwatch });
    closers.add(() => broadcast.close());
    return broadcast;
  };
  const pools = { pool, ledgerPool, epochPool };
  return { store: createStore(pool), keys, ...pools, turns: createTurns(pool), openBroadcast, migrated, maintain: async () => {}, name: "PostgreSQL" };
};

/** The first verifications would wait for these connections within their own deadline. One that is not had now is made when it is wanted. */
const connectAhead = async (pool: Pool, count: number): Promise<void> => {
  const opened = await Promise.allSettled(Array.from({ length: count }, () => pool.connect()));
  for (const one of opened) if (one.status === "fulfilled") one.value.release();
};

/** The owner migrates, and gives the role that serves what it needs and no more. */
const migrateAsOwner = async (ownerUrl: string, appUrl: string): Promise<readonly string[]> => {
  const owner = openPostgres({ url: ownerUrl, maxConnections: 2 });
  try {
    const migrated = await migrate(owner);
    const appRole = decodeURIComponent(new URL(appUrl).username);
    if (appRole === "") throw new Error("DATABASE_URL names no user: with DATABASE_MIGRATION_URL it must say who gets the rights to serve.");
    await grantAppRole(owner, appRole);
    return migrated;
  } finally {
    await owner.end();
  }
};
