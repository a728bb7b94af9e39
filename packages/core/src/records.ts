import type { Keyring } from "./keyring.ts";
import type { Addresses } from "./ports/addresses.ts";
import type { KeyRecord, KeyRecords } from "./ports/key-records.ts";
import type { StoredRecord } from "./ports/key-store.ts";
import type { Store } from "./ports/store.ts";
import { isKeySigned, isSecretSigned, isTenantSigned } from "./signing.ts";
import type { TamperAlarm } from "./tampering.ts";

export interface RecordDeps {
  readonly store: Pick<Store, "keys">;
  readonly keyring: Keyring;
  readonly addresses: Addresses;
  readonly alarm: TamperAlarm;
}

/** Records straight from the store, each row's tag checked: what was written or edited behind Keywright's back does not exist. */
export const createStoredRecords = (deps: RecordDeps): KeyRecords =>
  ({
    peek: () => undefined,
    load: async (digests) => {
      const stored = await deps.store.keys.findByDigest(digests);
      if (stored === undefined) return undefined;
      const fault = faultOf(deps.keyring, stored);
      if (fault === undefined) return toRecord(deps.addresses, stored);
      await deps.alarm({ ...fault, tenantId: stored.key.row.tenantId });
      return undefined;
    },
  }) satisfies KeyRecords;

/** The first row that is not as Keywright wrote it, or does not belong to the others. */
const faultOf = (keyring: Keyring, { key, secret, tenant }: StoredRecord) => {
  const ofKey = (detail: string) => ({ type: "key", id: key.row.id, detail }) as const;
  if (!isKeySigned(keyring, key)) return ofKey("The key's row does not bear its tag.");
  if (!isSecretSigned(keyring, secret)) return ofKey("The secret's row does not bear its tag.");
  if (secret.row.keyId !== key.row.id) return ofKey("The secret belongs to another key.");
  if ((tenant?.row.id ?? null) !== key.row.tenantId) return ofKey("The key's tenant is missing.");
  if (tenant !== null && !isTenantSigned(keyring, tenant))
    return { type: "tenant", id: tenant.row.id, detail: "The tenant's row does not bear its tag." } as const;
  return undefined;
};

const toRecord = (addresses: Addresses, stored: StoredRecord): KeyRecord => ({
  key: stored.key.row,
  secret: stored.secret.row,
  tenant: stored.tenant?.row ?? null,
  keyBudget: stored.keyBudget,
  tenantBudget: stored.tenantBudget,
  allows: stored.key.row.ipAllowlist.length === 0 ? null : addresses.matcher(stored.key.row.ipAllowlist),
});
