import { METHODS } from "node:http";
import { doorAnswers, refusals, type Verdict } from "@keywright/contract";
import { AppError, Unavailable, type VerifyCommand } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { apiKey, createStubApp, eachBehind, otherKey, recordOf, rootKey, spentOf, validOutcome } from "../testing/stub-app.ts";

const door = "/api/v1/forward-auth";
const gateway = { "x-keywright-root-key": rootKey };
const client = { ...gateway, "x-api-key": otherKey };
const untold = refusals.filter((refusal) => doorAnswers[refusal].status === 401);

/** A door behind which every key has this verdict. */
const doorWith = (verdict: Verdict) => {
  const record = verdict === "MALFORMED" || verdict === "NOT_FOUND" ? null : recordOf();
  const spent = record && spentOf({ outcome: verdict, key: { limit: 5, windowSeconds: 1, remaining: 0, resetSeconds: 1, retrySeconds: 3 } });
  return createStubApp({ verify: async () => ({ verdict, record, spent, expiresAtMs: null }) });
};

/** A door that remembers what it verified. */
const seeingDoor = () => {
  const seen: VerifyCommand[] = [];
  const stub = createStubApp({
    verify: async (command) => {
      seen.push(command);
      return validOutcome();
    },
  });
  return { ...stub, seen };
};

describe("200", () => {
  it("has no body, every identity header, and the budgets", async () => {
    const { app, lines } = createStubApp();
    const answer = await app.inject({ url: door, headers: client });
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload).toHaveLength(0);
    expect(answer.headers).toMatchObject({
      "content-length": "0",
      "cache-control": "no-store",
      "x-keywright-key-id": "key_01F8MECHZX3TBDSZ7XRADM",
      "x-keywright-owner": "ten_01F8MECHZX3TBDSZ7XRADM",
      "x-keywright-scopes": "send_email,read_analytics",
      "x-keywright-expires-at": "",
      ratelimit: '"key";r=9;t=1, "tenant";r=280;t=4',
    });
    expect(answer.headers).not.toHaveProperty("content-type");
    expect(lines).toEqual([]);
  });

  it("is given for any method, with any body and any suffix", async () => {
    const { app } = createStubApp();
    for (const method of METHODS.filter((name) => name !== "CONNECT")) {
      const answer = await app.inject({ method: method as "GET", url: `${door}/v1/x?y=1`, headers: { ...client, "content-type": "\u0007 no type" } });
      expect(answer.statusCode, method).toBe(200);
    }
    const posted = await app.inject({ method: "POST", url: door, headers: { ...client, "content-type": "application/json" }, payload: "x".repeat(500_000) });
    expect(posted.statusCode).toBe(200);
  });

  it.each(["/%ff", "/%", "/a%zzb?c=%ff", `/${"a".repeat(3000)}`, "/..;/x", "//x", "/?", "/a?b?c#d"])(
    "is given whatever the client's path is: %s",
    async (suffix) => {
      const { app } = createStubApp();
      expect((await app.inject({ url: `${door}${suffix}`, headers: client })).statusCode).toBe(200);
    },
  );

  it("comes of a verification of the client's key, scopes, address and path", async () => {
    const { app, seen } = seeingDoor();
    const headers = {
      ...client,
      "x-keywright-scopes": "a",
      "x-forwarded-for": "198.51.100.9, 203.0.113.7",
      "x-forwarded-uri": "/v1/emails?x",
      "x-forwarded-method": "POST",
    };
    await app.inject({ url: `${door}?scopes=b`, headers });
    expect(seen).toEqual([{ key: expect.anything(), scopes: ["a", "b"], ip: "203.0.113.7", endpoint: "POST /v1/emails", cost: 1, dryRun: false }]);
    expect(seen[0]?.key.reveal()).toBe(otherKey);
  });

  it("knows no address where the gateway tells none: its own is not the client's", async () => {
    const { app, seen } = seeingDoor();
    await app.inject({ url: door, headers: client });
    expect(seen[0]?.ip).toBeNull();
  });

  it("takes nothing of the client's query behind a suffix: no scopes, no way to deny, no credential", async () => {
    const { app, seen } = seeingDoor();
    const answer = await app.inject({ url: `${door}/v1?scopes=x&deny=403&api_key=${apiKey}&x-keywright-root-key=${rootKey}`, headers: client });
    expect(answer.statusCode).toBe(200);
    expect(seen[0]).toMatchObject({ scopes: [], endpoint: "GET /v1" });
  });
});

