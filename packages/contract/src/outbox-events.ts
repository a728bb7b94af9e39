import Type, { type TSchema } from "typebox";
import { alertRuleIds } from "./alert-rules.ts";
import { nullable } from "./schemas/text.ts";
import { securityEventKinds, severities } from "./security-events.ts";

interface OutboxEntry {
  /** One sentence: what has happened. */
  readonly doc: string;
  /** The shape of `data`. */
  readonly data: TSchema;
  /** A `data` of that shape. */
  readonly example: Readonly<Record<string, unknown>>;
}

const exampleId = (prefix: string) => `${prefix}_01F8MECHZX3TBDSZ7XRADM`;
const tenantId = nullable(Type.String(), { description: "Whose it is; null: the platform's." });
const oneOf = (values: readonly string[]) => Type.Union(values.map((value) => Type.Literal(value)));

/** A change as the audit log has it. */
const Change = Type.Object({
  id: Type.String({ description: "What was changed." }),
  tenant_id: tenantId,
  actor: Type.Object({ type: Type.String(), id: nullable(Type.String()) }, { description: "Who did it, as in the audit log." }),
  reason: nullable(Type.String()),
  before: nullable(Type.Record(Type.String(), Type.Unknown()), { description: "As it was; null: there was nothing, or too much for an event." }),
  after: nullable(Type.Record(Type.String(), Type.Unknown()), { description: "As it is now; null: there is nothing any more, or too much for an event." }),
});

const change = (prefix: string, fields: Readonly<Record<string, unknown>>) => ({
  id: exampleId(prefix),
  tenant_id: exampleId("ten"),
  actor: { type: "member", id: exampleId("mem") },
  reason: null,
  before: null,
  after: null,
  ...fields,
});

const KeyExpired = Type.Object({
  id: Type.String({ description: "The key's id." }),
  tenant_id: tenantId,
  expired_at_ms: Type.Integer({ description: "When it ended, in milliseconds since 1970." }),
});

const KeyRefused = Type.Object({
  id: Type.String({ description: "The key's id." }),
  tenant_id: tenantId,
  count: Type.Integer({ minimum: 1, description: "Requests that were refused for it, as counted within the minute of the event." }),
});
const refused = { id: exampleId("key"), tenant_id: exampleId("ten"), count: 42 };

const Noticed = Type.Object({
  id: Type.String({ description: "The security event's id." }),
  kind: oneOf(securityEventKinds),
  severity: oneOf(severities),
  tenant_id: tenantId,
  subject: Type.Object({ type: Type.String(), id: Type.String() }),
  at_ms: Type.Integer({ description: "When it was first noticed, in milliseconds since 1970." }),
  last_at_ms: Type.Integer({ description: "When it was last noticed, within one minute." }),
  count: Type.Integer({ minimum: 1 }),
  details: Type.Record(Type.String(), Type.Unknown()),
});
const noticed = {
  id: exampleId("evt"),
  tenant_id: exampleId("ten"),
  subject: { type: "key", id: exampleId("key") },
  at_ms: 1_772_359_200_000,
  last_at_ms: 1_772_359_241_000,
};

const Alert = Type.Object({
  id: Type.String({ description: "The alert's id." }),
  tenant_id: tenantId,
  rule: oneOf(alertRuleIds),
  severity: oneOf(severities),
  subject: Type.Object({ type: Type.String(), id: Type.String() }),
  value: Type.Integer({ description: "The highest that was seen, in the unit of the rule's first threshold." }),
  threshold: Type.Integer(),
  detail: nullable(Type.String(), { description: "What is known besides, in a few words." }),
  started_at_ms: Type.Integer({ description: "When it started, in milliseconds since 1970." }),
  ended_at_ms: nullable(Type.Integer(), { description: "When it ended; null: it goes on." }),
});
const alert = {
  id: exampleId("alr"),
  tenant_id: exampleId("ten"),
  rule: "key.refusals",
  severity: "medium",
  subject: { type: "key", id: exampleId("key") },
  value: 1_200,
  threshold: 500,
  detail: null,
  started_at_ms: 1_772_359_200_000,
};

