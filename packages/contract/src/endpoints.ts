import Type from "typebox";
import { alertEndpoints } from "./alert-endpoints.ts";
import { auditEndpoints } from "./audit-endpoints.ts";
import { embedEndpoints } from "./embed-endpoints.ts";
import type { Endpoint } from "./endpoint.ts";
import type { ErrorCode } from "./errors.ts";
import { peopleEndpoints } from "./people-endpoints.ts";
import type { Permission } from "./permissions.ts";
import {
  ApiKey,
  CreateApiKey,
  CreatedApiKey,
  KeyId,
  KeyOptions,
  KeyOptionsQuery,
  ListApiKeysQuery,
  RegenerateApiKey,
  RegeneratedApiKey,
  RevokeApiKey,
  RevokedApiKey,
  TenantId,
  UpdateApiKey,
} from "./schemas/key.ts";
import {
  AuditEntry,
  CreatedRootKey,
  CreateRootKey,
  CreateTenant,
  ListAuditQuery,
  ListRootKeysQuery,
  ListTenantsQuery,
  page,
  pending,
  RootKey,
  RootKeyId,
  Tenant,
  UpdateTenant,
} from "./schemas/platform.ts";
import { closed } from "./schemas/text.ts";
import { Verification, VerifyBatchReply, VerifyBatchRequest, VerifyRequest } from "./schemas/verification.ts";
import { systemEndpoints } from "./system-endpoints.ts";
import { usageEndpoints } from "./usage-endpoints.ts";
import { webhookEndpoints } from "./webhook-endpoints.ts";

const platform = "/api/v1/platform";
const keyParams = Type.Object({ key_id: KeyId }, closed);
const tenantParams = Type.Object({ tenant_id: TenantId }, closed);
const rootKeyParams = Type.Object({ key_id: RootKeyId }, closed);
const exampleId = (prefix: string) => `${prefix}_01F8MECHZX3TBDSZ7XRADM`;

