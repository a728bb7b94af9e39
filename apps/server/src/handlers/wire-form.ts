import { createHash } from "node:crypto";
import type { EndpointId, ApiKey as WireKey, RateLimit as WireLimit, Tenant as WireTenant } from "@keywright/contract";
import {
  type ApiKey,
  AppError,
  type Expiry,
  type Idempotency,
  invalidField,
  type KeyDetails,
  ownerType,
  type Page,
  type PageRequest,
  type RateLimit,
  type SecretUse,
  type SecretUses,
  type Tenant,
} from "@keywright/core";

/** Between the wire (`snake_case`, RFC 3339) and the core (camelCase, milliseconds). */
export const toTime = (atMs: number): string => new Date(atMs).toISOString();
export const toTimeOrNull = (atMs: number | null): string | null => (atMs === null ? null : toTime(atMs));

/** A time that the schema has accepted as RFC 3339. */
export const fromTime = (pointer: string, text: string): number => {
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs)) throw invalidField(pointer, "must be an RFC 3339 time such as 2030-01-31T12:00:00Z");
  return atMs;
};

interface TimeRange {
  readonly from?: string;
  readonly to?: string;
}

/** From this moment (inclusive) to this one (exclusive), as far as they are named. */
export const fromTimeRange = ({ from, to }: TimeRange): { readonly fromMs?: number; readonly toMs?: number } => {
  const fromMs = from === undefined ? undefined : fromTime("/from", from);
  const toMs = to === undefined ? undefined : fromTime("/to", to);
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) throw invalidField("/to", "must be later than from");
  return { ...(fromMs !== undefined && { fromMs }), ...(toMs !== undefined && { toMs }) };
};

export const fromLimit = (limit: WireLimit | null | undefined): RateLimit | null =>
  limit ? { limit: limit.limit, windowSeconds: limit.window_seconds } : null;
const toLimit = (limit: RateLimit | null): WireLimit | null => limit && { limit: limit.limit, window_seconds: limit.windowSeconds };

interface ExpiryFields {
  readonly expires_in_days?: number | null;
  readonly expires_at?: string;
}

/** What was said about a key's end; undefined: nothing. */
export const toExpiry = (fields: ExpiryFields): Expiry | undefined => {
  if (fields.expires_at !== undefined) {
    if (fields.expires_in_days !== undefined) throw invalidField("/expires_at", "cannot stand beside expires_in_days: send one of them");
    return { kind: "at", atMs: fromTime("/expires_at", fields.expires_at) };
  }
  if (fields.expires_in_days === undefined) return undefined;
  return fields.expires_in_days === null ? { kind: "never" } : { kind: "days", days: fields.expires_in_days };
};

const statusOf = (key: ApiKey, nowMs: number): WireKey["status"] => {
  if (key.state === "revoked") return "revoked";
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return "expired";
  return key.state;
};

export const toOwner = (key: Pick<ApiKey, "ownerId" | "tenantId">): WireKey["owner"] => {
  if (key.ownerId !== null) return { type: ownerType(key.ownerId), id: key.ownerId };
  return key.tenantId === null ? { type: "operator", id: null } : { type: "tenant", id: key.tenantId };
};

/** The same with the use of each secret, as far as it is known. */
export const withUses = (key: WireKey, { secrets, uses }: { readonly secrets: KeyDetails["secrets"]; readonly uses: SecretUses | null }): WireKey =>
  key.secrets.length < 2 ? key : { ...key, secrets: key.secrets.map((secret, index) => ({ ...secret, use: toUse(uses?.get(secrets[index]?.id ?? "")) })) };

const toUse = (use: SecretUse | undefined) =>
  use === undefined ? null : { requests: use.requests, addresses: use.addresses, last_used_at: toTimeOrNull(use.lastUsedAtMs) };

const toSecrets = ({ key, secrets }: KeyDetails, nowMs: number): WireKey["secrets"] =>
  secrets
    .filter(({ validUntilMs }) => validUntilMs === null || (validUntilMs > nowMs && key.state !== "revoked"))
    .map((secret) => ({
      hint: secret.hint,
      status: secret.validUntilMs === null ? ("current" as const) : ("previous" as const),
      created_at: toTime(secret.createdAtMs),
      valid_until: toTimeOrNull(secret.validUntilMs),
    }));

export const toWireKey = (details: KeyDetails, nowMs: number): WireKey => {
  const { key, activity } = details;
  const secrets = toSecrets(details, nowMs);
  return {
    id: key.id,
    tenant_id: key.tenantId ?? "",
    name: key.name,
    environment: key.environment as WireKey["environment"],
    scopes: [...key.scopes],
    status: statusOf(key, nowMs),
    owner: toOwner(key),
    hint: secrets[0]?.hint ?? "",
    secrets,
    ip_allowlist: [...key.ipAllowlist],
    rate_limit: toLimit(key.rateLimit),
    monthly_quota: key.monthlyQuota,
    metadata: { ...key.metadata },
    expires_at: toTimeOrNull(key.expiresAtMs),
    created_at: toTime(key.createdAtMs),
    updated_at: toTime(key.updatedAtMs),
    revoked_at: toTimeOrNull(key.revokedAtMs),
    revoked_reason: key.revokedReason,
    last_used_at: toTimeOrNull(activity.lastUsedAtMs),
    last_used_ip: activity.lastUsedIp,
    revision: key.revision,
  };
};