/** What leaves Keywright, by webhook: type → what it tells. A type never changes its meaning; `data` may get further fields. */
export const outboxEvents = {
  "key.created": { doc: "A key was made.", data: Change, example: change("key", { after: { name: "Mailing", scopes: ["send_email"], state: "active" } }) },
  "key.updated": {
    doc: "A key's name, scopes, limits, addresses, expiry, metadata or state was changed.",
    data: Change,
    example: change("key", { before: { state: "active", revision: 1 }, after: { state: "disabled", revision: 2 } }),
  },
  "key.rotated": {
    doc: "A key got a new secret; the old one lives on for its grace period.",
    data: Change,
    example: change("key", { after: { hint: "pm_live_…x7Qk", grace_seconds: 86_400, revision: 2 } }),
  },
  "key.revoked": {
    doc: "A key was revoked, for good.",
    data: Change,
    example: change("key", { reason: "leaked", before: { state: "active" }, after: { state: "revoked", revision: 2 } }),
  },
  "key.handed_over": {
    doc: "A key got another owner.",
    data: Change,
    example: change("key", { before: { owner_id: exampleId("mem") }, after: { owner_id: exampleId("team") } }),
  },
  "key.expired": {
    doc: "A key has come to its end; told once, within about a minute.",
    data: KeyExpired,
    example: { id: exampleId("key"), tenant_id: exampleId("ten"), expired_at_ms: 1_772_359_200_000 },
  },
  "key.limit_exceeded": {
    doc: "Requests with a key were refused by its rate limit or its tenant's; at most once a minute.",
    data: KeyRefused,
    example: refused,
  },
  "key.quota_reached": { doc: "Requests with a key were refused because its quota is used up; at most once a minute.", data: KeyRefused, example: refused },
  "key.used_after_revocation": {
    doc: "A key was used after it was revoked: somebody still holds it.",
    data: Noticed,
    example: { ...noticed, kind: "key.used_after_revocation", severity: "high", count: 3, details: { address: "203.0.113.7" } },
  },
  "member.created": { doc: "Somebody became a member.", data: Change, example: change("mem", { after: { name: "Ada", role: "developer" } }) },
  "member.role_changed": {
    doc: "A member got another role.",
    data: Change,
    example: change("mem", { before: { role: "developer" }, after: { role: "admin", keys_switched_off: [] } }),
  },
  "member.removed": {
    doc: "A member left, or was removed.",
    data: Change,
    example: change("mem", { before: { role: "developer" }, after: { keys: "revoke" } }),
  },
  "tenant.created": { doc: "A tenant was made.", data: Change, example: change("ten", { after: { name: "Acme", tier: "starter", status: "active" } }) },
  "tenant.updated": {
    doc: "A tenant's name, tier, limits or state was changed.",
    data: Change,
    example: change("ten", { before: { status: "active" }, after: { status: "suspended" } }),
  },
  "tenant.settings_updated": {
    doc: "A tenant's settings were changed.",
    data: Change,
    example: change("ten", { before: { developer_scopes: null }, after: { developer_scopes: ["send_email"] } }),
  },
  "security_event.noticed": {
    doc: "Something else was noticed that may be an attack; `data` is the security event.",
    data: Noticed,
    example: { ...noticed, kind: "refusals.burst", severity: "medium", count: 180, details: { seen: ["RATE_LIMITED"] } },
  },
  "alert.started": { doc: "An alert has started.", data: Alert, example: { ...alert, ended_at_ms: null } },
  "alert.ended": { doc: "An alert has ended; told where its start was.", data: Alert, example: { ...alert, ended_at_ms: 1_772_360_100_000 } },
  "webhook.test": {
    doc: "Somebody asked for a test; it goes to that webhook alone, whatever it listens to.",
    data: Type.Object({ webhook_id: Type.String() }),
    example: { webhook_id: exampleId("whk") },
  },
} as const satisfies Record<string, OutboxEntry>;

export type OutboxEventType = keyof typeof outboxEvents;

/** In the order of the table. */
export const outboxEventTypes = Object.keys(outboxEvents) as readonly OutboxEventType[];