/** THE table: every endpoint of the API. Routes, OpenAPI, the SDK and the docs are derived from it. */
export const endpoints = {
  "verify-key": {
    method: "POST",
    path: "/api/v1/verify",
    tag: "Verification",
    permission: "verify",
    doc: "Verify one API key: is it real, alive, allowed here, and within its limits? Always answers 200; `code` is the verdict.",
    body: VerifyRequest,
    replies: { 200: Verification },
    errors: [],
    example: { key: "pm_live_…", scopes: ["send_email"], ip: "203.0.113.7", endpoint: "/v1/emails", method: "POST" },
  },
  "verify-keys": {
    method: "POST",
    path: "/api/v1/verify/batch",
    tag: "Verification",
    permission: "verify",
    doc: "Verify up to 100 API keys in one call; the verdicts stand in the order of the requests.",
    body: VerifyBatchRequest,
    replies: { 200: VerifyBatchReply },
    errors: [],
    example: { requests: [{ key: "pm_live_…", scopes: ["send_email"] }, { key: "pm_live_…" }] },
  },
  "create-key": {
    method: "POST",
    path: `${platform}/api-keys`,
    tag: "API keys",
    permission: "keys:write",
    doc: "Create an API key. The answer is the only one that shows its plaintext.",
    body: CreateApiKey,
    replies: { 201: CreatedApiKey },
    errors: ["NOT_FOUND", "KEY_LIMIT_REACHED", "SCOPE_NOT_HELD", "IDEMPOTENCY_KEY_REUSED"],
    idempotent: true,
    example: { tenant_id: exampleId("ten"), name: "Production mailer", scopes: ["send_email"], expires_in_days: 90 },
  },
  "list-keys": {
    method: "GET",
    path: `${platform}/api-keys`,
    tag: "API keys",
    permission: "keys:read",
    doc: "List API keys, newest first unless `sort` says otherwise, with filters and a cursor.",
    query: ListApiKeysQuery,
    replies: { 200: page(ApiKey) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "get-key-options": {
    method: "GET",
    path: `${platform}/key-options`,
    tag: "API keys",
    permission: "keys:read",
    doc: "What may be chosen for a key: the scopes, which of them the caller may grant, and how long keys live.",
    query: KeyOptionsQuery,
    replies: { 200: KeyOptions },
    errors: ["NOT_FOUND"],
  },
  "get-key": {
    method: "GET",
    path: `${platform}/api-keys/{key_id}`,
    tag: "API keys",
    permission: "keys:read",
    doc: "One API key: its fields, hints and last use.",
    params: keyParams,
    replies: { 200: ApiKey },
    errors: ["NOT_FOUND"],
  },
  "update-key": {
    method: "PATCH",
    path: `${platform}/api-keys/{key_id}`,
    tag: "API keys",
    permission: "keys:write",
    doc: "Change an API key; in force everywhere when the call answers 200. `If-Match` with the key's `ETag` refuses a change of an older state.",
    params: keyParams,
    body: UpdateApiKey,
    replies: { 200: ApiKey, 202: pending(ApiKey) },
    errors: ["NOT_FOUND", "KEY_NOT_ACTIVE", "SCOPE_NOT_HELD", "PRECONDITION_FAILED"],
    example: { scopes: ["send_email", "read_analytics"], rate_limit: { limit: 10, window_seconds: 1 } },
  },
  "regenerate-key": {
    method: "POST",
    path: `${platform}/api-keys/{key_id}/regenerate`,
    tag: "API keys",
    permission: "keys:write",
    doc: "Make a new secret; the old one works for the grace period (24 h, 0 for a leak).",
    params: keyParams,
    body: RegenerateApiKey,
    replies: { 200: RegeneratedApiKey, 202: pending(RegeneratedApiKey) },
    errors: ["NOT_FOUND", "KEY_NOT_ACTIVE", "SCOPE_NOT_HELD", "PRECONDITION_FAILED", "IDEMPOTENCY_KEY_REUSED"],
    idempotent: true,
    example: { grace_seconds: 86_400 },
  },
  "revoke-key": {
    method: "DELETE",
    path: `${platform}/api-keys/{key_id}`,
    tag: "API keys",
    permission: "keys:write",
    doc: "Revoke an API key for ever. When the call answers `enforced: true`, no process accepts it any more.",
    params: keyParams,
    query: RevokeApiKey,
    body: RevokeApiKey,
    replies: { 200: RevokedApiKey, 202: RevokedApiKey },
    errors: ["NOT_FOUND"],
    example: { reason: "leaked" },
  },
  "create-tenant": {
    method: "POST",
    path: `${platform}/tenants`,
    tag: "Tenants",
    permission: "tenants:write",
    doc: "Create a tenant.",
    body: CreateTenant,
    replies: { 201: Tenant },
    errors: ["IDEMPOTENCY_KEY_REUSED"],
    idempotent: true,
    example: { name: "Acme", tier: "pro" },
  },
  "list-tenants": {
    method: "GET",
    path: `${platform}/tenants`,
    tag: "Tenants",
    permission: "tenants:read",
    doc: "List tenants, newest first.",
    query: ListTenantsQuery,
    replies: { 200: page(Tenant) },
    errors: ["INVALID_CURSOR"],
  },
  "get-tenant": {
    method: "GET",
    path: `${platform}/tenants/{tenant_id}`,
    tag: "Tenants",
    permission: "tenants:read",
    doc: "One tenant.",
    params: tenantParams,
    replies: { 200: Tenant },
    errors: ["NOT_FOUND"],
  },
  "update-tenant": {
    method: "PATCH",
    path: `${platform}/tenants/{tenant_id}`,
    tag: "Tenants",
    permission: "tenants:write",
    doc: "Change a tenant's name, tier or limits, suspend it or make it active again; in force everywhere when the call answers.",
    params: tenantParams,
    body: UpdateTenant,
    replies: { 200: Tenant, 202: pending(Tenant) },
    errors: ["NOT_FOUND", "PRECONDITION_FAILED"],
    example: { tier: "enterprise" },
  },
  ...peopleEndpoints,
  ...embedEndpoints,
  "create-root-key": {
    method: "POST",
    path: `${platform}/root-keys`,
    tag: "Root keys",
    permission: "root-keys:write",
    doc: "Create a root key, the operator's credential. The answer is the only one that shows its plaintext.",
    body: CreateRootKey,
    replies: { 201: CreatedRootKey },
    errors: ["SCOPE_NOT_HELD", "IDEMPOTENCY_KEY_REUSED"],
    idempotent: true,
    example: { name: "Gateway", permissions: ["verify"] },
  },
  "list-root-keys": {
    method: "GET",
    path: `${platform}/root-keys`,
    tag: "Root keys",
    permission: "root-keys:read",
    doc: "List root keys, newest first.",
    query: ListRootKeysQuery,
    replies: { 200: page(RootKey) },
    errors: ["INVALID_CURSOR"],
  },
  "revoke-root-key": {
    method: "DELETE",
    path: `${platform}/root-keys/{key_id}`,
    tag: "Root keys",
    permission: "root-keys:write",
    doc: "Revoke a root key for ever. A root key cannot revoke itself, nor one that holds more than it does.",
    params: rootKeyParams,
    query: RevokeApiKey,
    body: RevokeApiKey,
    replies: { 200: RevokedApiKey, 202: RevokedApiKey },
    errors: ["NOT_FOUND", "SCOPE_NOT_HELD"],
    example: { reason: "left the company" },
  },
  "list-audit-log": {
    method: "GET",
    path: `${platform}/audit-log`,
    tag: "Audit",
    permission: "audit:read",
    doc: "Every change, newest first, with its actor, address and reason.",
    query: ListAuditQuery,
    replies: { 200: page(AuditEntry) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  ...auditEndpoints,
  ...usageEndpoints,
  ...systemEndpoints,
  ...webhookEndpoints,
  ...alertEndpoints,
} as const satisfies Record<string, Endpoint>;

export type EndpointId = keyof typeof endpoints;
export const endpointIds = Object.keys(endpoints) as readonly EndpointId[];

/** Errors that every endpoint can answer. */
export const commonErrors: readonly ErrorCode[] = [
  "INVALID_REQUEST",
  "UNAUTHENTICATED",
  "INVALID_CREDENTIAL",
  "PERMISSION_DENIED",
  "TOO_MANY_ATTEMPTS",
  "RATE_LIMITED",
  "UNAVAILABLE",
  "INTERNAL",
];

/** The door for gateways. It answers headers and no body, any method and any path suffix, so it stands beside the table. */
export const forwardAuth = { path: "/api/v1/forward-auth", permission: "verify" } as const satisfies { path: string; permission: Permission };

/** OAuth 2 token introspection (RFC 7662) of API keys. It takes a form, as the RFC wants it, so it stands beside the table too. */
export const introspection = { path: "/oauth2/introspect", permission: "verify" } as const satisfies { path: string; permission: Permission };

/** The metrics, for root keys. They are in Prometheus's text format, so it stands beside the table too. */
export const metrics = { path: "/metrics", permission: "metrics:read" } as const satisfies { path: string; permission: Permission };
