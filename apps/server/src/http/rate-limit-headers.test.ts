import type { Spent } from "@keywright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rateLimitHeaders } from "./rate-limit-headers.ts";

const bucket = { limit: 10, windowSeconds: 1, remaining: 9, resetSeconds: 1, retrySeconds: 0 };
const pool = { limit: 300, windowSeconds: 60, remaining: 280, resetSeconds: 4, retrySeconds: 0 };
const month = { limit: 1000, remaining: 500, resetSeconds: 86_400 };
const spent = (overrides: Partial<Spent>): Spent => ({ state: "DONE", outcome: "VALID", key: null, pool: null, quota: null, ...overrides });

const natural = fc.nat(1_000_000_000);
const bucketView = fc.record({ limit: natural, windowSeconds: natural, remaining: natural, resetSeconds: natural, retrySeconds: natural });
const quotaView = fc.record({ limit: natural, remaining: natural, resetSeconds: natural });
const anySpent = fc.record({
  state: fc.constant("DONE" as const),
  outcome: fc.constantFrom("VALID", "RATE_LIMITED", "QUOTA_EXCEEDED", "REVOKED") as fc.Arbitrary<Spent["outcome"]>,
  key: fc.option(bucketView),
  pool: fc.option(bucketView),
  quota: fc.option(quotaView),
});

describe("rateLimitHeaders", () => {
  it("names each budget by draft 11's syntax", () => {
    expect(rateLimitHeaders(spent({ key: bucket, pool, quota: month }))).toEqual({
      "ratelimit-policy": '"key";q=10;w=1, "tenant";q=300;w=60, "month";q=1000',
      ratelimit: '"key";r=9;t=1, "tenant";r=280;t=4, "month";r=500;t=86400',
      "x-ratelimit-limit": "10",
      "x-ratelimit-remaining": "9",
      "x-ratelimit-reset": "1",
    });
  });

  it("says nothing where there is no budget", () => {
    expect(rateLimitHeaders(spent({}))).toEqual({});
  });

  it("is a list of strings with integer parameters, the same names in both, for any budgets", () => {
    fc.assert(
      fc.property(anySpent, (any) => {
        const headers = rateLimitHeaders(any);
        const named = Object.entries({ key: any.key, tenant: any.pool, month: any.quota }).filter(([, view]) => view !== null);
        fc.pre(named.length > 0);
        const names = (text = "") => [...text.matchAll(/"([a-z]+)"/g)].map(([, name]) => name);
        expect(headers["ratelimit-policy"]).toMatch(/^"[a-z]+";q=\d+(;w=\d+)?(, "[a-z]+";q=\d+(;w=\d+)?)*$/);
        expect(headers["ratelimit"]).toMatch(/^"[a-z]+";r=\d+;t=\d+(, "[a-z]+";r=\d+;t=\d+)*$/);
        expect(names(headers["ratelimit"])).toEqual(named.map(([name]) => name));
        expect(names(headers["ratelimit-policy"])).toEqual(named.map(([name]) => name));
        expect(headers["x-ratelimit-remaining"]).toBe(`${Math.min(...named.map(([, view]) => view?.remaining ?? 0))}`);
      }),
    );
  });

  it("shows of two empty budgets the one that stays empty longer", () => {
    const empty = { ...bucket, remaining: 0 };
    expect(rateLimitHeaders(spent({ key: empty, pool: { ...pool, remaining: 0 } }))["x-ratelimit-reset"]).toBe("4");
  });
});

describe("Retry-After", () => {
  it.each([
    ["the slower of the two buckets", { outcome: "RATE_LIMITED", key: { ...bucket, retrySeconds: 2 }, pool: { ...pool, retrySeconds: 7 } }, "7"],
    ["a second at least", { outcome: "RATE_LIMITED", key: bucket }, "1"],
    ["the month's end", { outcome: "QUOTA_EXCEEDED", key: { ...bucket, retrySeconds: 2 }, quota: month }, "86400"],
    ["nothing where nothing refused", { outcome: "VALID", key: { ...bucket, retrySeconds: 2 } }, undefined],
  ] as const)("is %s", (_, overrides, expected) => {
    expect(rateLimitHeaders(spent(overrides))["retry-after"]).toBe(expected);
  });
});