describe("in one step", () => {
  it("a gateway and a client that are both known are answered, and nothing else is asked", async () => {
    const seen: unknown[] = [];
    const asked: string[] = [];
    const { app } = createStubApp({
      verifyEachBehind: eachBehind(async ({ secret, permission, ip }, command) => {
        seen.push({ gateway: secret.reveal(), permission, ip, client: command.key.reveal(), scopes: command.scopes });
        return validOutcome();
      }),
      authenticator: async () => {
        asked.push("authenticate");
        throw new AppError("INVALID_CREDENTIAL");
      },
    });
    const answer = await app.inject({ url: `${door}?scopes=a`, headers: client });
    expect([answer.statusCode, answer.headers["x-keywright-key-id"]]).toEqual([200, "key_01F8MECHZX3TBDSZ7XRADM"]);
    expect(seen).toEqual([{ gateway: rootKey, permission: "verify", ip: "127.0.0.1", client: otherKey, scopes: ["a"] }]);
    expect(asked).toEqual([]);
  });

  it("is not tried without a client's key, nor with a policy that cannot be read: only a proved gateway hears of that", async () => {
    const verifyEachBehind = eachBehind(() => Promise.reject(new Error("It was tried.")));
    const { app } = createStubApp({ verifyEachBehind });
    expect((await app.inject({ url: door, headers: gateway })).json().code).toBe("UNAUTHENTICATED");
    expect((await app.inject({ url: `${door}?scope=a`, headers: client })).json().code).toBe("INVALID_REQUEST");
    expect((await app.inject({ url: `${door}?scope=a`, headers: { ...client, "x-keywright-root-key": otherKey } })).json().code).toBe("INVALID_CREDENTIAL");
  });

  it.each(refusals.filter((refusal) => doorAnswers[refusal].status !== 401))("refuses as the long way does: %s", async (verdict) => {
    const outcome = { ...validOutcome(), verdict };
    const ways = [{ verifyEachBehind: eachBehind(async () => outcome) }, { verify: async () => outcome }].map((way) => createStubApp(way).app);
    const [quick, long] = await Promise.all(ways.map((app) => app.inject({ url: `${door}?scopes=a`, headers: client })));
    expect([quick?.statusCode, quick?.body]).toEqual([doorAnswers[verdict].status, long?.body]);
  });
});

describe("401 of the gateway", () => {
  it.each([
    ["no root key", {}],
    ["an empty one", { "x-keywright-root-key": "" }],
    ["a wrong one", { "x-keywright-root-key": otherKey }],
    ["an API key", { "x-keywright-root-key": apiKey }],
    ["two of them", { "x-keywright-root-key": `${rootKey}, ${rootKey}` }],
    ["one that is too long", { "x-keywright-root-key": "a".repeat(1000) }],
    ["one in the place of the client's key", { authorization: `Bearer ${rootKey}` }],
  ])("for %s, and the client's key is not looked at", async (_, headers) => {
    const { app, seen, lines } = seeingDoor();
    const answer = await app.inject({ url: `${door}?scopes=a`, headers: { "x-api-key": "authorization" in headers ? "" : otherKey, ...headers } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toHaveProperty("www-authenticate");
    expect(answer.json().detail).toBe("The gateway did not prove itself by X-Keywright-Root-Key.");
    expect(seen).toEqual([]);
    expect(lines.join("")).toContain("a gateway did not prove itself");
    expect(lines.join("")).not.toMatch(/RRRR|AAAA|BBBB/);
  });

  it("where the root key lacks the permission, although that is a 403 elsewhere", async () => {
    const { app } = createStubApp({ authenticator: () => Promise.reject(new AppError("PERMISSION_DENIED")) });
    expect((await app.inject({ url: door, headers: client })).statusCode).toBe(401);
  });

  it("asks for the permission to verify", async () => {
    const seen: unknown[] = [];
    const { app } = createStubApp({
      authenticator: async (credential) => {
        seen.push(credential.permission);
        throw new AppError("INVALID_CREDENTIAL");
      },
    });
    await app.inject({ url: door, headers: client });
    expect(seen).toEqual(["verify"]);
  });

  it("is not given while the engine is out of reach: then it is a 503", async () => {
    const { app } = createStubApp({ authenticator: () => Promise.reject(new Unavailable("store")) });
    expect((await app.inject({ url: door, headers: client })).json()).toMatchObject({ status: 503, code: "UNAVAILABLE" });
  });
});

describe("401 of the client", () => {
  it("is one answer for all five reasons and for a key that is ambiguous: same body, same headers, same instant", async () => {
    const answers = [];
    for (const verdict of untold) {
      const { app, slept } = doorWith(verdict);
      const { body, headers, statusCode } = await app.inject({ url: door, headers: client });
      answers.push({ body, headers: { ...headers, date: "" }, statusCode, slept });
    }
    const { app, slept } = createStubApp();
    const { body, headers, statusCode } = await app.inject({ url: door, headers: { ...client, authorization: `Bearer ${apiKey}` } });
    answers.push({ body, headers: { ...headers, date: "" }, statusCode, slept });
    expect(untold).toHaveLength(5);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]).toMatchObject({ statusCode: 401, slept: [10], headers: { "www-authenticate": 'Bearer realm="keywright", error="invalid_token"' } });
    expect(Object.keys(answers[0]?.headers ?? {}).filter((name) => name.includes("ratelimit"))).toEqual([]);
  });

  it("names no error where there is no key", async () => {
    const { app, slept } = createStubApp();
    const answer = await app.inject({ url: door, headers: gateway });
    expect(answer.json()).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="keywright"');
    expect(slept).toEqual([]);
  });
});

