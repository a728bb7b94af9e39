import { verdicts } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { doorAnswers } from "../generated/door.ts";
import { clientError, KeywrightError } from "../keywright-error.ts";
import { asking, guardOptions, stubVerifier, verification } from "../testing/stub-verifier.ts";
import { type Asked, type Decision, type GuardOptions, openGuard } from "./guard.ts";

const check = (answer: () => unknown, { options = {}, asked = {} }: { options?: Partial<GuardOptions>; asked?: Partial<Asked> } = {}) =>
  openGuard(guardOptions(stubVerifier(answer), options)).check(asking(asked), ["send_email"]);

const refusedOf = (decision: Decision) => {
  if (!("refused" in decision)) throw new Error("The guard admitted the request.");
  return { ...decision.refused, body: JSON.parse(decision.refused.body) as Record<string, unknown> };
};

describe("what is asked", () => {
  it("is the key, the scopes, the client's address, the method and the route", async () => {
    const verifier = stubVerifier();
    const guard = openGuard(guardOptions(verifier, { trustedProxies: ["127.0.0.0/8"] }));
    await guard.check(asking({ forwardedFor: "203.0.113.7", template: "/v1/emails/{id}" }), ["a", "b"]);
    await guard.check(asking({ peer: undefined, method: "m-search", template: undefined }), []);
    expect(verifier.asked).toEqual([
      { key: "pm_live_x", scopes: ["a", "b"], ip: "203.0.113.7", endpoint: "/v1/emails/{id}", method: "POST" },
      { key: "pm_live_x", scopes: [] },
    ]);
  });

  it("is nothing where no key, or no one key, was sent", async () => {
    const verifier = stubVerifier();
    const guard = openGuard(guardOptions(verifier));
    expect(refusedOf(await guard.check(asking({ authorization: [] }), []))).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    expect(refusedOf(await guard.check(asking({ apiKey: ["other"] }), []))).toMatchObject({ status: 401, body: { code: "INVALID_CREDENTIAL" } });
    expect(verifier.asked).toEqual([]);
  });
});

describe("every verdict", () => {
  it.each(verdicts)("%s has its answer", async (code) => {
    const decision = await check(() => verification({ code, valid: code === "VALID" }));
    const [status, error] = doorAnswers[code];
    if (code === "VALID") expect(decision).toMatchObject({ admitted: { apiKey: { key_id: "key_1" }, headers: { ratelimit: '"rate";r=59;t=1' } } });
    else expect(refusedOf(decision)).toMatchObject({ status, body: { status, code: error, type: `/docs/errors#${error}` } });
  });

  it("401 says how to authenticate, 403 for want of a scope which one, and the five reasons for 401 are one answer", async () => {
    const answers = await Promise.all(
      (["MALFORMED", "NOT_FOUND", "REVOKED", "DISABLED", "EXPIRED"] as const).map((code) => check(() => verification({ code, valid: false }))),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers.map(refusedOf)[0]?.headers).toMatchObject({
      "www-authenticate": 'Bearer realm="keywright", error="invalid_token"',
      "cache-control": "no-store",
    });
    expect(answers.map(refusedOf)[0]?.headers).not.toHaveProperty("ratelimit");
    const scopeless = refusedOf(await check(() => verification({ code: "INSUFFICIENT_SCOPE", valid: false })));
    expect(scopeless.headers["www-authenticate"]).toBe('Bearer realm="keywright", error="insufficient_scope", scope="send_email"');
    expect(refusedOf(await check(() => verification(), { asked: { authorization: [] } })).headers["www-authenticate"]).toBe('Bearer realm="keywright"');
  });

  it.each([
    [{ limit: 60, remaining: 0, reset_seconds: 60 }, "1"],
    [{ limit: 2, remaining: 0, reset_seconds: 3_600 }, "1800"],
    [{ limit: 1, remaining: 0, reset_seconds: 86_400 }, "86400"],
    [{ limit: 1, remaining: 1, reset_seconds: 0 }, "1"],
    [null, "1"],
  ])("429 for the bucket %j says to come back in %s s", async (rate_limit, seconds) => {
    expect(refusedOf(await check(() => verification({ code: "RATE_LIMITED", valid: false, rate_limit }))).headers["retry-after"]).toBe(seconds);
  });

  it("429 for a spent quota says when the next month begins", async () => {
    const quota = { limit: 10, remaining: 0, reset_seconds: 1_000 };
    const { headers } = refusedOf(await check(() => verification({ code: "QUOTA_EXCEEDED", valid: false, quota })));
    expect(headers).toMatchObject({ "retry-after": "1000", "ratelimit-policy": '"rate";q=60, "month";q=10', "x-ratelimit-remaining": "0" });
  });
});

