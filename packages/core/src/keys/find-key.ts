import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoredKey } from "../ports/key-store.ts";
import type { Stores } from "../ports/store.ts";
import { rootEnvironment } from "../rules/key-format.ts";
import { isStoredKeySigned } from "../signing.ts";
import { sees } from "../visibility.ts";
import { requireReach } from "./require-reach.ts";

interface FindDeps {
  readonly store: Stores;
  readonly keyring: Keyring;
}

interface Wanted {
  readonly actor: Actor;
  readonly keyId: string;
}

/** The API key, if the actor may see it; root keys have calls of their own. */
export const loadKey = async (deps: FindDeps, actor: Actor, keyId: string): Promise<StoredKey> => visible(await deps.store.keys.find(keyId), actor);

/** The API key, locked, untampered and within the actor's reach, for a change. */
export const lockKey = async (deps: Pick<FindDeps, "keyring">, stores: Stores, { actor, keyId }: Wanted): Promise<StoredKey> => {
  const stored = visible(await stores.keys.lock(keyId), actor);
  if (!isStoredKeySigned(deps.keyring, stored))
    throw new AppError("NOT_FOUND", { detail: "The key's row was edited behind Keywright's back; it is refused everywhere." });
  await requireReach(stores, actor, stored.key.row.ownerId);
  return stored;
};

export const lockAliveKey = async (deps: Pick<FindDeps, "keyring"> & { clock: Clock }, stores: Stores, wanted: Wanted): Promise<StoredKey> =>
  requireAlive(await lockKey(deps, stores, wanted), deps.clock.nowMs());

const visible = (stored: StoredKey | undefined, actor: Actor): StoredKey => {
  if (stored === undefined || stored.key.row.environment === rootEnvironment || !sees(actor, stored.key.row.tenantId)) throw new AppError("NOT_FOUND");
  return stored;
};

/** `revoked` and `expired` are final. */
export const requireAlive = (stored: StoredKey, nowMs: number): StoredKey => {
  const { state, expiresAtMs } = stored.key.row;
  if (state === "revoked") throw new AppError("KEY_NOT_ACTIVE", { detail: "The key is revoked, which is final." });
  if (expiresAtMs !== null && expiresAtMs <= nowMs) throw new AppError("KEY_NOT_ACTIVE", { detail: "The key has expired, which is final." });
  return stored;
};
