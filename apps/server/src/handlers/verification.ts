import type { Verification } from "@keywright/contract";
import type { BucketView, Spent, VerifyOutcome } from "@keywright/core";
import { toOwner, toTimeOrNull } from "./wire-form.ts";

const unknown = { key_id: null, tenant_id: null, owner: null, scopes: [], environment: null, expires_at: null, metadata: {}, rate_limit: null, quota: null };

export const toVerification = ({ verdict, record, spent, expiresAtMs }: VerifyOutcome): Verification => {
  if (record === null) return { valid: false, code: verdict, ...unknown };
  const { id, tenant, ownerId } = record;
  const tenantId = tenant?.id ?? null;
  return {
    valid: verdict === "VALID",
    code: verdict,
    key_id: id,
    tenant_id: tenantId,
    owner: toOwner({ ownerId, tenantId }),
    scopes: [...record.scopes],
    environment: record.environment,
    expires_at: toTimeOrNull(expiresAtMs),
    metadata: { ...record.metadata },
    rate_limit: toRateLimit(spent),
    quota: toQuota(spent),
  };
};

export const toQuota = (spent: VerifyOutcome["spent"]): Verification["quota"] =>
  spent?.quota ? { limit: spent.quota.limit, remaining: spent.quota.remaining, reset_seconds: spent.quota.resetSeconds } : null;

/** Of the key's bucket and the tenant's pool, the one that will refuse first. */
export const budgetOf = ({ key, pool }: Spent): BucketView | null => (key !== null && (pool === null || key.remaining <= pool.remaining) ? key : pool);

export const toRateLimit = (spent: VerifyOutcome["spent"]): Verification["rate_limit"] => {
  const view = spent && budgetOf(spent);
  return view && { limit: view.limit, remaining: view.remaining, reset_seconds: view.resetSeconds };
};
