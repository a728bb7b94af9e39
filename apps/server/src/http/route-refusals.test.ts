import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { AppError, CredentialRefused, Unavailable } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import { fillPath } from "../docs/sample-call.ts";
import { apiKey, createStubApp, otherKey, rootKey, spentOf, stubHandlers } from "../testing/stub-app.ts";
import type { FieldSchema } from "./field-words.ts";
import type { Handler } from "./route.ts";

const rows: readonly (readonly [string, Endpoint])[] = endpointIds.map((id) => [id, endpoints[id]]);
const authorized = { authorization: `Bearer ${rootKey}` };
const tenantPath = `/api/v1/platform/tenants`;
const verifyCall = { method: "POST", url: "/api/v1/verify", headers: authorized, payload: { key: otherKey } } as const;

const callOf = (row: Endpoint) => ({
  method: row.method,
  url: fillPath(row),
  headers: authorized,
  ...(row.body !== undefined && { payload: exampleOf(row.body as FieldSchema) as object }),
});

describe("400", () => {
  const { app } = createStubApp();
  const bodies = { ...callOf(endpoints["create-tenant"]), headers: { ...authorized, "content-type": "application/json" } };

  it.each([
    ["{", "INVALID_JSON"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "INVALID_JSON"],
    ['{"name":"a\\u0000b"}', "INVALID_REQUEST"],
    ['{"name":"a","__proto__":{"x":1}}', "INVALID_REQUEST"],
    ["[]", "INVALID_REQUEST"],
    ["null", "INVALID_REQUEST"],
    ['"text"', "INVALID_REQUEST"],
    ["", "INVALID_REQUEST"],
  ])("refuses the body %s as %s", async (payload, code) => {
    const answer = await app.inject({ ...bodies, payload });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code });
  });

  it("lists the faults of path, query, headers and body together", async () => {
    const answer = await app.inject({
      method: "DELETE",
      url: "/api/v1/platform/api-keys/nonsense?unexpected=1",
      headers: { ...authorized, "content-type": "application/json", "idempotency-key": "x" },
      payload: { reason: 7 },
    });
    expect(
      answer
        .json()
        .errors.map(({ pointer }: { pointer: string }) => pointer)
        .sort(),
    ).toEqual(["/headers/idempotency-key", "/key_id", "/reason", "/unexpected"]);
  });

  it.each([
    ["a".repeat(256), "must be 1 to 255 printable ASCII characters"],
    ["caf\u00e9", "must be 1 to 255 printable ASCII characters"],
  ])("refuses the idempotency key %s, naming the header", async (key, detail) => {
    const answer = await app.inject({ ...bodies, headers: { ...bodies.headers, "idempotency-key": key } });
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors).toEqual([{ pointer: "/headers/idempotency-key", detail }]);
  });

  it("refuses an idempotency key where no answer is kept, rather than let the caller believe in it", async () => {
    const answer = await app.inject({ ...verifyCall, headers: { ...authorized, "idempotency-key": "abc" } });
    expect(answer.json().errors).toEqual([{ pointer: "/headers/idempotency-key", detail: "is not accepted here: this call keeps no answers to repeat" }]);
  });

  it("takes the longest idempotency key that is allowed", async () => {
    expect((await app.inject({ ...bodies, headers: { ...bodies.headers, "idempotency-key": "a".repeat(255) } })).statusCode).toBe(201);
  });

  it.each([`?api_key=${otherKey}`, `?q=${otherKey}`])("refuses a credential in the query %#, whoever asks, and keeps it out of the log", async (query) => {
    const { app: logging, lines } = createStubApp();
    for (const headers of [{}, authorized]) {
      const answer = await logging.inject({ url: `/api/v1/platform/api-keys${query}`, headers });
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ code: "CREDENTIAL_IN_QUERY" });
      expect(answer.body).not.toContain(otherKey);
    }
    expect(lines.join("")).toContain("CREDENTIAL_IN_QUERY");
    expect(lines.join("")).not.toContain("BBBB");
  });

  it("refuses two credentials", async () => {
    const answer = await app.inject({ ...verifyCall, headers: { ...authorized, "x-api-key": rootKey } });
    expect(answer.json()).toMatchObject({ status: 400, code: "TWO_CREDENTIALS" });
  });

  it("shows an API key's budgets too", async () => {
    const answer = await app.inject({ ...bodies, headers: { "x-api-key": apiKey, "content-type": "application/json" }, payload: "{" });
    expect(answer.statusCode).toBe(400);
    expect(answer.headers).toHaveProperty("ratelimit");
  });
});

describe("401", () => {
  const { app, slept } = createStubApp();

  it.each(rows)("guards %s, before anything of the request is looked at", async (_id, row) => {
    const { method, url } = callOf(row);
    const answer = await app.inject({ method, url, ...(row.body !== undefined && { headers: { "content-type": "application/json" }, payload: "{" }) });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="keywright"');
  });

  it("answers a credential that is not valid at the floor, without saying why", async () => {
    const answer = await app.inject({ ...verifyCall, headers: { authorization: `Bearer ${otherKey}` } });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: "INVALID_CREDENTIAL" });
    expect(answer.headers["www-authenticate"]).toContain('error="invalid_token"');
    expect(slept).toEqual([10]);
  });
});

