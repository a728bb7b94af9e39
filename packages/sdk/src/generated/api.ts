// Generated from the endpoint table by `npm run docs`.

import type { CallOptions, ChangeOptions, IdempotentCallOptions } from "../call-types.ts";
import type { Paged } from "../paged.ts";

/** Codes of Keywright's problem documents. */
export type ErrorCode = "INVALID_REQUEST" | "INVALID_JSON" | "INVALID_CURSOR" | "LINK_NOT_VALID" | "CREDENTIAL_IN_QUERY" | "TWO_CREDENTIALS" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "SIGN_IN_REFUSED" | "CODE_NOT_VALID" | "SSO_REFUSED" | "PERMISSION_DENIED" | "EMAIL_NOT_VERIFIED" | "SIGN_UP_CLOSED" | "PASSWORD_CHANGE_REQUIRED" | "CROSS_SITE_REQUEST" | "TENANT_SUSPENDED" | "ADDRESS_NOT_ALLOWED" | "SCOPE_NOT_HELD" | "NOT_FOUND" | "NO_SUCH_ENDPOINT" | "FEATURE_DISABLED" | "METHOD_NOT_ALLOWED" | "KEY_LIMIT_REACHED" | "KEY_NOT_ACTIVE" | "LAST_OWNER" | "OWNS_KEYS" | "INVITED_ANOTHER" | "INVITATION_ENDED" | "WEBHOOK_LIMIT_REACHED" | "WEBHOOK_DISABLED" | "MUTE_LIMIT_REACHED" | "NAME_TAKEN" | "PRECONDITION_FAILED" | "BODY_TOO_LARGE" | "UNSUPPORTED_MEDIA_TYPE" | "IDEMPOTENCY_KEY_REUSED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "QUOTA_EXCEEDED" | "INTERNAL" | "SSO_UNAVAILABLE" | "UNAVAILABLE";

/** What a verification comes to; the first that applies, in this order after VALID. */
export type Verdict = "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED";

export type Verification = { valid: boolean; code: "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED"; key_id: string | null; tenant_id: string | null; owner: { type: "member" | "team" | "tenant" | "operator"; id: string | null } | null; scopes: string[]; environment: string | null; expires_at: string | null; metadata: Record<string, string | number | boolean>; rate_limit: { limit: number; remaining: number; reset_seconds: number } | null; quota: { limit: number; remaining: number; reset_seconds: number } | null };
export type ApiKey = { id: string; tenant_id: string; name: string; environment: "live" | "test"; scopes: string[]; status: "active" | "disabled" | "expired" | "revoked"; owner: { type: "member" | "team" | "tenant" | "operator"; id: string | null }; hint: string; secrets: ({ hint: string; status: "current" | "previous"; created_at: string; valid_until: string | null; use?: { requests: number; addresses: number; last_used_at: string | null } | null })[]; ip_allowlist: string[]; rate_limit: { limit: number; window_seconds: number } | null; monthly_quota: number | null; metadata: Record<string, string | number | boolean>; expires_at: string | null; created_at: string; updated_at: string; revoked_at: string | null; revoked_reason: string | null; last_used_at: string | null; last_used_ip: string | null; revision: number };
export type Tenant = { id: string; name: string; tier: "starter" | "pro" | "enterprise"; status: "active" | "suspended"; rate_limit: { limit: number; window_seconds: number } | null; effective_rate_limit: { limit: number; window_seconds: number }; created_at: string; updated_at: string; revision: number };
export type Me = { account: { id: string; email: string; name: string; is_operator: boolean; must_change_password: boolean; two_factor_enabled: boolean }; permissions: ("verify" | "keys:read" | "keys:write" | "tenants:read" | "tenants:write" | "members:read" | "members:write" | "members:remove" | "teams:read" | "teams:write" | "invitations:read" | "invitations:write" | "invitations:accept" | "account:read" | "account:write" | "settings:read" | "settings:write" | "embed:write" | "embed:read" | "root-keys:read" | "root-keys:write" | "audit:read" | "security:read" | "usage:read" | "webhooks:read" | "webhooks:write" | "alerts:read" | "alerts:write" | "requests:read" | "system:read" | "metrics:read")[]; reminder_mails: boolean; management_enabled: boolean; memberships: ({ member_id: string; tenant: { id: string; name: string; status: "active" | "suspended" }; role: "owner" | "admin" | "developer" | "viewer"; permissions: ("verify" | "keys:read" | "keys:write" | "tenants:read" | "tenants:write" | "members:read" | "members:write" | "members:remove" | "teams:read" | "teams:write" | "invitations:read" | "invitations:write" | "invitations:accept" | "account:read" | "account:write" | "settings:read" | "settings:write" | "embed:write" | "embed:read" | "root-keys:read" | "root-keys:write" | "audit:read" | "security:read" | "usage:read" | "webhooks:read" | "webhooks:write" | "alerts:read" | "alerts:write" | "requests:read" | "system:read" | "metrics:read")[]; management_enabled: boolean })[] };
export type Member = { id: string; tenant_id: string; email: string; name: string; role: "owner" | "admin" | "developer" | "viewer"; created_at: string };
export type Team = { id: string; tenant_id: string; name: string; created_at: string; updated_at: string };
export type Settings = { tenant_id: string; developer_scopes: string[] | null; reminders: { rotate_after_days: number | null; expiry_days: number[] } | null; revision: number };
export type Usage = { from: string; to: string; granularity: "hour" | "day"; requests: number; errors: Record<string, number>; endpoints: { endpoint: string; requests: number }[]; series: { start: string; requests: number; errors: number; codes: Record<string, number> }[]; responses: { requests: number; statuses: Record<string, number>; latency_ms: { mean: number; p50: number; p90: number; p99: number } | null }; groups?: { key_id?: string; endpoint?: string; code?: string; environment?: string; country?: string; requests: number; errors: number }[]; next_cursor?: string | null; last_used_at: string | null; last_used_ip: string | null };
export type System = { ready: boolean; version: string; started_at: string; engines: ({ name: string; state: "ok" | "degraded" | "away"; detail: string | null; since: string; latency_ms: number | null })[]; jobs: { name: string; interval_seconds: number; age_seconds: number; failures: number; late: boolean }[]; usage_age_seconds: number; outbox: { waiting: number; oldest_due_at: string | null; failing_webhooks: number; disabled_webhooks: number } | null };
export type Webhook = { id: string; tenant_id: string | null; url: string; description: string; events: string[]; status: "active" | "disabled"; disabled_reason: "failing" | "gone" | null; failures: number; failing_since: string | null; paused_until: string | null; previous_secret_until: string | null; created_at: string; updated_at: string };
export type Alert = { id: string; tenant_id: string | null; rule: "key.error_rate" | "key.refusals" | "authentication.failures" | "key.quota_near" | "key.quota_reached" | "key.unused" | "key.expiring" | "key.used_after_revocation" | "engine.degraded"; severity: "low" | "medium" | "high" | "critical"; state: "open" | "acknowledged" | "ended"; subject: { type: "key" | "address" | "hint" | "engine"; id: string }; value: number; threshold: number; detail: string | null; muted: boolean; started_at: string; last_seen_at: string; ended_at: string | null; acknowledged_at: string | null; acknowledged_by: { type: string; id: string | null } | null };
export type Invitation = { id: string; tenant_id: string; email: string; role: "owner" | "admin" | "developer" | "viewer"; team_ids: string[]; status: "pending" | "accepted" | "withdrawn" | "expired"; created_at: string; expires_at: string; accepted_at: string | null };
export type RootKey = { id: string; name: string; permissions: string[]; status: "active" | "revoked" | "disabled" | "expired"; hint: string; created_at: string; revoked_at: string | null; last_used_at: string | null };
export type AuditEntry = { id: string; tenant_id: string | null; at: string; actor: { type: string; id: string | null }; action: string; target: { type: string; id: string }; reason: string | null; ip: string | null; request_id: string | null; before: Record<string, unknown> | null; after: Record<string, unknown> | null };
export type AuditCheckpoint = { type: "checkpoint"; kind: "periodic" | "retention"; tenant_id: string | null; sequence: number; hash: string; at_ms: number; key_id: string; signature: string };
export type SecurityEvent = { id: string; kind: "authentication.failed" | "address.slowed" | "address.blocked" | "key.used_after_revocation" | "key.new_network" | "refusals.burst" | "scope.probing" | "tampering.refused" | "audit.chain_broken"; severity: "low" | "medium" | "high" | "critical"; tenant_id: string | null; subject: { type: "address" | "key" | "hint" | "tenant" | "chain"; id: string }; at: string; last_at: string; count: number; details: Record<string, unknown> };
export type LoggedRequest = { id: string; tenant_id: string | null; key_id: string | null; at: string; endpoint: string; code: "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED"; ip: string | null; user_agent: string | null };
export type WebhookDelivery = { id: string; webhook_id: string; event_id: string; type: string; status: "pending" | "delivered" | "failed"; attempts: number; next_attempt_at: string | null; created_at: string; last_attempt_at: string | null; last_status: number | null; last_problem: string | null; last_answer: string | null };
export type AlertMute = { id: string; tenant_id: string | null; subject_id: string; rule: "key.error_rate" | "key.refusals" | "authentication.failures" | "key.quota_near" | "key.quota_reached" | "key.unused" | "key.expiring" | "key.used_after_revocation" | "engine.degraded" | null; until: string | null; reason: string | null; created_at: string };
export type VerifyKeysReply = { data: Verification[] };
export type CreateKeyReply = { id: string; tenant_id: string; name: string; environment: "live" | "test"; scopes: string[]; status: "active" | "disabled" | "expired" | "revoked"; owner: { type: "member" | "team" | "tenant" | "operator"; id: string | null }; hint: string; secrets: ({ hint: string; status: "current" | "previous"; created_at: string; valid_until: string | null; use?: { requests: number; addresses: number; last_used_at: string | null } | null })[]; ip_allowlist: string[]; rate_limit: { limit: number; window_seconds: number } | null; monthly_quota: number | null; metadata: Record<string, string | number | boolean>; expires_at: string | null; created_at: string; updated_at: string; revoked_at: string | null; revoked_reason: string | null; last_used_at: string | null; last_used_ip: string | null; revision: number; key: string };
export type GetKeyOptionsReply = { catalogue: { name: string; description: string; grantable: boolean }[]; default_expires_in_days: number; max_expires_in_days: number; allow_no_expiry: boolean; default_grace_seconds: number; your_ip: string | null; now: string };
export type RegenerateKeyReply = { id: string; tenant_id: string; name: string; environment: "live" | "test"; scopes: string[]; status: "active" | "disabled" | "expired" | "revoked"; owner: { type: "member" | "team" | "tenant" | "operator"; id: string | null }; hint: string; secrets: ({ hint: string; status: "current" | "previous"; created_at: string; valid_until: string | null; use?: { requests: number; addresses: number; last_used_at: string | null } | null })[]; ip_allowlist: string[]; rate_limit: { limit: number; window_seconds: number } | null; monthly_quota: number | null; metadata: Record<string, string | number | boolean>; expires_at: string | null; created_at: string; updated_at: string; revoked_at: string | null; revoked_reason: string | null; last_used_at: string | null; last_used_ip: string | null; revision: number; key: string; previous_secret_valid_until: string };
export type RevokeKeyReply = { id: string; status: "revoked"; enforced: boolean; revoked_at: string; reason: string | null };
export type UpdateMeReply = { reminder_mails: boolean };
export type RemoveMemberReply = { id: string; status: "removed"; keys: number; enforced: boolean };
export type DeleteTeamReply = { id: string; status: "deleted" };
export type AddTeamMemberReply = { team_id: string; member_id: string; status: "added" | "removed" };
export type CreateEmbedSessionReply = { id: string; tenant_id: string; member_id: string; origin: string; expires_at: string; token: string };
export type GetEmbedSessionReply = { id: string; tenant_id: string; member_id: string; origin: string; expires_at: string; tenant_name: string; role: "owner" | "admin" | "developer" | "viewer"; permissions: string[] };
export type EndEmbedSessionReply = { id: string; status: "ended" };
export type CreateRootKeyReply = { id: string; name: string; permissions: string[]; status: "active" | "revoked" | "disabled" | "expired"; hint: string; created_at: string; revoked_at: string | null; last_used_at: string | null; key: string };
export type ExportAuditLogReply = { type: "entry" | "checkpoint" | "head"; tenant_id: string | null; sequence: number; hash: string };
export type ReportResponsesReply = { status: "counted" | "repeated"; ignored: number };
export type ExplainRequestReply = { id: string; tenant_id: string | null; key_id: string | null; at: string; endpoint: string; code: "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED"; ip: string | null; user_agent: string | null; reason: string; trace: ({ check: string; result: "passed" | "refused" | "not_reached"; figures: Record<string, string | number | boolean | null> })[] };
export type CreateWebhookReply = { id: string; tenant_id: string | null; url: string; description: string; events: string[]; status: "active" | "disabled"; disabled_reason: "failing" | "gone" | null; failures: number; failing_since: string | null; paused_until: string | null; previous_secret_until: string | null; created_at: string; updated_at: string; secret: string };
export type DeleteWebhookReply = { id: string; status: "deleted" };
export type ListAlertRulesReply = { data: UpdateAlertRuleReply[] };
export type UpdateAlertRuleReply = { rule: "key.error_rate" | "key.refusals" | "authentication.failures" | "key.quota_near" | "key.quota_reached" | "key.unused" | "key.expiring" | "key.used_after_revocation" | "engine.degraded"; tenant_id: string | null; doc: string; advice: string; severity: "low" | "medium" | "high" | "critical"; subjects: ("key" | "address" | "hint" | "engine")[]; enabled: boolean; thresholds: Record<string, number>; limits: Record<string, { unit: string; default: number; min: number; max: number; doc: string }>; quiet_minutes: number; cool_down_minutes: number; channels: ("mail" | "webhook" | "slack")[]; slack_host: string | null; muted_until: string | null; customized: boolean };
export type DeleteAlertMuteReply = { id: string; status: "deleted" };

