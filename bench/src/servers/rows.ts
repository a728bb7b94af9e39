import type { ApiKey, KeySecret, RateLimit, Tenant } from "@keywright/core";

/** Tenants, keys and secrets as they are after some use: active, without an end. */
export const newTenant = ({ id, number, rateLimit, nowMs }: Pick<Tenant, "id" | "rateLimit"> & Numbered): Tenant => ({
  id,
  name: `Tenant ${number}`,
  tier: "enterprise",
  status: "active",
  rateLimit,
  developerScopes: null,
  reminders: null,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
  revision: 1,
});

interface Numbered {
  readonly number: number;
  readonly nowMs: number;
}

interface NewKey extends Numbered {
  readonly id: string;
  readonly tenantId: string;
  readonly rateLimit: RateLimit | null;
}

export const newKey = ({ id, tenantId, number, rateLimit, nowMs }: NewKey): ApiKey => ({
  id,
  tenantId,
  ownerId: null,
  name: `Key ${number}`,
  environment: "live",
  scopes: ["send_email"],
  state: "active",
  ipAllowlist: [],
  rateLimit,
  monthlyQuota: null,
  metadata: {},
  expiresAtMs: null,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
  revokedAtMs: null,
  revokedReason: null,
  revision: 1,
});

interface NewSecret extends Pick<KeySecret, "id" | "keyId" | "digest" | "pepperVersion"> {
  /** The last characters of the key's text. */
  readonly end: string;
  readonly nowMs: number;
}

export const newSecret = ({ end, nowMs, ...named }: NewSecret): KeySecret => ({
  ...named,
  hint: `pm_live_…${end}`,
  createdAtMs: nowMs,
  validUntilMs: null,
  proved: true,
});
