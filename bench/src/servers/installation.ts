import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyring, type Keyring, loadPeppers } from "@keywright/core";
import { createRandom, createSealedTable, cryptography, openEmbedded, openPostgres, openSealedFile, resolveMasterKey, systemClock } from "@keywright/drivers";
import { type Filling, fillKeys } from "./fill-keys.ts";
import { startServer } from "./server-process.ts";

export interface Engines {
  /** An empty database; undefined: the embedded one. */
  readonly databaseUrl?: string;
  readonly redisUrl?: string;
}

/** Keywright with keys in it, stopped. */
export interface Installation {
  /** Its settings. */
  readonly env: Readonly<Record<string, string>>;
  readonly rootKey: string;
  readonly keys: readonly string[];
  remove(): Promise<void>;
}

/** Thirty-two bytes that guard nothing but a benchmark. */
const masterKey = `${"A".repeat(43)}=`;

/** Makes an installation by starting it once, and puts the keys into its store as if each had been created and used before. */
export const install = async ({ databaseUrl, redisUrl }: Engines, filling: Filling): Promise<Installation> => {
  const dataDir = await mkdtemp(join(tmpdir(), "keywright-bench-"));
  const env = {
    KEYWRIGHT_DATA_DIR: dataDir,
    KEYWRIGHT_MASTER_KEY: masterKey,
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
  };
  const first = await startServer({ env });
  await first.stop();
  const keys = databaseUrl === undefined ? await fillEmbedded(dataDir, filling) : await fillServer(databaseUrl, filling);
  return { env, rootKey: first.rootKey ?? "", keys, remove: () => rm(dataDir, { recursive: true, force: true }) };
};

type Secrets = Parameters<typeof loadPeppers>[0]["secretStore"];

const keyringOf = async (secretStore: Secrets): Promise<Keyring> =>
  createKeyring(cryptography, await loadPeppers({ secretStore, random: createRandom({ clock: systemClock }) }));

const sealingKey = async () => (await resolveMasterKey({ given: masterKey, file: "" })).key;

const fillServer = async (url: string, filling: Filling): Promise<readonly string[]> => {
  const pool = openPostgres({ url, maxConnections: 2, deadlineMs: 600_000 });
  try {
    return await fillKeys(pool, await keyringOf(await createSealedTable({ pool, masterKey: await sealingKey() })), filling);
  } finally {
    await pool.end();
  }
};

const fillEmbedded = async (dataDir: string, filling: Filling): Promise<readonly string[]> => {
  const pool = await openEmbedded({ folder: join(dataDir, "store") });
  const secrets = await openSealedFile({ path: join(dataDir, "secrets.sealed"), masterKey: await sealingKey() });
  try {
    return await fillKeys(pool, await keyringOf(secrets), filling);
  } finally {
    await secrets.close();
    await pool.end();
  }
};
