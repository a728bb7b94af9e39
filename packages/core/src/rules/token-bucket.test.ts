import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BucketLevel, RateLimit } from "../model/limits.ts";
import { fullBucket, refill, take, waitMs } from "./token-bucket.ts";

const limits = fc.record({ limit: fc.integer({ min: 1, max: 1_000_000_000 }), windowSeconds: fc.integer({ min: 1, max: 2_592_000 }) });
const steps = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.integer({ min: 0, max: 5_000 }), fc.integer({ min: 0, max: 3_000_000_000 })),
    cost: fc.integer({ min: 1, max: 1_000_000 }),
  }),
  {
    maxLength: 40,
  },
);

/** The same bucket in exact rationals: its content times windowMs. */
const model = (limit: RateLimit) => {
  const windowMs = BigInt(limit.windowSeconds) * 1000n;
  const capacity = BigInt(limit.limit) * windowMs;
  const refillTo = (content: bigint, elapsedMs: number) => {
    const next = content + BigInt(elapsedMs) * BigInt(limit.limit);
    return next > capacity ? capacity : next;
  };
  return { windowMs, capacity, refillTo };
};

const contentOf = (level: BucketLevel, windowMs: bigint): bigint => BigInt(level.tokens) * windowMs + BigInt(level.fraction);

describe("a token bucket", () => {
  it("holds exactly what the rational model holds, after any sequence of waits and charges", () => {
    fc.assert(
      fc.property(limits, steps, (limit, sequence) => {
        const { windowMs, capacity, refillTo } = model(limit);
        let level = fullBucket(limit, 1_700_000_000_000);
        let content = capacity;
        for (const { afterMs, cost } of sequence) {
          const nowMs = level.atMs + afterMs;
          level = refill(level, limit, nowMs);
          content = refillTo(content, afterMs);
          expect(contentOf(level, windowMs)).toBe(content);
          const passes = level.tokens >= cost;
          expect(passes).toBe(content >= BigInt(cost) * windowMs);
          if (passes) {
            level = take(level, cost);
            content -= BigInt(cost) * windowMs;
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("says to the millisecond when it will hold what is wanted", () => {
    fc.assert(
      fc.property(limits, fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 0, max: 1_000_000 }), (limit, spentTokens, elapsedMs) => {
        const taken = Math.min(spentTokens, limit.limit);
        const level = refill(take(fullBucket(limit, 0), taken), limit, elapsedMs);
        const wait = waitMs(level, limit, limit.limit);
        expect(refill(level, limit, level.atMs + wait).tokens).toBe(limit.limit);
        if (wait > 0) expect(refill(level, limit, level.atMs + wait - 1).tokens).toBeLessThan(limit.limit);
      }),
    );
  });

  it("gains nothing from a clock that steps back, and loses nothing", () => {
    const limit = { limit: 60, windowSeconds: 60 };
    const level = take(fullBucket(limit, 10_000), 60);
    const stepped = refill(level, limit, 5_000);
    expect(stepped).toEqual({ tokens: 0, fraction: 0, atMs: 5_000 });
    expect(refill(stepped, limit, 6_000).tokens).toBe(1);
  });

  it("is cut to a limit that was lowered", () => {
    expect(refill(fullBucket({ limit: 100, windowSeconds: 60 }, 0), { limit: 10, windowSeconds: 60 }, 0).tokens).toBe(10);
    expect(refill(fullBucket({ limit: 100, windowSeconds: 60 }, 0), { limit: 10, windowSeconds: 60 }, 1).tokens).toBe(10);
  });
});
