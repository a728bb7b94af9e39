import Type, { type Static } from "typebox";
import { Owner } from "./key.ts";
import { bounds, QuotaState, RateLimitState, VerdictCode } from "./limits.ts";
import { closed, nullable, text, time } from "./text.ts";

export const VerifyRequest = Type.Object(
  {
    key: Type.String({ maxLength: 512, description: "The key text as the client sent it." }),
    scopes: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: bounds.scopes, description: "Scopes that this request needs: all of them." }),
    ),
    ip: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 45,
        pattern: "^[0-9A-Fa-f:.]*$",
        description: "The end client's address; needed where the key has an allow-list.",
      }),
    ),
    endpoint: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: bounds.endpoint,
        pattern: "^[^\\u0000-\\u001f\\u007f]*$",
        description: "The route's template, such as `/v1/emails/{id}`; usage is counted by it.",
      }),
    ),
    method: Type.Optional(Type.String({ pattern: "^[A-Z]{1,16}$" })),
    user_agent: Type.Optional(text(bounds.userAgent, "What the end client calls itself; for the request log.")),
    cost: Type.Optional(Type.Integer({ minimum: 1, maximum: bounds.cost, default: 1, description: "How many requests this one counts for." })),
    dry_run: Type.Optional(Type.Boolean({ default: false, description: "true: charge and count nothing." })),
  },
  closed,
);
export type VerifyRequest = Static<typeof VerifyRequest>;

export const Verification = Type.Object({
  valid: Type.Boolean(),
  code: VerdictCode,
  key_id: nullable(Type.String()),
  tenant_id: nullable(Type.String()),
  owner: nullable(Owner),
  scopes: Type.Array(Type.String()),
  environment: nullable(Type.String()),
  expires_at: nullable(time("When the key, or this replaced secret, ends.")),
  metadata: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
  rate_limit: RateLimitState,
  quota: QuotaState,
});
export type Verification = Static<typeof Verification>;

export const VerifyBatchRequest = Type.Object({ requests: Type.Array(VerifyRequest, { minItems: 1, maxItems: bounds.batch }) }, closed);
export const VerifyBatchReply = Type.Object({ data: Type.Array(Verification, { description: "One verdict a request, in the same order." }) });
