import { Unavailable } from "../errors.ts";
import { pepperPath } from "../load-peppers.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredKey } from "../ports/key-store.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store } from "../ports/store.ts";
import { decodeUuid } from "../rules/base62.ts";

export interface SweepDeps {
  readonly store: Pick<Store, "keys">;
  readonly secretStore: SecretStore;
  readonly clock: Clock;
}

export interface Swept {
  readonly looked: number;
  readonly destroyed: number;
}

/** A hash without a row is left alone for so long: its creation may be under way. */
export const orphanAgeMs = 3_600_000;
const folder = "api_keys/";

/**
 * Destroys the hashes that nothing can use any more: of revoked keys, of ended secrets, and of creations that never committed. One that is
 * damaged holds up none of the others: the first such failure is told when all were looked at.
 */
export const sweepHashes = async (deps: SweepDeps): Promise<Swept> => {
  const swept = { looked: 0, destroyed: 0 };
  const failures: unknown[] = [];
  for (const tenant of await deps.secretStore.list(folder)) {
    for (const keyId of await deps.secretStore.list(folder + tenant)) {
      swept.looked += 1;
      try {
        swept.destroyed += await sweepKey(deps, folder + tenant + keyId, keyId);
      } catch (error) {
        await requireEngines(deps, error);
        failures.push(error);
      }
    }
  }
  if (failures.length > 0) throw failures[0];
  return swept;
};

/**
 * Throws where an engine is out of reach: every key would wait for the same deadline. A damaged secret rejects just as a secret store that is
 * away does; by the pepper, which can be read while it is there, they are told apart.
 */
const requireEngines = async ({ secretStore }: SweepDeps, error: unknown): Promise<void> => {
  if (error instanceof Unavailable && error.port === "store") throw error;
  await secretStore.read(pepperPath);
};

const sweepKey = async (deps: SweepDeps, path: string, keyId: string): Promise<number> => {
  const stored = await deps.store.keys.find(keyId);
  const nowMs = deps.clock.nowMs();
  if (stored === undefined ? nowMs - madeAtMs(keyId) > orphanAgeMs : stored.key.row.state === "revoked") {
    await deps.secretStore.destroy(path);
    return 1;
  }
  return stored === undefined ? 0 : dropEnded(deps, path, { stored, nowMs });
};

/** Keeps the hashes of the secrets that still work, and of any too young to be in a row. */
const dropEnded = async (deps: SweepDeps, path: string, { stored, nowMs }: { stored: StoredKey; nowMs: number }): Promise<number> => {
  const entry = await deps.secretStore.read(path);
  if (entry === undefined) return 0;
  const rows = new Map(stored.secrets.map(({ row }) => [row.id, row]));
  const alive = Object.entries(entry.data).filter(([secretId]) => {
    const row = rows.get(secretId);
    return row === undefined ? nowMs - madeAtMs(secretId) <= orphanAgeMs : row.validUntilMs === null || row.validUntilMs > nowMs;
  });
  if (alive.length === Object.keys(entry.data).length) return 0;
  return (await deps.secretStore.write(path, Object.fromEntries(alive), entry.version)) ? 1 : 0;
};

/** UUIDv7 begins with its time (RFC 9562 section 5.7); anything else is as old as can be. */
const madeAtMs = (id: string): number => {
  const bytes = decodeUuid(id.slice(id.indexOf("_") + 1));
  return bytes === undefined ? 0 : bytes.slice(0, 6).reduce((value, byte) => value * 256 + byte, 0);
};
