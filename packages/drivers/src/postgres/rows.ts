import type { ApiKey, BudgetState, KeyActivity, KeySecret, RateLimit, Signed, Tenant } from "@keywright/core";
import type { Insertable, Selectable } from "kysely";
import type { ApiKeyTable, BudgetStateTable, KeyActivityTable, KeySecretTable, TenantTable } from "./schema.ts";

/** A whole row as `to_json` shows it: bytes are hexadecimal text after `\x`. */
export type JsonRow<T> = { readonly [Column in keyof Selectable<T>]: Selectable<T>[Column] extends Buffer ? string : Selectable<T>[Column] };

/** Text for comparisons without regard to case. */
export const folded = (text: string): string => text.toLowerCase();

export const toTenantRow = ({ row, tag }: Signed<Tenant>): Insertable<TenantTable> => ({
  id: row.id,
  name: row.name,
  folded_name: folded(row.name),
  tier: row.tier,
  status: row.status,
  ...toRateColumns(row.rateLimit),
  developer_scopes: row.developerScopes,
  reminders: row.reminders && JSON.stringify(row.reminders),
  created_at_ms: row.createdAtMs,
  updated_at_ms: row.updatedAtMs,
  revision: row.revision,
  tag,
});

export const fromTenantRow = (row: JsonRow<TenantTable>): Signed<Tenant> => ({
  row: {
    id: row.id,
    name: row.name,
    tier: row.tier as Tenant["tier"],
    status: row.status as Tenant["status"],
    rateLimit: fromRateColumns(row),
    developerScopes: row.developer_scopes,
    reminders: row.reminders,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    revision: row.revision,
  },
  tag: row.tag,
});

export const toKeyRow = ({ row, tag }: Signed<ApiKey>): Insertable<ApiKeyTable> => ({
  id: row.id,
  tenant_id: row.tenantId,
  owner_id: row.ownerId,
  name: row.name,
  folded_name: folded(row.name),
  environment: row.environment,
  scopes: row.scopes,
  state: row.state,
  ip_allowlist: row.ipAllowlist,
  ...toRateColumns(row.rateLimit),
  monthly_quota: row.monthlyQuota,
  metadata: JSON.stringify(row.metadata),
  expires_at_ms: row.expiresAtMs,
  created_at_ms: row.createdAtMs,
  updated_at_ms: row.updatedAtMs,
  revoked_at_ms: row.revokedAtMs,
  revoked_reason: row.revokedReason,
  revision: row.revision,
  tag,
});

export const fromKeyRow = (row: JsonRow<ApiKeyTable>): Signed<ApiKey> => ({
  row: {
    id: row.id,
    tenantId: row.tenant_id,
    ownerId: row.owner_id,
    name: row.name,
    environment: row.environment,
    scopes: row.scopes,
    state: row.state as ApiKey["state"],
    ipAllowlist: row.ip_allowlist,
    rateLimit: fromRateColumns(row),
    monthlyQuota: row.monthly_quota,
    metadata: row.metadata,
    expiresAtMs: row.expires_at_ms,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
    revokedAtMs: row.revoked_at_ms,
    revokedReason: row.revoked_reason,
    revision: row.revision,
  },
  tag: row.tag,
});

export const toSecretRow = ({ row, tag }: Signed<KeySecret>): Insertable<KeySecretTable> => ({
  id: row.id,
  key_id: row.keyId,
  digest: digestBytes(row.digest),
  pepper_version: row.pepperVersion,
  hint: row.hint,
  created_at_ms: row.createdAtMs,
  valid_until_ms: row.validUntilMs,
  proved: row.proved,
  tag,
});

export const fromSecretRow = (row: JsonRow<KeySecretTable>): Signed<KeySecret> => ({
  row: {
    id: row.id,
    keyId: row.key_id,
    digest: Buffer.from(row.digest.slice(hexPrefix.length), "hex").toString("base64url"),
    pepperVersion: row.pepper_version,
    hint: row.hint,
    createdAtMs: row.created_at_ms,
    validUntilMs: row.valid_until_ms,
    proved: row.proved,
  },
  tag: row.tag,
});

const hexPrefix = "\\x";

export const digestBytes = (digest: string): Buffer => Buffer.from(digest, "base64url");

export const fromActivityRow = (row: JsonRow<KeyActivityTable> | null): KeyActivity => ({
  lastUsedAtMs: row?.last_used_at_ms ?? null,
  lastUsedIp: row?.last_used_ip ?? null,
});

export const fromBudgetRow = (row: JsonRow<BudgetStateTable>): BudgetState => ({
  subjectId: row.subject_id,
  bucket:
    row.bucket_tokens === null || row.bucket_fraction === null || row.bucket_at_ms === null
      ? null
      : { tokens: row.bucket_tokens, fraction: row.bucket_fraction, atMs: row.bucket_at_ms },
  quota: row.quota_month === null || row.quota_used === null ? null : { month: row.quota_month, used: row.quota_used },
});

type RateColumns = Pick<JsonRow<TenantTable>, "rate_limit" | "rate_window_seconds">;

const toRateColumns = (rate: RateLimit | null): RateColumns => ({
  rate_limit: rate?.limit ?? null,
  rate_window_seconds: rate?.windowSeconds ?? null,
});

const fromRateColumns = ({ rate_limit: limit, rate_window_seconds: windowSeconds }: RateColumns): RateLimit | null =>
  limit === null || windowSeconds === null ? null : { limit, windowSeconds };
