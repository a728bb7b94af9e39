import Type from "typebox";
import type { ChainLine } from "../audit-chain.ts";
import { securityEventKinds, severities } from "../security-events.ts";
import { TenantId } from "./key.ts";
import { paging } from "./paging.ts";
import { page } from "./platform.ts";
import { closed, nullable, time } from "./text.ts";

const chain = {
  tenant_id: Type.Optional(Type.String({ ...TenantId, description: "Whose chain; left out by an operator: the platform's." })),
};

export const ExportAuditQuery = Type.Object(
  {
    ...chain,
    after: Type.Optional(Type.Integer({ minimum: 0, maximum: 999_999_999_999, default: 0, description: "Only what comes after this sequence." })),
  },
  closed,
);

/** One line; which fields it has besides is said by `type` (docs/audit.md). */
const AuditLine = Type.Object({
  type: Type.Union([Type.Literal("entry"), Type.Literal("checkpoint"), Type.Literal("head")]),
  tenant_id: nullable(Type.String(), { description: "Whose chain; null: the platform's." }),
  sequence: Type.Integer({ description: "From 1, without gaps." }),
  hash: Type.String({ description: "SHA-256, hexadecimal, of the line's canonical JSON (RFC 8785) without `hash`." }),
});
export const AuditLines = Type.Unsafe<AsyncIterable<ChainLine>>(AuditLine);

export const ListCheckpointsQuery = Type.Object({ ...chain, ...paging }, closed);
const AuditCheckpoint = Type.Object({
  type: Type.Literal("checkpoint"),
  kind: Type.Union([Type.Literal("periodic"), Type.Literal("retention")], {
    description: "retention: everything up to the entry was dropped, as the policy says.",
  }),
  tenant_id: nullable(Type.String()),
  sequence: Type.Integer({ description: "The entry that it is of." }),
  hash: Type.String({ description: "That entry's hash." }),
  at_ms: Type.Integer({ description: "When it was signed, in milliseconds since 1970." }),
  key_id: Type.String(),
  signature: Type.String({ description: "Ed25519, base64url, over the canonical JSON (RFC 8785) of this object without `signature`." }),
});
export const AuditCheckpoints = Type.Object({
  ...page(AuditCheckpoint).properties,
  public_key: Type.Object(
    { key_id: Type.String(), algorithm: Type.Literal("Ed25519"), pem: Type.String({ description: "SubjectPublicKeyInfo, as PEM." }) },
    { description: "What the signatures are verified with. Note it down, and compare: whoever can answer in our place could answer with another." },
  ),
});

const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description },
    ),
  );

const Severity = oneOf(severities, "How much it matters.");
const Kind = oneOf(securityEventKinds, "What was noticed.");
export const SecurityEvent = Type.Object({
  id: Type.String({ examples: ["evt_01F8MECHZX3TBDSZ7XRADM"] }),
  kind: Kind,
  severity: Severity,
  tenant_id: nullable(Type.String(), { description: "Whose key it is about; null: nobody's, and for operators alone." }),
  subject: Type.Object({ type: oneOf(["address", "key", "hint", "tenant", "chain"], "What it is about."), id: Type.String() }),
  at: time("When it was first noticed."),
  last_at: time("When it was last noticed, within the minute that is told of."),
  count: Type.Integer({ description: "How often within that minute." }),
  details: Type.Record(Type.String(), Type.Unknown(), { description: "What is known besides; never key text." }),
});
export const ListSecurityEventsQuery = Type.Object(
  {
    tenant_id: Type.Optional(TenantId),
    kind: Type.Optional(Kind),
    severity: Type.Optional(Severity),
    subject_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    from: Type.Optional(time("Not before.")),
    to: Type.Optional(time("Before.")),
    ...paging,
  },
  closed,
);