export interface Calls {
  /** Verify one API key: is it real, alive, allowed here, and within its limits? Always answers 200; `code` is the verdict. */
  readonly "verify-key": {
    readonly body: { /** The key text as the client sent it. */ readonly key: string; /** Scopes that this request needs: all of them. */ readonly scopes?: readonly string[] | undefined; /** The end client's address; needed where the key has an allow-list. */ readonly ip?: string | undefined; /** The route's template, such as `/v1/emails/{id}`; usage is counted by it. */ readonly endpoint?: string | undefined; readonly method?: string | undefined; /** What the end client calls itself; for the request log. */ readonly user_agent?: string | undefined; /** How many requests this one counts for. */ readonly cost?: number | undefined; /** true: charge and count nothing. */ readonly dry_run?: boolean | undefined };
    readonly reply: Verification;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** Verify up to 100 API keys in one call; the verdicts stand in the order of the requests. */
  readonly "verify-keys": {
    readonly body: { readonly requests: readonly ({ /** The key text as the client sent it. */ readonly key: string; /** Scopes that this request needs: all of them. */ readonly scopes?: readonly string[] | undefined; /** The end client's address; needed where the key has an allow-list. */ readonly ip?: string | undefined; /** The route's template, such as `/v1/emails/{id}`; usage is counted by it. */ readonly endpoint?: string | undefined; readonly method?: string | undefined; /** What the end client calls itself; for the request log. */ readonly user_agent?: string | undefined; /** How many requests this one counts for. */ readonly cost?: number | undefined; /** true: charge and count nothing. */ readonly dry_run?: boolean | undefined })[] };
    readonly reply: VerifyKeysReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** Create an API key. The answer is the only one that shows its plaintext. */
  readonly "create-key": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** What people call the key. */ readonly name: string; /** What the key may do. */ readonly scopes: readonly string[]; /** The environment that the key's text names. */ readonly environment?: "live" | "test" | undefined; /** null: never, where the operator allows it. */ readonly expires_in_days?: number | null | undefined; /** Instead of `expires_in_days`: an exact end, at most 365 days away. */ readonly expires_at?: string | undefined; /** IPv4 or IPv6 addresses or CIDR ranges without host bits; empty: any address. */ readonly ip_allowlist?: readonly string[] | undefined; readonly rate_limit?: { /** Requests a window; also the largest burst. */ readonly limit: number; /** Seconds in which an empty bucket refills. */ readonly window_seconds: number } | null | undefined; readonly monthly_quota?: number | null | undefined; /** The member's id. */ readonly owner_id?: string | undefined; /** The team's id. */ readonly team_id?: string | undefined; /** Flat notes of your own: ≤ 50 entries, ≤ 4096 bytes as JSON. Verification returns them. */ readonly metadata?: Readonly<Record<string, string | number | boolean>> | undefined };
    readonly reply: CreateKeyReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "KEY_LIMIT_REACHED" | "SCOPE_NOT_HELD" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List API keys, newest first unless `sort` says otherwise, with filters and a cursor. */
  readonly "list-keys": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** `expired` and `revoked` are final. */ readonly status?: "active" | "disabled" | "expired" | "revoked" | undefined; /** The environment that the key's text names. */ readonly environment?: "live" | "test" | undefined; /** A scope of the operator's catalogue. */ readonly scope?: string | undefined; /** The member's id. */ readonly owner_id?: string | undefined; /** The team's id. */ readonly team_id?: string | undefined; /** Part of the name, or the end of the hint. */ readonly q?: string | undefined; /** The order; with `-` before it the other way round. Keys without an end come after all ends, keys that were never used before all uses; names stand without regard to case. */ readonly sort?: "created_at" | "-created_at" | "name" | "-name" | "last_used_at" | "-last_used_at" | "expires_at" | "-expires_at" | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: ApiKey[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** What may be chosen for a key: the scopes, which of them the caller may grant, and how long keys live. */
  readonly "get-key-options": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined };
    readonly reply: GetKeyOptionsReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** One API key: its fields, hints and last use. */
  readonly "get-key": {
    readonly params: { /** The API key's id; it survives rotation. */ readonly key_id: string };
    readonly reply: ApiKey;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Change an API key; in force everywhere when the call answers 200. `If-Match` with the key's `ETag` refuses a change of an older state. */
  readonly "update-key": {
    readonly params: { /** The API key's id; it survives rotation. */ readonly key_id: string };
    readonly body: { /** What people call the key. */ readonly name?: string | undefined; /** What the key may do. */ readonly scopes?: readonly string[] | undefined; /** false switches the key off, true on again. */ readonly enabled?: boolean | undefined; readonly expires_in_days?: number | null | undefined; /** Instead of `expires_in_days`. */ readonly expires_at?: string | undefined; /** IPv4 or IPv6 addresses or CIDR ranges without host bits; empty: any address. */ readonly ip_allowlist?: readonly string[] | undefined; readonly rate_limit?: { /** Requests a window; also the largest burst. */ readonly limit: number; /** Seconds in which an empty bucket refills. */ readonly window_seconds: number } | null | undefined; readonly monthly_quota?: number | null | undefined; /** Flat notes of your own: ≤ 50 entries, ≤ 4096 bytes as JSON. Verification returns them. */ readonly metadata?: Readonly<Record<string, string | number | boolean>> | undefined };
    readonly reply: ApiKey | { /** The API key's id; it survives rotation. */ id: string; /** The tenant's id. */ tenant_id: string; /** What people call the key. */ name: string; /** The environment that the key's text names. */ environment: "live" | "test"; scopes: string[]; /** `expired` and `revoked` are final. */ status: "active" | "disabled" | "expired" | "revoked"; owner: { type: "member" | "team" | "tenant" | "operator"; id: string | null }; hint: string; secrets: ({ /** What may be shown of a secret afterwards. */ hint: string; status: "current" | "previous"; /** When the secret was made. */ created_at: string; valid_until: string | null; /** Where one key is asked for that has two secrets: what the request log holds of the requests with this one since the newest was made. null: the log cannot tell them apart. */ use?: { requests: number; /** Addresses that they came from, as the log has them. */ addresses: number; last_used_at: string | null } | null })[]; ip_allowlist: string[]; rate_limit: { /** Requests a window; also the largest burst. */ limit: number; /** Seconds in which an empty bucket refills. */ window_seconds: number } | null; monthly_quota: number | null; /** Flat notes of your own: ≤ 50 entries, ≤ 4096 bytes as JSON. Verification returns them. */ metadata: Record<string, string | number | boolean>; expires_at: string | null; /** When the key was created. */ created_at: string; /** When the key last changed. */ updated_at: string; revoked_at: string | null; revoked_reason: string | null; last_used_at: string | null; last_used_ip: string | null; /** The key's change counter; `ETag` is this number in quotes. */ revision: number; /** Committed, but not yet in force in every process; it becomes so without another call. */ enforced: false };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "KEY_NOT_ACTIVE" | "SCOPE_NOT_HELD" | "PRECONDITION_FAILED";
  };
  /** Make a new secret; the old one works for the grace period (24 h, 0 for a leak). */
  readonly "regenerate-key": {
    readonly params: { /** The API key's id; it survives rotation. */ readonly key_id: string };
    readonly body: { /** How long the old secret goes on working; 86400 unless configured, 0 for a leak. */ readonly grace_seconds?: number | undefined };
    readonly reply: RegenerateKeyReply | { /** The API key's id; it survives rotation. */ id: string; /** The tenant's id. */ tenant_id: string; /** What people call the key. */ name: string; /** The environment that the key's text names. */ environment: "live" | "test"; scopes: string[]; /** `expired` and `revoked` are final. */ status: "active" | "disabled" | "expired" | "revoked"; owner: { type: "member" | "team" | "tenant" | "operator"; id: string | null }; hint: string; secrets: ({ /** What may be shown of a secret afterwards. */ hint: string; status: "current" | "previous"; /** When the secret was made. */ created_at: string; valid_until: string | null; /** Where one key is asked for that has two secrets: what the request log holds of the requests with this one since the newest was made. null: the log cannot tell them apart. */ use?: { requests: number; /** Addresses that they came from, as the log has them. */ addresses: number; last_used_at: string | null } | null })[]; ip_allowlist: string[]; rate_limit: { /** Requests a window; also the largest burst. */ limit: number; /** Seconds in which an empty bucket refills. */ window_seconds: number } | null; monthly_quota: number | null; /** Flat notes of your own: ≤ 50 entries, ≤ 4096 bytes as JSON. Verification returns them. */ metadata: Record<string, string | number | boolean>; expires_at: string | null; /** When the key was created. */ created_at: string; /** When the key last changed. */ updated_at: string; revoked_at: string | null; revoked_reason: string | null; last_used_at: string | null; last_used_ip: string | null; /** The key's change counter; `ETag` is this number in quotes. */ revision: number; /** The secret's plaintext. Shown here and never again. */ key: string; /** When the replaced secret stops working. */ previous_secret_valid_until: string; /** Committed, but not yet in force in every process; it becomes so without another call. */ enforced: false };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "KEY_NOT_ACTIVE" | "SCOPE_NOT_HELD" | "PRECONDITION_FAILED" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** Revoke an API key for ever. When the call answers `enforced: true`, no process accepts it any more. */
  readonly "revoke-key": {
    readonly params: { /** The API key's id; it survives rotation. */ readonly key_id: string };
    readonly query: { /** Why; kept in the audit log. */ readonly reason?: string | undefined };
    readonly body: { /** Why; kept in the audit log. */ readonly reason?: string | undefined };
    readonly reply: RevokeKeyReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Create a tenant. */
  readonly "create-tenant": {
    readonly body: { /** The customer's name. */ readonly name: string; /** Decides the tenant's pool of requests. */ readonly tier?: "starter" | "pro" | "enterprise" | undefined; readonly rate_limit?: { /** Requests a window; also the largest burst. */ readonly limit: number; /** Seconds in which an empty bucket refills. */ readonly window_seconds: number } | null | undefined };
    readonly reply: Tenant;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List tenants, newest first. */
  readonly "list-tenants": {
    readonly query: { readonly status?: "active" | "suspended" | undefined; /** Part of the name. */ readonly q?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Tenant[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "INVALID_CURSOR";
  };
  /** One tenant. */
  readonly "get-tenant": {
    readonly params: { /** The tenant's id. */ readonly tenant_id: string };
    readonly reply: Tenant;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Change a tenant's name, tier or limits, suspend it or make it active again; in force everywhere when the call answers. */
  readonly "update-tenant": {
    readonly params: { /** The tenant's id. */ readonly tenant_id: string };
    readonly body: { /** The customer's name. */ readonly name?: string | undefined; /** Decides the tenant's pool of requests. */ readonly tier?: "starter" | "pro" | "enterprise" | undefined; readonly status?: "active" | "suspended" | undefined; /** Overrides the tier for this tenant; null returns to it. */ readonly rate_limit?: { /** Requests a window; also the largest burst. */ readonly limit: number; /** Seconds in which an empty bucket refills. */ readonly window_seconds: number } | null | undefined };
    readonly reply: Tenant | { /** The tenant's id. */ id: string; name: string; /** Decides the tenant's pool of requests. */ tier: "starter" | "pro" | "enterprise"; status: "active" | "suspended"; /** The tenant's own pool; null: the tier's. */ rate_limit: { /** Requests a window; also the largest burst. */ limit: number; /** Seconds in which an empty bucket refills. */ window_seconds: number } | null; effective_rate_limit: { /** Requests a window; also the largest burst. */ limit: number; /** Seconds in which an empty bucket refills. */ window_seconds: number }; /** When the tenant was created. */ created_at: string; /** When the tenant last changed. */ updated_at: string; revision: number; /** Committed, but not yet in force in every process; it becomes so without another call. */ enforced: false };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "PRECONDITION_FAILED";
  };
  /** Who is signed in: the account, the tenants that it is a member of, and what it may do there. */
  readonly "get-me": {
    readonly reply: Me;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** Choose for oneself: whether one is reminded, by mail, of keys that are old or end soon. */
  readonly "update-me": {
    readonly body: { /** Whether to be reminded of keys by mail. */ readonly reminder_mails: boolean };
    readonly reply: UpdateMeReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** Add a person to a tenant, without asking them. Whoever signs in with this address, verified, is this member. */
  readonly "create-member": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly email: string; /** The person's name. */ readonly name: string; /** What the person may do in the tenant. */ readonly role?: "owner" | "admin" | "developer" | "viewer" | undefined };
    readonly reply: Member;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "NAME_TAKEN" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List a tenant's members. */
  readonly "list-members": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Member[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** One member. */
  readonly "get-member": {
    readonly params: { /** The member's id. */ readonly member_id: string };
    readonly reply: Member;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Change a member's role; nobody changes their own. Keys of theirs that the new role could not make are switched off. */
  readonly "update-member": {
    readonly params: { /** The member's id. */ readonly member_id: string };
    readonly body: { /** What the person may do in the tenant. */ readonly role: "owner" | "admin" | "developer" | "viewer" };
    readonly reply: Member | { /** The member's id. */ id: string; /** The tenant's id. */ tenant_id: string; email: string; name: string; /** What the person may do in the tenant. */ role: "owner" | "admin" | "developer" | "viewer"; /** When the member was added. */ created_at: string; /** Committed, but not yet in force in every process; it becomes so without another call. */ enforced: false };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "LAST_OWNER";
  };
  /** Leave the tenant, or remove a member; their live keys are revoked or handed over to a team, at once. */
  readonly "remove-member": {
    readonly params: { /** The member's id. */ readonly member_id: string };
    readonly body: { /** What becomes of the member's live keys: they are revoked, or handed over to a team. Needed where there are any. */ readonly keys?: "revoke" | { /** The team's id. */ readonly team_id: string } | undefined };
    readonly reply: RemoveMemberReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "LAST_OWNER" | "OWNS_KEYS" | "KEY_LIMIT_REACHED";
  };
  /** Create a team. Its keys outlive the people in it. */
  readonly "create-team": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** The team's name, unique in the tenant. */ readonly name: string };
    readonly reply: Team;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "NAME_TAKEN" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List a tenant's teams, newest first. */
  readonly "list-teams": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Team[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** One team. */
  readonly "get-team": {
    readonly params: { /** The team's id. */ readonly team_id: string };
    readonly reply: Team;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Rename a team. */
  readonly "update-team": {
    readonly params: { /** The team's id. */ readonly team_id: string };
    readonly body: { /** The team's name, unique in the tenant. */ readonly name: string };
    readonly reply: Team;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "NAME_TAKEN";
  };
  /** Delete a team that has no live keys. */
  readonly "delete-team": {
    readonly params: { /** The team's id. */ readonly team_id: string };
    readonly reply: DeleteTeamReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "OWNS_KEYS";
  };
  /** List the members of a team. */
  readonly "list-team-members": {
    readonly params: { /** The team's id. */ readonly team_id: string };
    readonly query: { readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Member[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Add a member to a team; adding one who is in it already changes nothing. */
  readonly "add-team-member": {
    readonly params: { /** The team's id. */ readonly team_id: string };
    readonly body: { /** The member's id. */ readonly member_id: string };
    readonly reply: AddTeamMemberReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Take a member out of a team; its keys stay the team's. */
  readonly "remove-team-member": {
    readonly params: { /** The team's id. */ readonly team_id: string; /** The member's id. */ readonly member_id: string };
    readonly reply: AddTeamMemberReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Invite a person by mail. The link works once, for seven days, and for the account with this address alone. */
  readonly "create-invitation": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly email: string; /** What the person may do in the tenant. */ readonly role?: "owner" | "admin" | "developer" | "viewer" | undefined; /** Teams that the person joins. */ readonly team_ids?: readonly string[] | undefined };
    readonly reply: Invitation;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "NAME_TAKEN" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List a tenant's invitations, newest first. */
  readonly "list-invitations": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Invitation[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Send an invitation again, with a new link for another seven days; the old link stops working. */
  readonly "resend-invitation": {
    readonly params: { /** The invitation's id. */ readonly invitation_id: string };
    readonly reply: Invitation;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVITATION_ENDED";
  };
  /** Withdraw an invitation: its link stops working. */
  readonly "withdraw-invitation": {
    readonly params: { /** The invitation's id. */ readonly invitation_id: string };
    readonly reply: Invitation;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVITATION_ENDED";
  };
  /** Accept an invitation, as the signed-in person whom it was sent to. */
  readonly "accept-invitation": {
    readonly body: { /** The token of the link in the mail. */ readonly token: string };
    readonly reply: Member;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVITATION_ENDED" | "INVITED_ANOTHER" | "TENANT_SUSPENDED";
  };
  /** What a tenant's owners have chosen. */
  readonly "get-settings": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined };
    readonly reply: Settings;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Restrict the scopes that the tenant's developers may grant to keys, or say when people are reminded of keys. What is left out stays. */
  readonly "update-settings": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** The scopes that developers may grant to keys; null: all that their role can. */ readonly developer_scopes?: readonly string[] | null | undefined; /** When people are reminded of keys by mail; null: as the operator's policy has it. */ readonly reminders?: { /** The age in days at which a key's secret is to be replaced; null or 0: nobody is reminded. */ readonly rotate_after_days: number | null; /** How many days before a key ends; empty: nobody is reminded. */ readonly expiry_days: readonly number[] } | null | undefined };
    readonly reply: Settings | { /** The tenant's id. */ tenant_id: string; /** The scopes that developers may grant to keys; null: all that their role can. */ developer_scopes: string[] | null; /** When people are reminded of keys by mail; null: as the operator's policy has it. */ reminders: { /** The age in days at which a key's secret is to be replaced; null or 0: nobody is reminded. */ rotate_after_days: number | null; /** How many days before a key ends; empty: nobody is reminded. */ expiry_days: number[] } | null; /** The tenant's change counter; `ETag` is this number in quotes. */ revision: number; /** Committed, but not yet in force in every process; it becomes so without another call. */ enforced: false };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "PRECONDITION_FAILED";
  };
  /** Let a member manage keys inside a page of another product, for a few minutes. The answer is the only one that shows the token. */
  readonly "create-embed-session": {
    readonly body: { /** The tenant's id. */ readonly tenant_id: string; /** The member's id. */ readonly member_id: string; /** The origin of the page that shows the keys, as `embed_origins` of `keywright.config.json` has it. */ readonly origin: string; /** How long it lasts. */ readonly lifetime_seconds?: number | undefined };
    readonly reply: CreateEmbedSessionReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "TENANT_SUSPENDED";
  };
  /** What an embed session is and may do: for the frame, which asks with its token. Nobody else has one. */
  readonly "get-embed-session": {
    readonly reply: GetEmbedSessionReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** End an embed session, as when the person signs out of the product. In force when the call answers. */
  readonly "end-embed-session": {
    readonly params: { /** The embed session's id. */ readonly embed_session_id: string };
    readonly reply: EndEmbedSessionReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Create a root key, the operator's credential. The answer is the only one that shows its plaintext. */
  readonly "create-root-key": {
    readonly body: { /** What the root key is for. */ readonly name: string; /** Permissions such as `verify`, `keys:read`, `keys:write`, `tenants:write`; `*` holds all. */ readonly permissions: readonly string[] };
    readonly reply: CreateRootKeyReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "SCOPE_NOT_HELD" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List root keys, newest first. */
  readonly "list-root-keys": {
    readonly query: { readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: RootKey[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "INVALID_CURSOR";
  };
  /** Revoke a root key for ever. A root key cannot revoke itself, nor one that holds more than it does. */
  readonly "revoke-root-key": {
    readonly params: { /** The root key's id. */ readonly key_id: string };
    readonly query: { /** Why; kept in the audit log. */ readonly reason?: string | undefined };
    readonly body: { /** Why; kept in the audit log. */ readonly reason?: string | undefined };
    readonly reply: RevokeKeyReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "SCOPE_NOT_HELD";
  };
  /** Every change, newest first, with its actor, address and reason. */
  readonly "list-audit-log": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly actor_id?: string | undefined; readonly target_id?: string | undefined; readonly action?: string | undefined; /** Not before. */ readonly from?: string | undefined; /** Before. */ readonly to?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: AuditEntry[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Export an audit log as JSON lines, oldest first: every entry with its hash, the signed checkpoints, and where the chain ends. Of any length, streamed. */
  readonly "export-audit-log": {
    readonly query: { /** Whose chain; left out by an operator: the platform's. */ readonly tenant_id?: string | undefined; /** Only what comes after this sequence. */ readonly after?: number | undefined };
    readonly reply: AsyncIterable<ExportAuditLogReply>;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** The signed checkpoints of an audit log, oldest first, and the public key that verifies them. */
  readonly "list-audit-checkpoints": {
    readonly query: { /** Whose chain; left out by an operator: the platform's. */ readonly tenant_id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: AuditCheckpoint[]; next_cursor: string | null; /** What the signatures are verified with. Note it down, and compare: whoever can answer in our place could answer with another. */ public_key: { key_id: string; algorithm: "Ed25519"; /** SubjectPublicKeyInfo, as PEM. */ pem: string } };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** What was noticed that may be an attack, newest first: a tenant's own, or for operators everybody's. */
  readonly "list-security-events": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** What was noticed. */ readonly kind?: "authentication.failed" | "address.slowed" | "address.blocked" | "key.used_after_revocation" | "key.new_network" | "refusals.burst" | "scope.probing" | "tampering.refused" | "audit.chain_broken" | undefined; /** How much it matters. */ readonly severity?: "low" | "medium" | "high" | "critical" | undefined; readonly subject_id?: string | undefined; /** Not before. */ readonly from?: string | undefined; /** Before. */ readonly to?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: SecurityEvent[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Report what the guarded API has answered, by class of status, with latencies: a batch is counted exactly once, by its id. */
  readonly "report-responses": {
    readonly body: { /** Made anew for each batch, such as a UUID, and sent again with its repetition: a batch is counted once in 30 days. */ readonly batch_id: string; /** One entry for each key, endpoint, class of status and hour. */ readonly responses: readonly ({ /** The API key's id; it survives rotation. */ readonly key_id: string; /** The route's template, such as `/v1/emails/{id}`, as it was verified under. */ readonly endpoint: string; /** Class of the status that the client got. */ readonly status: "1xx" | "2xx" | "3xx" | "4xx" | "5xx"; /** Any moment of the hour that these were answered in, at most 48 h ago; now if left out. */ readonly at?: string | undefined; readonly requests: number; /** The sum of all their latencies. */ readonly latency_ms: number; /** How many took at most 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000 ms and more than the step before, and how many longer: 12 numbers, together `requests`. */ readonly latencies: readonly number[] })[] };
    readonly reply: ReportResponsesReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** A key's requests, refusals by code and last use. */
  readonly "get-key-usage": {
    readonly params: { /** The API key's id; it survives rotation. */ readonly key_id: string };
    readonly query: { /** Start, widened to its whole hour or day; 7 days before `to` if left out. */ readonly from?: string | undefined; /** End, widened likewise; now if left out. */ readonly to?: string | undefined; readonly granularity?: "hour" | "day" | undefined; /** Up to three of key, endpoint, code, environment, country, with commas between; `country` stands alone, by day, and counts what the request log has recorded. */ readonly group_by?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: Usage;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Usage of a tenant, or of the platform, by key, endpoint, code, environment, country and time. */
  readonly "get-usage": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly key_id?: string | undefined; /** Requests of this endpoint alone. */ readonly endpoint?: string | undefined; readonly code?: "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED" | undefined; /** Start, widened to its whole hour or day; 7 days before `to` if left out. */ readonly from?: string | undefined; /** End, widened likewise; now if left out. */ readonly to?: string | undefined; readonly granularity?: "hour" | "day" | undefined; /** Up to three of key, endpoint, code, environment, country, with commas between; `country` stands alone, by day, and counts what the request log has recorded. */ readonly group_by?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: Usage;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Usage as JSON or CSV, streamed: a row for each bucket and group, oldest first. */
  readonly "export-usage": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly key_id?: string | undefined; /** Requests of this endpoint alone. */ readonly endpoint?: string | undefined; readonly code?: "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED" | undefined; /** Start, widened to its whole hour or day; 7 days before `to` if left out. */ readonly from?: string | undefined; /** End, widened likewise; now if left out. */ readonly to?: string | undefined; readonly granularity?: "hour" | "day" | undefined; /** Up to three of key, endpoint, code, environment, country, with commas between; `country` stands alone, by day, and counts what the request log has recorded. */ readonly group_by?: string | undefined; readonly format?: "csv" | "json" | undefined };
    readonly reply: string;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** The latest verifications of a tenant, newest first, with filters and a cursor; refusals are kept before successes. */
  readonly "list-logged-requests": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly key_id?: string | undefined; readonly code?: "VALID" | "MALFORMED" | "NOT_FOUND" | "REVOKED" | "DISABLED" | "EXPIRED" | "TENANT_SUSPENDED" | "IP_NOT_ALLOWED" | "INSUFFICIENT_SCOPE" | "RATE_LIMITED" | "QUOTA_EXCEEDED" | undefined; /** true: refusals alone; false: none of them. */ readonly refused?: boolean | undefined; /** Requests of this endpoint alone. */ readonly endpoint?: string | undefined; /** As it is in the log. */ readonly ip?: string | undefined; /** Part of the endpoint or the user agent. */ readonly q?: string | undefined; /** Not before. */ readonly from?: string | undefined; /** Before. */ readonly to?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: LoggedRequest[]; next_cursor: string | null; /** Verifications of the tenant that are in the log; null where no tenant is named. */ kept: number | null; /** Verifications of the tenant that never came into it, since the log began: there were more in a second than are kept. They are counted in usage all the same. */ skipped: number | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Why one verification ended as it did: every check in order, with the figures that it went by. */
  readonly "explain-request": {
    readonly params: { /** The id that the verification was answered with, as `X-Request-Id`; of a batch with a point and the place behind it, such as `.1`. */ readonly request_id: string };
    readonly reply: ExplainRequestReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** How each engine and job is, and what waits to leave; as the process sees it that answers. For monitoring there are `/readyz` and `/metrics`. */
  readonly "get-system": {
    readonly reply: System;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL";
  };
  /** Have events posted to an address. The answer is the only one that shows the signing secret. An operator who names no tenant hears of all. */
  readonly "create-webhook": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** Where events are posted to: https, of the internet, without user or password. */ readonly url: string; /** What it is told of. */ readonly events: readonly ("*" | "key.created" | "key.updated" | "key.rotated" | "key.revoked" | "key.handed_over" | "key.expired" | "key.limit_exceeded" | "key.quota_reached" | "key.used_after_revocation" | "member.created" | "member.role_changed" | "member.removed" | "tenant.created" | "tenant.updated" | "tenant.settings_updated" | "security_event.noticed" | "alert.started" | "alert.ended")[]; /** What it is for. */ readonly description?: string | undefined };
    readonly reply: CreateWebhookReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "WEBHOOK_LIMIT_REACHED" | "IDEMPOTENCY_KEY_REUSED";
    readonly idempotent: true;
  };
  /** List webhooks, newest first; an operator who names no tenant sees the operator's own. */
  readonly "list-webhooks": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Webhook[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** One webhook. */
  readonly "get-webhook": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string };
    readonly reply: Webhook;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Change a webhook, switch it off, or on again: what waited for it meanwhile is sent then. */
  readonly "update-webhook": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string };
    readonly body: { /** Where events are posted to: https, of the internet, without user or password. */ readonly url?: string | undefined; /** What it is told of. */ readonly events?: readonly ("*" | "key.created" | "key.updated" | "key.rotated" | "key.revoked" | "key.handed_over" | "key.expired" | "key.limit_exceeded" | "key.quota_reached" | "key.used_after_revocation" | "member.created" | "member.role_changed" | "member.removed" | "tenant.created" | "tenant.updated" | "tenant.settings_updated" | "security_event.noticed" | "alert.started" | "alert.ended")[] | undefined; /** What it is for. */ readonly description?: string | undefined; readonly status?: "active" | "disabled" | undefined };
    readonly reply: Webhook;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Delete a webhook, with its secret and the log of its deliveries. */
  readonly "delete-webhook": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string };
    readonly reply: DeleteWebhookReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Make a new signing secret. For 24 hours the old one signs too: each request then carries both signatures. */
  readonly "rotate-webhook-secret": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string };
    readonly reply: CreateWebhookReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Send the event `webhook.test` to it; the delivery says what came of it. */
  readonly "test-webhook": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string };
    readonly reply: WebhookDelivery;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "WEBHOOK_DISABLED";
  };
  /** What was sent, is to be sent, or was given up, newest first; of 30 days. */
  readonly "list-webhook-deliveries": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string };
    readonly query: { /** failed: given up; it can be replayed. */ readonly status?: "pending" | "delivered" | "failed" | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: WebhookDelivery[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Send an event again, now, under the same `webhook-id`, with all its retries. */
  readonly "replay-webhook-delivery": {
    readonly params: { /** The webhook's id. */ readonly webhook_id: string; /** The delivery's id. */ readonly delivery_id: string };
    readonly reply: WebhookDelivery;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "WEBHOOK_DISABLED";
  };
  /** List alerts, newest first, with filters and a cursor; an operator who names no tenant sees the operators' own. Ended ones are kept for 400 days. */
  readonly "list-alerts": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** open: it goes on; acknowledged: it goes on, and somebody sees to it; ended: it is history. */ readonly state?: "open" | "acknowledged" | "ended" | undefined; /** A rule of docs/alert-rules.md. */ readonly rule?: "key.error_rate" | "key.refusals" | "authentication.failures" | "key.quota_near" | "key.quota_reached" | "key.unused" | "key.expiring" | "key.used_after_revocation" | "engine.degraded" | undefined; readonly subject_id?: string | undefined; /** Started not before. */ readonly from?: string | undefined; /** Started before. */ readonly to?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: Alert[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** One alert. */
  readonly "get-alert": {
    readonly params: { /** The alert's id. */ readonly alert_id: string };
    readonly reply: Alert;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Say that somebody sees to an alert: people are not told of it again. One that has ended, or was acknowledged before, stays as it is. */
  readonly "acknowledge-alert": {
    readonly params: { /** The alert's id. */ readonly alert_id: string };
    readonly reply: Alert;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Every rule with the settings that are in force; an operator who names no tenant sees the operators' own. */
  readonly "list-alert-rules": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined };
    readonly reply: ListAlertRulesReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** Switch a rule off or on, choose its thresholds and how it is told, or mute it for a while. */
  readonly "update-alert-rule": {
    readonly params: { /** A rule of docs/alert-rules.md. */ readonly rule: "key.error_rate" | "key.refusals" | "authentication.failures" | "key.quota_near" | "key.quota_reached" | "key.unused" | "key.expiring" | "key.used_after_revocation" | "engine.degraded" };
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly enabled?: boolean | undefined; /** Those that are left out stay. */ readonly thresholds?: Readonly<Record<string, number>> | undefined; /** How long it must have been below before the alert ends. */ readonly quiet_minutes?: number | undefined; /** How long after an end no alert starts of the same subject. */ readonly cool_down_minutes?: number | undefined; readonly channels?: readonly ("mail" | "webhook" | "slack")[] | undefined; /** An incoming webhook as Slack has them; it is kept in the secret store and never shown. null: none any more. */ readonly slack_url?: string | null | undefined; /** null: they are told again. */ readonly muted_until?: string | null | undefined };
    readonly reply: UpdateAlertRuleReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
  /** List what is muted, newest first; what has ended by itself is not there. */
  readonly "list-alert-mutes": {
    readonly query: { /** The tenant's id. */ readonly tenant_id?: string | undefined; readonly limit?: number | undefined; readonly cursor?: string | undefined };
    readonly reply: { data: AlertMute[]; next_cursor: string | null };
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "INVALID_CURSOR";
  };
  /** Mute a subject: alerts about it are in the history, and told to nobody. */
  readonly "create-alert-mute": {
    readonly body: { /** The tenant's id. */ readonly tenant_id?: string | undefined; /** A key's id, an address, a hint or an engine, as an alert has it in `subject.id`. */ readonly subject_id: string; /** A rule of docs/alert-rules.md. */ readonly rule?: "key.error_rate" | "key.refusals" | "authentication.failures" | "key.quota_near" | "key.quota_reached" | "key.unused" | "key.expiring" | "key.used_after_revocation" | "engine.degraded" | undefined; /** Until when; left out: until it is deleted. */ readonly until?: string | undefined; /** Why. */ readonly reason?: string | undefined };
    readonly reply: AlertMute;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND" | "MUTE_LIMIT_REACHED";
  };
  /** Unmute: alerts that start from now on are told. */
  readonly "delete-alert-mute": {
    readonly params: { /** The mute's id. */ readonly mute_id: string };
    readonly reply: DeleteAlertMuteReply;
    readonly error: "INVALID_REQUEST" | "UNAUTHENTICATED" | "INVALID_CREDENTIAL" | "PERMISSION_DENIED" | "TOO_MANY_ATTEMPTS" | "RATE_LIMITED" | "UNAVAILABLE" | "INTERNAL" | "NOT_FOUND";
  };
}

/** The API's methods: path parameters in their order, then the body, or the query of a call that has none, then options. */
export interface Methods {
  readonly keys: {
    /** Create an API key. The answer is the only one that shows its plaintext. Needs `keys:write`. */
    readonly create: (body: Calls["create-key"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-key"]["reply"]>;
    /** List API keys, newest first unless `sort` says otherwise, with filters and a cursor. Needs `keys:read`. */
    readonly list: (query?: Calls["list-keys"]["query"], options?: CallOptions) => Paged<Calls["list-keys"]["reply"]["data"][number]>;
    /** One API key: its fields, hints and last use. Needs `keys:read`. */
    readonly get: (keyId: string, options?: CallOptions) => Promise<Calls["get-key"]["reply"]>;
    /** Change an API key; in force everywhere when the call answers 200. `If-Match` with the key's `ETag` refuses a change of an older state. Needs `keys:write`. */
    readonly update: (keyId: string, body?: Calls["update-key"]["body"], options?: ChangeOptions) => Promise<Calls["update-key"]["reply"]>;
    /** Make a new secret; the old one works for the grace period (24 h, 0 for a leak). Needs `keys:write`. */
    readonly regenerate: (keyId: string, body?: Calls["regenerate-key"]["body"], options?: IdempotentCallOptions) => Promise<Calls["regenerate-key"]["reply"]>;
    /** Revoke an API key for ever. When the call answers `enforced: true`, no process accepts it any more. Needs `keys:write`. */
    readonly revoke: (keyId: string, body?: Calls["revoke-key"]["body"], options?: CallOptions) => Promise<Calls["revoke-key"]["reply"]>;
    /** A key's requests, refusals by code and last use. Needs `usage:read`. */
    readonly getUsage: (keyId: string, query?: Calls["get-key-usage"]["query"], options?: CallOptions) => Promise<Calls["get-key-usage"]["reply"]>;
  };
  readonly keyOptions: {
    /** What may be chosen for a key: the scopes, which of them the caller may grant, and how long keys live. Needs `keys:read`. */
    readonly get: (query?: Calls["get-key-options"]["query"], options?: CallOptions) => Promise<Calls["get-key-options"]["reply"]>;
  };
  readonly tenants: {
    /** Create a tenant. Needs `tenants:write`. */
    readonly create: (body: Calls["create-tenant"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-tenant"]["reply"]>;
    /** List tenants, newest first. Needs `tenants:read`. */
    readonly list: (query?: Calls["list-tenants"]["query"], options?: CallOptions) => Paged<Calls["list-tenants"]["reply"]["data"][number]>;
    /** One tenant. Needs `tenants:read`. */
    readonly get: (tenantId: string, options?: CallOptions) => Promise<Calls["get-tenant"]["reply"]>;
    /** Change a tenant's name, tier or limits, suspend it or make it active again; in force everywhere when the call answers. Needs `tenants:write`. */
    readonly update: (tenantId: string, body?: Calls["update-tenant"]["body"], options?: ChangeOptions) => Promise<Calls["update-tenant"]["reply"]>;
  };
  readonly me: {
    /** Who is signed in: the account, the tenants that it is a member of, and what it may do there. Needs `account:read`. */
    readonly get: (options?: CallOptions) => Promise<Calls["get-me"]["reply"]>;
    /** Choose for oneself: whether one is reminded, by mail, of keys that are old or end soon. Needs `account:write`. */
    readonly update: (body: Calls["update-me"]["body"], options?: ChangeOptions) => Promise<Calls["update-me"]["reply"]>;
  };
  readonly members: {
    /** Add a person to a tenant, without asking them. Whoever signs in with this address, verified, is this member. Needs `members:write`. */
    readonly create: (body: Calls["create-member"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-member"]["reply"]>;
    /** List a tenant's members. Needs `members:read`. */
    readonly list: (query?: Calls["list-members"]["query"], options?: CallOptions) => Paged<Calls["list-members"]["reply"]["data"][number]>;
    /** One member. Needs `members:read`. */
    readonly get: (memberId: string, options?: CallOptions) => Promise<Calls["get-member"]["reply"]>;
    /** Change a member's role; nobody changes their own. Keys of theirs that the new role could not make are switched off. Needs `members:write`. */
    readonly update: (memberId: string, body: Calls["update-member"]["body"], options?: ChangeOptions) => Promise<Calls["update-member"]["reply"]>;
    /** Leave the tenant, or remove a member; their live keys are revoked or handed over to a team, at once. Needs `members:remove`. */
    readonly remove: (memberId: string, body?: Calls["remove-member"]["body"], options?: CallOptions) => Promise<Calls["remove-member"]["reply"]>;
  };
  readonly teams: {
    /** Create a team. Its keys outlive the people in it. Needs `teams:write`. */
    readonly create: (body: Calls["create-team"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-team"]["reply"]>;
    /** List a tenant's teams, newest first. Needs `teams:read`. */
    readonly list: (query?: Calls["list-teams"]["query"], options?: CallOptions) => Paged<Calls["list-teams"]["reply"]["data"][number]>;
    /** One team. Needs `teams:read`. */
    readonly get: (teamId: string, options?: CallOptions) => Promise<Calls["get-team"]["reply"]>;
    /** Rename a team. Needs `teams:write`. */
    readonly update: (teamId: string, body: Calls["update-team"]["body"], options?: ChangeOptions) => Promise<Calls["update-team"]["reply"]>;
    /** Delete a team that has no live keys. Needs `teams:write`. */
    readonly delete: (teamId: string, options?: CallOptions) => Promise<Calls["delete-team"]["reply"]>;
    /** List the members of a team. Needs `teams:read`. */
    readonly listMembers: (teamId: string, query?: Calls["list-team-members"]["query"], options?: CallOptions) => Paged<Calls["list-team-members"]["reply"]["data"][number]>;
    /** Add a member to a team; adding one who is in it already changes nothing. Needs `teams:write`. */
    readonly addMember: (teamId: string, body: Calls["add-team-member"]["body"], options?: CallOptions) => Promise<Calls["add-team-member"]["reply"]>;
    /** Take a member out of a team; its keys stay the team's. Needs `teams:write`. */
    readonly removeMember: (teamId: string, memberId: string, options?: CallOptions) => Promise<Calls["remove-team-member"]["reply"]>;
  };
  readonly invitations: {
    /** Invite a person by mail. The link works once, for seven days, and for the account with this address alone. Needs `invitations:write`. */
    readonly create: (body: Calls["create-invitation"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-invitation"]["reply"]>;
    /** List a tenant's invitations, newest first. Needs `invitations:read`. */
    readonly list: (query?: Calls["list-invitations"]["query"], options?: CallOptions) => Paged<Calls["list-invitations"]["reply"]["data"][number]>;
    /** Send an invitation again, with a new link for another seven days; the old link stops working. Needs `invitations:write`. */
    readonly resend: (invitationId: string, options?: CallOptions) => Promise<Calls["resend-invitation"]["reply"]>;
    /** Withdraw an invitation: its link stops working. Needs `invitations:write`. */
    readonly withdraw: (invitationId: string, options?: CallOptions) => Promise<Calls["withdraw-invitation"]["reply"]>;
    /** Accept an invitation, as the signed-in person whom it was sent to. Needs `invitations:accept`. */
    readonly accept: (body: Calls["accept-invitation"]["body"], options?: CallOptions) => Promise<Calls["accept-invitation"]["reply"]>;
  };
  readonly settings: {
    /** What a tenant's owners have chosen. Needs `settings:read`. */
    readonly get: (query?: Calls["get-settings"]["query"], options?: CallOptions) => Promise<Calls["get-settings"]["reply"]>;
    /** Restrict the scopes that the tenant's developers may grant to keys, or say when people are reminded of keys. What is left out stays. Needs `settings:write`. */
    readonly update: (body?: Calls["update-settings"]["body"], options?: ChangeOptions) => Promise<Calls["update-settings"]["reply"]>;
  };
  readonly embedSessions: {
    /** Let a member manage keys inside a page of another product, for a few minutes. The answer is the only one that shows the token. Needs `embed:write`. */
    readonly create: (body: Calls["create-embed-session"]["body"], options?: CallOptions) => Promise<Calls["create-embed-session"]["reply"]>;
    /** What an embed session is and may do: for the frame, which asks with its token. Nobody else has one. Needs `embed:read`. */
    readonly get: (options?: CallOptions) => Promise<Calls["get-embed-session"]["reply"]>;
    /** End an embed session, as when the person signs out of the product. In force when the call answers. Needs `embed:write`. */
    readonly end: (embedSessionId: string, options?: CallOptions) => Promise<Calls["end-embed-session"]["reply"]>;
  };
  readonly rootKeys: {
    /** Create a root key, the operator's credential. The answer is the only one that shows its plaintext. Needs `root-keys:write`. */
    readonly create: (body: Calls["create-root-key"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-root-key"]["reply"]>;
    /** List root keys, newest first. Needs `root-keys:read`. */
    readonly list: (query?: Calls["list-root-keys"]["query"], options?: CallOptions) => Paged<Calls["list-root-keys"]["reply"]["data"][number]>;
    /** Revoke a root key for ever. A root key cannot revoke itself, nor one that holds more than it does. Needs `root-keys:write`. */
    readonly revoke: (keyId: string, body?: Calls["revoke-root-key"]["body"], options?: CallOptions) => Promise<Calls["revoke-root-key"]["reply"]>;
  };
  readonly auditLog: {
    /** Every change, newest first, with its actor, address and reason. Needs `audit:read`. */
    readonly list: (query?: Calls["list-audit-log"]["query"], options?: CallOptions) => Paged<Calls["list-audit-log"]["reply"]["data"][number]>;
    /** Export an audit log as JSON lines, oldest first: every entry with its hash, the signed checkpoints, and where the chain ends. Of any length, streamed. Needs `audit:read`. */
    readonly export: (query?: Calls["export-audit-log"]["query"], options?: CallOptions) => Promise<Calls["export-audit-log"]["reply"]>;
    /** The signed checkpoints of an audit log, oldest first, and the public key that verifies them. Needs `audit:read`. */
    readonly listCheckpoints: (query?: Calls["list-audit-checkpoints"]["query"], options?: CallOptions) => Paged<Calls["list-audit-checkpoints"]["reply"]["data"][number]>;
  };
  readonly securityEvents: {
    /** What was noticed that may be an attack, newest first: a tenant's own, or for operators everybody's. Needs `security:read`. */
    readonly list: (query?: Calls["list-security-events"]["query"], options?: CallOptions) => Paged<Calls["list-security-events"]["reply"]["data"][number]>;
  };
  readonly usage: {
    /** Report what the guarded API has answered, by class of status, with latencies: a batch is counted exactly once, by its id. Needs `verify`. */
    readonly reportResponses: (body: Calls["report-responses"]["body"], options?: CallOptions) => Promise<Calls["report-responses"]["reply"]>;
    /** Usage of a tenant, or of the platform, by key, endpoint, code, environment, country and time. Needs `usage:read`. */
    readonly get: (query?: Calls["get-usage"]["query"], options?: CallOptions) => Promise<Calls["get-usage"]["reply"]>;
    /** Usage as JSON or CSV, streamed: a row for each bucket and group, oldest first. Needs `usage:read`. */
    readonly export: (query?: Calls["export-usage"]["query"], options?: CallOptions) => Promise<Calls["export-usage"]["reply"]>;
  };
  readonly requests: {
    /** The latest verifications of a tenant, newest first, with filters and a cursor; refusals are kept before successes. Needs `requests:read`. */
    readonly listLogged: (query?: Calls["list-logged-requests"]["query"], options?: CallOptions) => Paged<Calls["list-logged-requests"]["reply"]["data"][number]>;
    /** Why one verification ended as it did: every check in order, with the figures that it went by. Needs `requests:read`. */
    readonly explain: (requestId: string, options?: CallOptions) => Promise<Calls["explain-request"]["reply"]>;
  };
  readonly system: {
    /** How each engine and job is, and what waits to leave; as the process sees it that answers. For monitoring there are `/readyz` and `/metrics`. Needs `system:read`. */
    readonly get: (options?: CallOptions) => Promise<Calls["get-system"]["reply"]>;
  };
  readonly webhooks: {
    /** Have events posted to an address. The answer is the only one that shows the signing secret. An operator who names no tenant hears of all. Needs `webhooks:write`. */
    readonly create: (body: Calls["create-webhook"]["body"], options?: IdempotentCallOptions) => Promise<Calls["create-webhook"]["reply"]>;
    /** List webhooks, newest first; an operator who names no tenant sees the operator's own. Needs `webhooks:read`. */
    readonly list: (query?: Calls["list-webhooks"]["query"], options?: CallOptions) => Paged<Calls["list-webhooks"]["reply"]["data"][number]>;
    /** One webhook. Needs `webhooks:read`. */
    readonly get: (webhookId: string, options?: CallOptions) => Promise<Calls["get-webhook"]["reply"]>;
    /** Change a webhook, switch it off, or on again: what waited for it meanwhile is sent then. Needs `webhooks:write`. */
    readonly update: (webhookId: string, body?: Calls["update-webhook"]["body"], options?: ChangeOptions) => Promise<Calls["update-webhook"]["reply"]>;
    /** Delete a webhook, with its secret and the log of its deliveries. Needs `webhooks:write`. */
    readonly delete: (webhookId: string, options?: CallOptions) => Promise<Calls["delete-webhook"]["reply"]>;
    /** Make a new signing secret. For 24 hours the old one signs too: each request then carries both signatures. Needs `webhooks:write`. */
    readonly rotateSecret: (webhookId: string, options?: CallOptions) => Promise<Calls["rotate-webhook-secret"]["reply"]>;
    /** Send the event `webhook.test` to it; the delivery says what came of it. Needs `webhooks:write`. */
    readonly test: (webhookId: string, options?: CallOptions) => Promise<Calls["test-webhook"]["reply"]>;
    /** What was sent, is to be sent, or was given up, newest first; of 30 days. Needs `webhooks:read`. */
    readonly listDeliveries: (webhookId: string, query?: Calls["list-webhook-deliveries"]["query"], options?: CallOptions) => Paged<Calls["list-webhook-deliveries"]["reply"]["data"][number]>;
    /** Send an event again, now, under the same `webhook-id`, with all its retries. Needs `webhooks:write`. */
    readonly replayDelivery: (webhookId: string, deliveryId: string, options?: CallOptions) => Promise<Calls["replay-webhook-delivery"]["reply"]>;
  };
  readonly alerts: {
    /** List alerts, newest first, with filters and a cursor; an operator who names no tenant sees the operators' own. Ended ones are kept for 400 days. Needs `alerts:read`. */
    readonly list: (query?: Calls["list-alerts"]["query"], options?: CallOptions) => Paged<Calls["list-alerts"]["reply"]["data"][number]>;
    /** One alert. Needs `alerts:read`. */
    readonly get: (alertId: string, options?: CallOptions) => Promise<Calls["get-alert"]["reply"]>;
    /** Say that somebody sees to an alert: people are not told of it again. One that has ended, or was acknowledged before, stays as it is. Needs `alerts:write`. */
    readonly acknowledge: (alertId: string, options?: CallOptions) => Promise<Calls["acknowledge-alert"]["reply"]>;
  };
  readonly alertRules: {
    /** Every rule with the settings that are in force; an operator who names no tenant sees the operators' own. Needs `alerts:read`. */
    readonly list: (query?: Calls["list-alert-rules"]["query"], options?: CallOptions) => Promise<Calls["list-alert-rules"]["reply"]>;
    /** Switch a rule off or on, choose its thresholds and how it is told, or mute it for a while. Needs `alerts:write`. */
    readonly update: (rule: string, body?: Calls["update-alert-rule"]["body"], options?: ChangeOptions) => Promise<Calls["update-alert-rule"]["reply"]>;
  };
  readonly alertMutes: {
    /** List what is muted, newest first; what has ended by itself is not there. Needs `alerts:read`. */
    readonly list: (query?: Calls["list-alert-mutes"]["query"], options?: CallOptions) => Paged<Calls["list-alert-mutes"]["reply"]["data"][number]>;
    /** Mute a subject: alerts about it are in the history, and told to nobody. Needs `alerts:write`. */
    readonly create: (body: Calls["create-alert-mute"]["body"], options?: CallOptions) => Promise<Calls["create-alert-mute"]["reply"]>;
    /** Unmute: alerts that start from now on are told. Needs `alerts:write`. */
    readonly delete: (muteId: string, options?: CallOptions) => Promise<Calls["delete-alert-mute"]["reply"]>;
  };
}
