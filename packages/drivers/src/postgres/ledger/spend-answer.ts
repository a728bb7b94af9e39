import type { BucketView, QuotaView, RateLimit, SpendRequest, SpendResult, Spent } from "@keywright/core";
import { missCode, refusedBehindCode, staleCode } from "./spend-batch.ts";
import type { Queued } from "./spend-queue.ts";

/** What `ledger_spend_batch` says of one request. */
interface Settled {
  readonly code: number;
  readonly key: Level;
  readonly pool: Level;
  readonly quotaMonth: number;
  readonly quotaUsed: number;
}

interface Level {
  readonly tokens: number;
  readonly fraction: number;
}

const headSize = 1;
const settledSize = 7;

/** The results of a batch from the answer of `ledger_spend_batch`. undefined: it stood behind one that was refused. */
export const decodeAnswer = (
  answer: string,
  requests: readonly Queued<SpendRequest>[],
  outcomes: readonly Spent["outcome"][],
): readonly (SpendResult | undefined)[] => {
  const numbers = answer.split(",").map(Number);
  if (numbers.length !== headSize + settledSize * requests.length) throw new TypeError("The ledger's answer does not fit its batch.");
  const [nowMs = 0] = numbers;
  return requests.map(({ request }, index) => {
    const settled = settledAt(numbers, headSize + settledSize * index);
    if (settled.code === refusedBehindCode) return undefined;
    if (settled.code === staleCode) return { state: "STALE" };
    // The tables hold every key and tenant that a record can name; there is nothing to install, and so nothing to lease.
    if (settled.code === missCode) return { state: "MISS", lease: "" };
    const outcome = outcomes[settled.code - 1];
    if (outcome === undefined) throw new TypeError("The ledger's answer names an outcome that there is not.");
    return {
      state: "DONE",
      outcome,
      key: bucketView(settled.key, request.keyLimit, request.cost),
      pool: bucketView(settled.pool, request.tenant && request.poolLimit, request.cost),
      quota: quotaView(settled, request.monthlyQuota, nowMs),
    };
  });
};

const settledAt = (numbers: readonly number[], at: number): Settled => {
  const [code = 0, keyTokens = 0, keyFraction = 0, poolTokens = 0, poolFraction = 0, quotaMonth = 0, quotaUsed = 0] = numbers.slice(at, at + settledSize);
  return { code, key: { tokens: keyTokens, fraction: keyFraction }, pool: { tokens: poolTokens, fraction: poolFraction }, quotaMonth, quotaUsed };
};

const bucketView = (level: Level, limit: RateLimit | null, cost: number): BucketView | null => {
  if (limit === null) return null;
  return {
    limit: limit.limit,
    windowSeconds: limit.windowSeconds,
    remaining: level.tokens,
    resetSeconds: secondsUntil(level, limit, limit.limit),
    retrySeconds: secondsUntil(level, limit, cost),
  };
};

const quotaView = ({ quotaMonth, quotaUsed }: Settled, limit: number | null, nowMs: number): QuotaView | null => {
  if (limit === null) return null;
  const monthEndMs = Date.UTC(Math.floor(quotaMonth / 12), (quotaMonth % 12) + 1);
  return { limit, remaining: Math.max(0, limit - quotaUsed), resetSeconds: Math.ceil((monthEndMs - nowMs) / 1000) };
};

/** Until the bucket holds `wanted` tokens, at most its capacity: (missing · windowMs − fraction) / limit milliseconds, rounded up, then to seconds. */
const secondsUntil = ({ tokens, fraction }: Level, { limit, windowSeconds }: RateLimit, wanted: number): number => {
  const missing = Math.min(wanted, limit) - tokens;
  // A fraction of a longer window than the present one is more than a whole token.
  return missing <= 0 ? 0 : Math.max(0, Math.ceil(divideUp(missing, windowSeconds * 1000, { fraction, limit }) / 1000));
};

/** ceil((a · b − fraction) / limit), exact although a · b may not fit in 2^53. */
const divideUp = (a: number, b: number, { fraction, limit }: { readonly fraction: number; readonly limit: number }): number => {
  const product = a * b;
  if (Number.isSafeInteger(product) && product >= fraction) {
    const parts = product - fraction;
    return (parts - (parts % limit)) / limit + (parts % limit > 0 ? 1 : 0);
  }
  const [parts, divisor] = [BigInt(a) * BigInt(b) - BigInt(fraction), BigInt(limit)];
  return Number(parts / divisor) + (parts % divisor > 0n ? 1 : 0);
};
