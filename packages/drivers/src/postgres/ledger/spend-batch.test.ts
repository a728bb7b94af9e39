import type { SpendRequest } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { requestOf } from "../../testing/ledger-process.ts";
import { decodeAnswer } from "./spend-answer.ts";
import { checkRequest, encodeBatch, spendParameters } from "./spend-batch.ts";

/** A request that stands for itself, behind no other. */
const alone = (request: SpendRequest) => ({ request, times: 1, behind: 0 });

const key = { id: "key_1", revision: 1 };
const tenant = { id: "ten_1", revision: 1 };

describe("a batch of spends", () => {
  it("names each key, tenant and label once", () => {
    const limits = { keyLimit: { limit: 10, windowSeconds: 60 }, poolLimit: { limit: 20, windowSeconds: 1 } };
    const batch = encodeBatch([
      alone(requestOf(key, tenant, limits)),
      { request: requestOf({ id: "key_2", revision: 3 }, tenant, { monthlyQuota: 5, ip: null }), times: 4, behind: 1 },
      alone(requestOf(key, null)),
    ]);
    expect(batch.budgets).toEqual(["key_1", "ten_1", "key_2"]);
    expect(batch.values).toEqual([
      ["key_1", "key_2"],
      ["ten_1"],
      ["key_1", "ten_1", "key_2"],
      ["VALID", "RATE_LIMITED", "QUOTA_EXCEEDED"],
      ["POST /v1/emails"],
      ["203.0.113.7"],
      "{1,-1,2,-1,1,0}",
      "{1,1,3,1,1,0}",
      "{1,2,3,0,0,0}",
      "{10,20,0,0,0,0}",
      "{60000,1000,0,0,0,0}",
      "{-1,5,-1}",
      "{1,1,1}",
      "{1,1,1}",
      "{false,false,false}",
      "{1,1,1}",
      "{1,0,1}",
      "{1,4,1}",
      "{0,1,0}",
    ]);
    expect(batch.values).toHaveLength(spendParameters);
  });

  it("replaces the one character that PostgreSQL's text does not have", () => {
    expect(encodeBatch([alone(requestOf(key, tenant, { endpoint: "GET /\0a", ip: "\0" }))]).values).toContainEqual(["GET /\uFFFDa"]);
  });

  it.each<[string, Partial<SpendRequest>]>([
    ["a limit beyond what 64 bits can refill", { keyLimit: { limit: 1_000_000_001, windowSeconds: 1 } }],
    ["a window beyond 30 days", { poolLimit: { limit: 1, windowSeconds: 2_592_001 } }],
    ["a limit of none", { keyLimit: { limit: 0, windowSeconds: 1 } }],
    ["a window of no length", { keyLimit: { limit: 1, windowSeconds: 0 } }],
    ["a part of a token", { cost: 0.5 }],
    ["a cost of nothing", { cost: 0 }],
    ["a negative quota", { monthlyQuota: -1 }],
    ["a revision that is no number", { key: { id: "key_1", revision: Number.NaN } }],
  ])("refuses %s, before it is in a batch with others", (_what, change) => {
    expect(() => checkRequest(requestOf(key, tenant, change))).toThrow(RangeError);
  });

  it("refuses an answer that is not its own", () => {
    const requests = [alone(requestOf(key, tenant))];
    expect(() => decodeAnswer("1,1,0,0,0,0,0,0,1", requests, ["VALID"])).toThrow(TypeError);
    expect(() => decodeAnswer("1,2,0,0,0,0,0,0", requests, ["VALID"])).toThrow(TypeError);
    expect(decodeAnswer("1,1,0,0,0,0,0,0", requests, ["VALID"])).toEqual([{ state: "DONE", outcome: "VALID", key: null, pool: null, quota: null }]);
    expect(decodeAnswer("1,-1,0,0,0,0,0,0,-2,0,0,0,0,0,0,-3,0,0,0,0,0,0", [...requests, ...requests, ...requests], ["VALID"])).toEqual([
      { state: "STALE" },
      { state: "MISS", lease: "" },
      undefined,
    ]);
  });
});
