import Type, { type Static } from "typebox";
import { type Verdict, verdicts } from "../verdict.ts";
import { closed, nullable } from "./text.ts";

/** The largest numbers that the limits of a key may have. */
export const bounds = {
  rateLimit: 1_000_000_000,
  windowSeconds: 2_592_000,
  monthlyQuota: 1_000_000_000_000,
  cost: 1_000_000,
  allowlist: 100,
  metadataEntries: 50,
  metadataBytes: 4096,
  name: 100,
  scopes: 50,
  teams: 20,
  expiryDays: 365,
  graceSeconds: 2_592_000,
  batch: 100,
  page: 100,
  endpoint: 200,
  reason: 500,
  responses: 500,
  userAgent: 300,
  webhooks: 20,
  webhookUrl: 2048,
  slackUrl: 1000,
  reminderDays: 3650,
  reminders: 10,
} as const;

export const VerdictCode = Type.Unsafe<Verdict>(Type.Union(verdicts.map((code) => Type.Literal(code))));

/** A token bucket: `limit` tokens, refilled evenly over `window_seconds`. */
export const RateLimit = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: bounds.rateLimit, description: "Requests a window; also the largest burst." }),
    window_seconds: Type.Integer({ minimum: 1, maximum: bounds.windowSeconds, description: "Seconds in which an empty bucket refills." }),
  },
  closed,
);
export type RateLimit = Static<typeof RateLimit>;

/** What is left of the tightest bucket after this request. */
export const RateLimitState = nullable(
  Type.Object({
    limit: Type.Integer(),
    remaining: Type.Integer(),
    reset_seconds: Type.Integer({ description: "Seconds until the bucket is full again." }),
  }),
  { description: "The tightest of the key's bucket and the tenant's pool." },
);

export const QuotaState = nullable(
  Type.Object({
    limit: Type.Integer(),
    remaining: Type.Integer(),
    reset_seconds: Type.Integer({ description: "Seconds until the next month (UTC)." }),
  }),
  { description: "The key's monthly quota; null where it has none." },
);