describe("403", () => {
  it("answers what the credential may not do", async () => {
    const { app, slept } = createStubApp({
      authenticator: () => Promise.reject(new AppError("PERMISSION_DENIED", { detail: "This call needs the permission verify." })),
    });
    const answer = await app.inject(verifyCall);
    expect(answer.json()).toMatchObject({ status: 403, code: "PERMISSION_DENIED", detail: "This call needs the permission verify." });
    expect(answer.headers["www-authenticate"]).toContain("insufficient_scope");
    expect(slept).toEqual([]);
  });

  it("asks for the permission and the label of the row", async () => {
    const seen: unknown[] = [];
    const { app } = createStubApp({
      authenticator: async (credential) => {
        seen.push(credential);
        throw new AppError("PERMISSION_DENIED");
      },
    });
    await app.inject({ ...callOf(endpoints["update-tenant"]) });
    expect(seen).toEqual([
      {
        secret: expect.anything(),
        permission: "tenants:write",
        ip: "127.0.0.1",
        requestId: expect.stringMatching(/^req_/),
        endpoint: "PATCH /api/v1/platform/tenants/{tenant_id}",
      },
    ]);
  });
});

describe("409, 412, 422", () => {
  it.each([
    ["KEY_LIMIT_REACHED", 409],
    ["PRECONDITION_FAILED", 412],
    ["IDEMPOTENCY_KEY_REUSED", 422],
  ] as const)("answer a handler's %s", async (code, status) => {
    const { app } = createStubApp({ handlers: stubHandlers({ "create-key": () => Promise.reject(new AppError(code)) }) });
    expect((await app.inject(callOf(endpoints["create-key"]))).json()).toMatchObject({ status, code });
  });
});

describe("413", () => {
  const { app } = createStubApp();
  const send = (bytes: number) =>
    app.inject({
      method: "POST",
      url: tenantPath,
      headers: { ...authorized, "content-type": "application/json" },
      payload: `{"name":"a"}${" ".repeat(bytes - 12)}`,
    });

  it("takes a body of 256 kB and not one byte more", async () => {
    expect((await send(256 * 1024)).statusCode).toBe(201);
    expect((await send(256 * 1024 + 1)).json()).toMatchObject({ status: 413, code: "BODY_TOO_LARGE" });
  });
});

describe("415", () => {
  const { app } = createStubApp();

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/problem+json",
    "application/merge-patch+json",
    "nonsense",
    "multipart/form-data; boundary=x",
  ])("refuses a body of type %s", async (type) => {
    const answer = await app.inject({ method: "POST", url: tenantPath, headers: { ...authorized, "content-type": type }, payload: '{"name":"a"}' });
    expect(answer.json()).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
  });

  it.each([{ "content-type": "application/json; charset=latin1" }, { "content-type": "application/json", "content-encoding": "gzip" }])(
    "refuses %j",
    async (headers) => {
      const answer = await app.inject({ method: "POST", url: tenantPath, headers: { ...authorized, ...headers }, payload: '{"name":"a"}' });
      expect(answer.json()).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    },
  );

  it("takes JSON in UTF-8 by any of its spellings", async () => {
    for (const type of ["application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]) {
      expect(
        (await app.inject({ method: "POST", url: tenantPath, headers: { ...authorized, "content-type": type }, payload: '{"name":"a"}' })).statusCode,
      ).toBe(201);
    }
  });
});

describe("429", () => {
  it("says when to come back, and shows the budget that refused", async () => {
    const spent = spentOf({ outcome: "RATE_LIMITED", pool: { limit: 60, windowSeconds: 60, remaining: 0, resetSeconds: 60, retrySeconds: 1 } });
    const { app } = createStubApp({ authenticator: () => Promise.reject(new CredentialRefused("RATE_LIMITED", spent)) });
    const answer = await app.inject(callOf(endpoints["list-keys"]));
    expect(answer.json()).toMatchObject({ status: 429, code: "RATE_LIMITED" });
    expect(answer.headers).toMatchObject({ "retry-after": "1", "x-ratelimit-remaining": "0", ratelimit: '"key";r=9;t=1, "tenant";r=0;t=60' });
  });
});

describe("500", () => {
  it("says nothing of the cause, which stands in the log under the request's id", async () => {
    const { app, lines } = createStubApp({
      handlers: stubHandlers({ "verify-key": () => Promise.reject(new Error(`boom ${otherKey}`, { cause: new Error("inner") })) }),
    });
    const answer = await app.inject(verifyCall);
    expect(answer.json()).toMatchObject({ status: 500, code: "INTERNAL" });
    expect(answer.body).not.toMatch(/boom|inner|stack/);
    const [line] = lines.map((text) => JSON.parse(text));
    expect(line).toMatchObject({ level: "error", code: "INTERNAL", request_id: answer.json().request_id });
    expect(line.err.stack).toContain("boom");
    expect(lines.join("")).not.toContain("BBBB");
  });

  it("answers a reply that lacks what its schema requires", async () => {
    const { app } = createStubApp({ handlers: stubHandlers({ "get-tenant": (async () => ({ status: 200, body: {} })) as unknown as Handler<"get-tenant"> }) });
    expect((await app.inject(callOf(endpoints["get-tenant"]))).json()).toMatchObject({ status: 500, code: "INTERNAL" });
  });
});

describe("503", () => {
  it("says when to try again", async () => {
    const { app } = createStubApp({ handlers: stubHandlers({ "verify-key": () => Promise.reject(new Unavailable("ledger", new Error("x"))) }) });
    const answer = await app.inject(verifyCall);
    expect(answer.json()).toMatchObject({ status: 503, code: "UNAVAILABLE" });
    expect(answer.headers["retry-after"]).toBe("2");
  });
});