describe("Keywright that cannot be reached, is late, or answers garbage", () => {
  const garbage = [
    null,
    1,
    "VALID",
    [],
    {},
    { valid: true },
    { ...verification(), code: "REVOKED" },
    { ...verification(), valid: "true" },
    { ...verification(), key_id: null },
    { ...verification(), code: "constructor" },
    { ...verification(), rate_limit: { limit: "many" } },
  ];

  it.each(garbage)("refuses with 503, closed by default: %j", async (answer) => {
    expect(refusedOf(await check(() => answer))).toMatchObject({ status: 503, headers: { "retry-after": "2" }, body: { code: "UNAVAILABLE" } });
  });

  it("refuses within its deadline", async () => {
    const startedMs = performance.now();
    expect(refusedOf(await check(() => new Promise(() => {}), { options: { timeoutMs: 20 } })).status).toBe(503);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it("lets requests pass without an identity where the operator says so, but none without a key", async () => {
    const away = () => Promise.reject(clientError("UNREACHABLE", "x"));
    const options = { onUnreachable: "pass" } as const;
    expect(await check(away, { options })).toMatchObject({ admitted: { apiKey: undefined, headers: {} } });
    expect(refusedOf(await check(away, { options, asked: { authorization: [] } })).status).toBe(401);
  });

  it("is not what a refused credential of the operator's is: that opens nothing", async () => {
    for (const [code, status] of [
      ["INVALID_CREDENTIAL", 401],
      ["PERMISSION_DENIED", 403],
      ["RATE_LIMITED", 429],
    ] as const) {
      const refused = () => Promise.reject(new KeywrightError({ ...clientError("INVALID_CALL", "x"), code, serverCode: code, status }));
      expect(refusedOf(await check(refused, { options: { onUnreachable: "pass" } })).status).toBe(503);
    }
  });

  it("is told to the operator's log, whose own faults change nothing", async () => {
    const told: unknown[] = [];
    const away = clientError("UNREACHABLE", "x");
    await check(() => Promise.reject(away), { options: { onFailure: (error) => told.push(error) } });
    expect(told).toEqual([away]);
    const failing = () => {
      throw new Error("the log is full");
    };
    expect(refusedOf(await check(() => Promise.reject(away), { options: { onFailure: failing } })).status).toBe(503);
  });
});

it("options that cannot be used are refused at the start", () => {
  expect(() => openGuard(guardOptions(stubVerifier(), { timeoutMs: 0 }))).toThrow(RangeError);
  expect(() => openGuard(guardOptions(stubVerifier(), { trustedProxies: ["everybody"] }))).toThrow(RangeError);
});

it("what was answered is reported by key, route and class of status when the guard is closed", async () => {
  const verifier = stubVerifier();
  const guard = openGuard(guardOptions(verifier));
  for (const status of [200, 201, 404, 500]) {
    const decision = await guard.check(asking(), []);
    if ("admitted" in decision) decision.admitted.answered(status);
  }
  await guard.check(asking({ authorization: [] }), []);
  await guard.close();
  const counts = verifier.batches.flatMap(({ responses }) => responses.map(({ key_id, endpoint, status, requests }) => [key_id, endpoint, status, requests]));
  expect(counts).toEqual([
    ["key_1", "POST /v1/emails", "2xx", 2],
    ["key_1", "POST /v1/emails", "4xx", 1],
    ["key_1", "POST /v1/emails", "5xx", 1],
  ]);
});
