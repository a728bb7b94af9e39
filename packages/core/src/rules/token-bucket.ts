import type { BucketLevel, RateLimit } from "../model/limits.ts";

/**
 * A token bucket in exact integers: whole tokens, and a fraction counted in parts of `windowMs`. In one millisecond a bucket gains
 * `limit / windowMs` tokens, so a fraction's numerator grows by `limit` a millisecond and never needs rounding.
 * All numbers stay below 2^53, so the same arithmetic is exact in Lua and SQL.
 */
const half = 65_536;

/** floor(a · b / c) and the remainder, exact for a, b, c below 2^32 although a · b may not fit in 2^53. */
const multiplyDivide = (a: number, b: number, c: number): readonly [quotient: number, remainder: number] => {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) return [Math.floor(product / c), product % c];
  const wholes = Math.floor(b / c);
  const rest = b - wholes * c;
  const highProduct = Math.floor(a / half) * rest;
  const shifted = (highProduct % c) * half + (a % half) * rest;
  return [a * wholes + Math.floor(highProduct / c) * half + Math.floor(shifted / c), shifted % c];
};

export const fullBucket = (limit: RateLimit, nowMs: number): BucketLevel => ({ tokens: limit.limit, fraction: 0, atMs: nowMs });

/** The level at `nowMs` under this limit. A clock that stepped back adds nothing, and the bucket goes on refilling from there. */
export const refill = (level: BucketLevel, limit: RateLimit, nowMs: number): BucketLevel => {
  const windowMs = limit.windowSeconds * 1000;
  const elapsedMs = nowMs - level.atMs;
  if (elapsedMs <= 0) return level.tokens > limit.limit ? fullBucket(limit, nowMs) : { ...level, atMs: nowMs };
  if (elapsedMs >= windowMs) return fullBucket(limit, nowMs);
  const [gained, remainder] = multiplyDivide(elapsedMs, limit.limit, windowMs);
  const parts = (level.fraction < windowMs ? level.fraction : 0) + remainder;
  const carried = parts >= windowMs ? 1 : 0;
  const tokens = level.tokens + gained + carried;
  return tokens >= limit.limit ? fullBucket(limit, nowMs) : { tokens, fraction: parts - carried * windowMs, atMs: nowMs };
};

/** The level after taking `cost` tokens that are there. */
export const take = (level: BucketLevel, cost: number): BucketLevel => ({ tokens: level.tokens - cost, fraction: level.fraction, atMs: level.atMs });

/** Milliseconds, rounded up, until the bucket holds `wanted` tokens (at most its capacity); 0 where it does. */
export const waitMs = (level: BucketLevel, limit: RateLimit, wanted: number): number => {
  const missing = Math.min(wanted, limit.limit) - level.tokens;
  if (missing <= 0) return 0;
  const [whole, remainder] = multiplyDivide(missing, limit.windowSeconds * 1000, limit.limit);
  // A fraction of a longer window than the present one is more than a whole token.
  return Math.max(0, whole + Math.ceil((remainder - level.fraction) / limit.limit));
};
