import type { Keyring } from "./keyring.ts";
import type { Secret } from "./model/secret.ts";
import type { KeyRecord } from "./ports/key-records.ts";
import type { SecretHash } from "./ports/secret-hash.ts";
import type { SecretStore } from "./ports/secret-store.ts";
import type { Store } from "./ports/store.ts";
import { isStoredKeySigned, signSecret } from "./signing.ts";
import type { TamperAlarm } from "./tampering.ts";

export interface ProveDeps {
  readonly store: Pick<Store, "transaction">;
  readonly secretStore: SecretStore;
  readonly secretHash: SecretHash;
  readonly keyring: Keyring;
  readonly alarm: TamperAlarm;
}

/** A record whose secret has not passed bcrypt yet. */
export type UnprovedRecord = KeyRecord & { readonly unproved: string };

/** Whether the secret of a record agrees with its bcrypt hash; a proof that holds is signed into the row. */
export type Prove = (record: UnprovedRecord, secret: Secret) => Promise<boolean>;

/** Where the bcrypt hashes of a key rest. */
export const secretPath = (key: { readonly id: string; readonly tenantId: string | null }): string => `api_keys/${key.tenantId ?? "root"}/${key.id}`;

/** First use of a secret: bcrypt once, however many requests wait for it. */
export const createProver = (deps: ProveDeps): Prove => {
  const inFlight = new Map<string, Promise<boolean>>();
  return (record, secret) => {
    const { unproved: id } = record;
    const running = inFlight.get(id);
    if (running !== undefined) return running;
    const proof = proveOnce(deps, record, secret).finally(() => inFlight.delete(id));
    inFlight.set(id, proof);
    return proof;
  };
};

const proveOnce = async (deps: ProveDeps, record: UnprovedRecord, secret: Secret): Promise<boolean> => {
  const { id } = record;
  const tenantId = record.tenant?.id ?? null;
  const entry = await deps.secretStore.read(secretPath({ id, tenantId }));
  const hash = entry?.data[record.unproved];
  const agrees = hash !== undefined && (await deps.secretHash.compare(secret.reveal(), hash));
  if (agrees) await markProved(deps, record);
  else await deps.alarm({ type: "key", id, tenantId, detail: "The key's row and its hash in the secret store do not agree." });
  return agrees;
};

/** Rewrites the secret's row alone, from its state under the lock: a concurrent change of the key is not undone. */
const markProved = (deps: ProveDeps, record: UnprovedRecord): Promise<void> =>
  deps.store.transaction(async (stores) => {
    const stored = await stores.keys.lock(record.id);
    const row = stored?.secrets.find((secret) => secret.row.id === record.unproved)?.row;
    if (stored === undefined || row === undefined || row.proved || !isStoredKeySigned(deps.keyring, stored)) return;
    await stores.keys.updateSecret(signSecret(deps.keyring, { ...row, proved: true }));
  });