export const toWireRootKey = ({ key, secrets, activity }: KeyDetails, nowMs: number) => ({
  id: key.id,
  name: key.name,
  permissions: [...key.scopes],
  status: statusOf(key, nowMs),
  hint: secrets[0]?.hint ?? "",
  created_at: toTime(key.createdAtMs),
  revoked_at: toTimeOrNull(key.revokedAtMs),
  last_used_at: toTimeOrNull(activity.lastUsedAtMs),
});

export const toWireTenant = (tenant: Tenant, pool: RateLimit): WireTenant => ({
  id: tenant.id,
  name: tenant.name,
  tier: tenant.tier,
  status: tenant.status,
  rate_limit: toLimit(tenant.rateLimit),
  effective_rate_limit: { limit: pool.limit, window_seconds: pool.windowSeconds },
  created_at: toTime(tenant.createdAtMs),
  updated_at: toTime(tenant.updatedAtMs),
  revision: tenant.revision,
});

type Headers = Readonly<Record<string, string>>;

/** A change's answer: 202 while some process may not follow it yet. */
export const changedReply = <T extends object>(body: T, enforced: boolean, headers: Headers) =>
  enforced ? { status: 200 as const, body, headers } : { status: 202 as const, body: { ...body, enforced: false as const }, headers };

export const etagOf = (revision: number) => ({ etag: `"${revision}"` });

/** The revision that `If-Match` names; null: none, or any. */
export const fromIfMatch = (header: string | undefined): number | null => {
  if (header === undefined || header === "*") return null;
  const match = /^"(\d{1,15})"$/.exec(header);
  if (match === null) throw new AppError("PRECONDITION_FAILED", { detail: "If-Match must be an ETag that this API answered, in quotes." });
  return Number(match[1]);
};

interface Repeatable {
  readonly idempotencyKey: string | undefined;
  readonly actor: { readonly id: string | null };
}

/** The same caller, endpoint and idempotency key are the same request; `asked` tells whether it asks the same. */
export const toIdempotency = (endpoint: EndpointId, { idempotencyKey, actor }: Repeatable, asked: unknown): Idempotency | null => {
  if (idempotencyKey === undefined) return null;
  const hash = (text: string) => createHash("sha256").update(text).digest("base64url");
  return { scope: hash(JSON.stringify([actor.id, endpoint, idempotencyKey])), fingerprint: hash(JSON.stringify(asked)) };
};

const ownIds = /^[a-z]{3,4}_[0-9A-Za-z]{22}$/;
/** A cursor may hold a name: 100 characters of four bytes each. */
const cursorPattern = /^[A-Za-z0-9_-]{1,640}$/;

interface Paging {
  readonly limit?: number;
  readonly cursor?: string;
}

/** A cursor carries where the page ended (an id, unless `pattern` says otherwise) and a mark of the filters that it was answered for, so that neither can be exchanged. */
export const fromCursor = ({ limit, cursor }: Paging, filters: unknown, pattern = ownIds): PageRequest => {
  if (cursor === undefined) return { limit: limit ?? 50, after: null };
  const text = cursorPattern.test(cursor) ? Buffer.from(cursor, "base64url").toString("utf8") : "";
  const at = text.lastIndexOf(".");
  const after = text.slice(0, Math.max(0, at));
  if (!pattern.test(after) || text.slice(at + 1) !== markOf(after, filters)) throw new AppError("INVALID_CURSOR");
  return { limit: limit ?? 50, after };
};

export const toPage = <T, W>({ items, after }: Page<T>, filters: unknown, toWire: (item: T) => W): { data: W[]; next_cursor: string | null } => ({
  data: items.map(toWire),
  next_cursor: after === null ? null : Buffer.from(`${after}.${markOf(after, filters)}`).toString("base64url"),
});

const markOf = (after: string, filters: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify([after, filters]))
    .digest("base64url")
    .slice(0, 16);

interface OwnerFields {
  readonly owner_id?: string;
  readonly team_id?: string;
}

/** The member or the team that is named; undefined: neither. */
export const fromOwner = ({ owner_id: memberId, team_id: teamId }: OwnerFields): string | undefined => {
  if (memberId !== undefined && teamId !== undefined) throw invalidField("/team_id", "cannot stand beside owner_id: a key belongs to a member or to a team");
  return memberId ?? teamId;
};