describe("403", () => {
  it.each([
    ["TENANT_SUSPENDED", "TENANT_SUSPENDED"],
    ["IP_NOT_ALLOWED", "ADDRESS_NOT_ALLOWED"],
    ["INSUFFICIENT_SCOPE", "PERMISSION_DENIED"],
  ] as const)("answers %s as %s", async (verdict, code) => {
    const { app, slept } = doorWith(verdict);
    const answer = await app.inject({ url: `${door}?scopes=a,b`, headers: client });
    expect(answer.json()).toMatchObject({ status: 403, code });
    expect(answer.headers["x-keywright-status"]).toBe("403");
    expect(slept).toEqual([]);
  });

  it("names the scopes that are needed, in a form that no scope can break out of", async () => {
    const { app } = doorWith("INSUFFICIENT_SCOPE");
    const answer = await app.inject({ url: door, headers: { ...client, "x-keywright-scopes": 'a"b\\c, send_email' } });
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="keywright", error="insufficient_scope", scope="abc send_email"');
  });
});

describe("429", () => {
  it.each(["RATE_LIMITED", "QUOTA_EXCEEDED"] as const)("answers %s with the time to wait", async (verdict) => {
    const { app } = doorWith(verdict);
    const answer = await app.inject({ url: door, headers: client });
    expect(answer.json()).toMatchObject({ status: 429, code: verdict });
    expect(answer.headers).toMatchObject({ "retry-after": verdict === "RATE_LIMITED" ? "3" : "1", "x-ratelimit-remaining": "0" });
  });
});

describe("?deny=403", () => {
  it.each(refusals)("answers %s as 403 without a body, the true status in a header", async (verdict) => {
    const { app } = doorWith(verdict);
    const answer = await app.inject({ url: `${door}?deny=403`, headers: client });
    expect(answer.statusCode).toBe(403);
    expect(answer.rawPayload).toHaveLength(0);
    expect(answer.headers).toMatchObject({ "content-length": "0", "x-keywright-status": `${doorAnswers[verdict].status}` });
    expect(answer.headers).not.toHaveProperty("content-type");
    if (doorAnswers[verdict].status === 429) expect(answer.headers).toHaveProperty("retry-after");
  });

  it("answers a missing key so too, and changes nothing of a 200", async () => {
    const { app } = createStubApp();
    const missing = await app.inject({ url: `${door}?deny=403`, headers: gateway });
    expect([missing.statusCode, missing.headers["x-keywright-status"]]).toEqual([403, "401"]);
    expect((await app.inject({ url: `${door}?deny=403`, headers: client })).statusCode).toBe(200);
  });
});

describe("400", () => {
  it.each([`${door}?scope=admin`, `${door}?deny=yes`, `${door}?scopes=%ff`])("answers a gateway whose policy cannot be read: %s", async (url) => {
    const { app, seen } = seeingDoor();
    expect((await app.inject({ url, headers: client })).json()).toMatchObject({ status: 400, code: "INVALID_REQUEST" });
    expect(seen).toEqual([]);
  });

  it.each([`/api/v1/forward%2Dauth?scopes=a`, `http://x${door}?scopes=a`, `${door}#x?scopes=a`])(
    "answers a path that the router reads as the door's, and its policy would be missed: %s",
    async (url) => {
      const { app, seen } = seeingDoor();
      const answer = await app.inject({ url: { pathname: url }, headers: client });
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(seen).toEqual([]);
    },
  );

  it("is for a proven gateway only", async () => {
    const { app } = createStubApp();
    expect((await app.inject({ url: `${door}?scope=admin`, headers: { "x-api-key": otherKey } })).statusCode).toBe(401);
  });
});

describe("404", () => {
  it.each([`${door}x`, `${door}-extra/v1`])("answers what only looks like the door: %s", async (url) => {
    const { app } = createStubApp();
    expect((await app.inject({ url, headers: client })).statusCode).toBe(404);
  });
});
