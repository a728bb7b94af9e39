import { describe, expect, it } from "vitest";
import type { Verification } from "./generated/api.ts";
import { clientError, KeywrightError } from "./keywright-error.ts";
import { createBatcher, type VerifyRequest } from "./verify-batch.ts";

const answerOf = ({ key }: VerifyRequest): Verification => ({ key_id: key }) as Verification;

const setUp = (many?: (requests: readonly VerifyRequest[]) => Promise<readonly Verification[]>) => {
  const seen: { singles: VerifyRequest[]; batches: (readonly VerifyRequest[])[]; flushes: (() => void)[] } = { singles: [], batches: [], flushes: [] };
  const verify = createBatcher({
    one: async (request) => {
      seen.singles.push(request);
      return answerOf(request);
    },
    many: async (requests) => {
      seen.batches.push(requests);
      return many === undefined ? requests.map(answerOf) : many(requests);
    },
    endOfTurn: (flush) => seen.flushes.push(flush),
  });
  const endTurn = () => {
    for (const flush of seen.flushes.splice(0)) flush();
  };
  return { ...seen, verify, endTurn };
};

const keys = (count: number): VerifyRequest[] => Array.from({ length: count }, (_, place) => ({ key: `k${place}` }));

describe("verifications of one turn", () => {
  it("go out together and come back each to its caller", async () => {
    const { verify, endTurn, batches, singles } = setUp();
    const answers = keys(5).map((request) => verify(request));
    expect(batches).toEqual([]);
    endTurn();
    expect((await Promise.all(answers)).map(({ key_id }) => key_id)).toEqual(["k0", "k1", "k2", "k3", "k4"]);
    expect([batches.length, singles.length]).toEqual([1, 0]);
  });

  it("a lone one goes by itself, and the next turn is another one's", async () => {
    const { verify, endTurn, batches, singles } = setUp();
    for (const request of keys(2)) {
      const answer = verify(request);
      endTurn();
      await answer;
    }
    expect([batches.length, singles.length]).toEqual([0, 2]);
  });

  it("are never more than 100 in one call, nor more text than a body may have", async () => {
    const { verify, endTurn, batches } = setUp();
    const answers = keys(250).map((request) => verify(request));
    endTurn();
    await Promise.all(answers);
    expect(batches.map(({ length }) => length)).toEqual([100, 100, 50]);
    const scopes = Array.from({ length: 50 }, () => "s".repeat(64));
    const wide = keys(100).map((request) => verify({ ...request, scopes }));
    endTurn();
    await Promise.all(wide);
    for (const batch of batches.slice(3)) expect(JSON.stringify(batch).length).toBeLessThan(200_000);
    expect(batches.slice(3).length).toBeGreaterThan(2);
  });

  it("fail together when the call fails, and are not sent again", async () => {
    const lost = clientError("UNREACHABLE", "x");
    const { verify, endTurn, batches, singles } = setUp(() => Promise.reject(lost));
    const answers = Promise.allSettled(keys(3).map((request) => verify(request)));
    endTurn();
    expect(await answers).toEqual(Array.from({ length: 3 }, () => ({ status: "rejected", reason: lost })));
    expect([batches.length, singles.length]).toEqual([1, 0]);
  });

  it("do not fail for one that the server does not understand", async () => {
    const invalid = new KeywrightError({ ...clientError("INVALID_CALL", "x"), code: "INVALID_REQUEST", serverCode: "INVALID_REQUEST", status: 400 });
    const { verify, endTurn, singles } = setUp(() => Promise.reject(invalid));
    const answers = Promise.all(keys(3).map((request) => verify(request)));
    endTurn();
    expect((await answers).map(({ key_id }) => key_id)).toEqual(["k0", "k1", "k2"]);
    expect(singles).toHaveLength(3);
  });

  it("refuse an answer with too few verdicts", async () => {
    const { verify, endTurn } = setUp(async () => []);
    const answers = Promise.allSettled(keys(2).map((request) => verify(request)));
    endTurn();
    expect(await answers).toMatchObject([{ reason: { code: "INVALID_REPLY" } }, { reason: { code: "INVALID_REPLY" } }]);
  });

  it("are left by a caller who ends early, without the others", async () => {
    const { verify, endTurn, batches } = setUp();
    const controller = new AbortController();
    const answers = keys(3).map((request, place) => verify(request, place === 1 ? { signal: controller.signal } : {}));
    controller.abort(new Error("enough"));
    endTurn();
    await expect(answers[1]).rejects.toThrow("enough");
    expect((await Promise.all([answers[0], answers[2]])).map((answer) => answer?.key_id)).toEqual(["k0", "k2"]);
    expect(batches[0]).toHaveLength(2);
    await expect(verify({ key: "k" }, { signal: controller.signal })).rejects.toThrow("enough");
  });
});
