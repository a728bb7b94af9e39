import { join } from "node:path";
import { createMemoryLedger, newId, type Policy, type TamperedRow } from "@keywright/core";
import {
  addresses,
  createRandom,
  createSecretHash,
  createStore,
  cryptography,
  lockFolder,
  migrate,
  openEmbedded,
  openSealedFile,
  resolveMasterKey,
  systemClock,
} from "@keywright/drivers";
import { createEngine, type Engine } from "./engine.ts";
import type { Readiness } from "./http/health.ts";
import { createReadiness } from "./readiness.ts";

export interface WireOptions {
  readonly dataDir: string;
  /** Base64 of 32 bytes; undefined: a file in the data folder, made on the first start. */
  readonly masterKey: string | undefined;
  readonly policy: Policy;
  readonly cacheRecords: number;
  readonly onTampering: (row: TamperedRow) => void;
}

export interface Wired {
  readonly engine: Engine;
  /** Which engines run, for a person. */
  readonly engines: string;
  /** Migrations that this opening has run. */
  readonly migrated: readonly string[];
  readonly readiness: () => Promise<Readiness>;
  /** Keeps the store tidy; to be called daily. */
  readonly maintain: () => Promise<void>;
  /** Brings the last counts to the store and closes everything, in the reverse order of opening. */
  close(): Promise<void>;
}

/** Keys and tenants of which the memory ledger keeps live state at most. */
const maxLedgerEntries = 1_000_000;

type Closer = () => Promise<unknown> | unknown;

/** Opens the embedded engines on the data folder: PGlite, the memory ledger, the sealed file. What was opened before a failure is closed. */
export const wireEmbedded = async (options: WireOptions): Promise<Wired> => {
  const closers: Closer[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.toReversed()) await close();
  };
  try {
    return await openEngines(options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
};

const openEngines = async (options: WireOptions, closers: Closer[], closeAll: () => Promise<void>): Promise<Wired> => {
  const { dataDir, policy } = options;
  const lock = lockFolder(dataDir);
  closers.push(() => lock.release());
  const { key } = await resolveMasterKey({ given: options.masterKey, file: join(dataDir, "master.key") });
  const secretStore = await openSealedFile({ path: join(dataDir, "secrets.sealed"), masterKey: key });
  closers.push(() => secretStore.close());
  const pool = await openEmbedded({ folder: join(dataDir, "store") });
  closers.push(() => pool.end());
  const migrated = await migrate(pool);
  const random = createRandom({ clock: systemClock });
  const ledger = createMemoryLedger({ clock: systemClock, newMoveId: () => newId(random, "mov"), maxEntries: maxLedgerEntries });
  const secretHash = createSecretHash({ cost: policy.bcryptCost });
  const ports = { store: createStore(pool), secretStore, secretHash, ledger, cryptography, random, clock: systemClock, addresses };
  const engine = await createEngine(ports, options);
  closers.push(() => engine.deliverUsage());
  return {
    engine,
    engines: `embedded in ${dataDir}: PGlite (synced to disk), memory ledger, sealed file; one process`,
    migrated,
    readiness: createReadiness(engine),
    maintain: () => pool.maintain(),
    close: closeAll,
  };
};
