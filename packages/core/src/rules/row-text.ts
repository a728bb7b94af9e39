import type { ApiKey, KeySecret } from "../model/key.ts";
import type { Tenant } from "../model/tenant.ts";

/**
 * The text of a row that its tag signs: everything that a verdict, or an answer about it, depends on, in a fixed order.
 * The first element names the kind, so that no row's tag fits another kind's row.
 */
export const keyText = (key: ApiKey): string =>
  JSON.stringify([
    "key",
    key.id,
    key.tenantId,
    key.ownerId,
    key.environment,
    key.scopes,
    key.state,
    key.ipAllowlist,
    key.rateLimit && [key.rateLimit.limit, key.rateLimit.windowSeconds],
    key.monthlyQuota,
    sorted(key.metadata),
    key.expiresAtMs,
    key.revision,
  ]);

export const secretText = (secret: KeySecret): string =>
  JSON.stringify(["secret", secret.id, secret.keyId, secret.digest, secret.pepperVersion, secret.validUntilMs, secret.proved]);

export const tenantText = (tenant: Tenant): string =>
  JSON.stringify([
    "tenant",
    tenant.id,
    tenant.tier,
    tenant.status,
    tenant.rateLimit && [tenant.rateLimit.limit, tenant.rateLimit.windowSeconds],
    tenant.revision,
    // Said only where it is restricted, so that the tags of tenants that restrict nothing stay as they are.
    ...(tenant.developerScopes === null ? [] : [tenant.developerScopes]),
  ]);

/** jsonb keeps no order of names, so the text orders them itself. */
const sorted = (metadata: ApiKey["metadata"]): readonly (readonly [string, string | number | boolean])[] =>
  Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
