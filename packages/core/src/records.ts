import type { Keyring } from "./keyring.ts";
import type { ApiKey, KeySecret } from "./model/key.ts";
import type { RateLimit } from "./model/limits.ts";
import type { Tenant } from "./model/tenant.ts";
import type { Addresses } from "./ports/addresses.ts";
import type { KeyRecord, KeyRecords, LoadedRecord, TenantRecord } from "./ports/key-records.ts";
import type { StoredRecord } from "./ports/key-store.ts";
import type { Store } from "./ports/store.ts";
import { type ShareValue, shareValues } from "./share-values.ts";
import { isKeySigned, isSecretSigned, isTenantSigned } from "./signing.ts";
import type { TamperAlarm } from "./tampering.ts";

export interface RecordDeps {
  readonly store: Pick<Store, "keys">;
  readonly keyring: Keyring;
  readonly addresses: Addresses;
  readonly alarm: TamperAlarm;
  /** The pool of a tenant: its own limit, or its tier's. */
  readonly poolOf: (tenant: Tenant) => RateLimit;
}

/** Records straight from the store, each row's tag checked: what was written or edited behind Keywright's back does not exist. */
export const createStoredRecords = (deps: RecordDeps): KeyRecords => {
  const parts = createParts();
  return {
    peek: () => undefined,
    load: async ({ digests }) => {
      const stored = await deps.store.keys.findByDigest(digests);
      if (stored === undefined) return undefined;
      const fault = faultOf(deps.keyring, stored);
      if (fault === undefined) return toLoaded(deps, parts, stored);
      await deps.alarm({ ...fault, tenantId: stored.key.row.tenantId });
      return undefined;
    },
  } satisfies KeyRecords;
};

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

/** What records have in common with each other. */
interface Parts {
  /** A key is read twice when it is first used, and its first id is what the ledger remembers. */
  readonly id: ShareValue<string>;
  readonly text: ShareValue<string>;
  readonly scopes: ShareValue<readonly string[]>;
  readonly limit: ShareValue<RateLimit>;
  readonly tenant: ShareValue<TenantRecord>;
}

/** Values of each kind that are shared. */
const maxShared = 16_384;
const maxRecentIds = 1_024;
const noMetadata: ApiKey["metadata"] = Object.freeze({});

const createParts = (): Parts => ({
  id: shareValues(maxRecentIds),
  text: shareValues(maxShared),
  scopes: shareValues(maxShared),
  limit: shareValues(maxShared),
  tenant: shareValues(maxShared),
});

const toLoaded = (deps: RecordDeps, parts: Parts, stored: StoredRecord): LoadedRecord => ({
  record: toRecord(deps, parts, stored),
  keyBudget: stored.keyBudget,
  tenantBudget: stored.tenantBudget,
});

const toRecord = ({ addresses, poolOf }: RecordDeps, parts: Parts, { key: { row }, secret, tenant }: StoredRecord): KeyRecord => ({
  id: parts.id(row.id, row.id),
  tenant: tenant === null ? null : toTenant(parts, tenant.row, poolOf(tenant.row)),
  ownerId: row.ownerId === null ? null : parts.text(row.ownerId, row.ownerId),
  name: row.name,
  environment: parts.text(row.environment, row.environment),
  scopes: parts.scopes(row.scopes.join(" "), row.scopes),
  state: row.state,
  rateLimit: row.rateLimit && shareLimit(parts, row.rateLimit),
  monthlyQuota: row.monthlyQuota,
  metadata: Object.keys(row.metadata).length === 0 ? noMetadata : row.metadata,
  expiresAtMs: endOf(row, secret.row),
  unproved: secret.row.proved ? null : secret.row.id,
  revision: row.revision,
  allows: row.ipAllowlist.length === 0 ? null : addresses.matcher(row.ipAllowlist),
  isUsed: false,
  // There from the start: to add them later would cost each record a place for them elsewhere.
  note: undefined,
  reply: undefined,
  introduction: undefined,
});

const shareLimit = ({ limit }: Parts, value: RateLimit): RateLimit => limit(`${value.limit} ${value.windowSeconds}`, value);

const toTenant = (parts: Parts, { id, status, revision }: Tenant, pool: RateLimit): TenantRecord =>
  parts.tenant(`${id} ${revision} ${status} ${pool.limit} ${pool.windowSeconds}`, {
    id,
    status,
    pool: shareLimit(parts, pool),
    revision,
    note: undefined,
    replied: undefined,
  });

const endOf = (key: ApiKey, secret: KeySecret): number | null => {
  if (key.expiresAtMs === null || secret.validUntilMs === null) return key.expiresAtMs ?? secret.validUntilMs;
  return Math.min(key.expiresAtMs, secret.validUntilMs);
};
