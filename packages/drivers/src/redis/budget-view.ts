import type { BucketView, QuotaUse, QuotaView, RateLimit } from "@keywright/core";

/** A bucket's contents as the ledger answers them: whole tokens, and `fraction` / (`windowSeconds` · 1000) of one. */
export interface Level {
  readonly tokens: number;
  readonly fraction: number;
}

/** What the caller is told of a bucket after the request. */
export const bucketView = (level: Level, limit: RateLimit | null, cost: number): BucketView | null => {
  if (limit === null) return null;
  return {
    limit: limit.limit,
    windowSeconds: limit.windowSeconds,
    remaining: level.tokens,
    resetSeconds: Math.ceil(waitMs(level, limit, limit.limit) / 1000),
    retrySeconds: Math.ceil(waitMs(level, limit, cost) / 1000),
  };
};

export const quotaView = ({ month, used }: QuotaUse, limit: number, nowMs: number): QuotaView => ({
  limit,
  remaining: Math.max(0, limit - used),
  resetSeconds: Math.ceil((Date.UTC(1970, month + 1 - 1970 * 12) - nowMs) / 1000),
});

/** Milliseconds, rounded up, until the bucket holds `wanted` tokens (at most its capacity); 0 where it does. */
const waitMs = ({ tokens, fraction }: Level, { limit, windowSeconds }: RateLimit, wanted: number): number => {
  const missing = Math.min(wanted, limit) - tokens;
  if (missing <= 0) return 0;
  const parts = missing * windowSeconds * 1000;
  // Beyond 2^53 the product is not exact as a number.
  if (!Number.isSafeInteger(parts)) return Number((BigInt(missing) * BigInt(windowSeconds * 1000) - BigInt(fraction) + BigInt(limit) - 1n) / BigInt(limit));
  // A fraction of a longer window than the present one is more than a whole token.
  return Math.max(0, Math.ceil((parts - fraction) / limit));
};
