import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { AppError, CredentialRefused, Unavailable } from "@keywright/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import { fillPath } from "../docs/sample-call.ts";
import { apiKey, createStubApp, exampleReply, otherKey, rootKey, spentOf, stubHandlers } from "../testing/stub-app.ts";
import type { FieldSchema } from "./field-words.ts";
import type { Handler, HandlerReply, HandlerRequest, Handlers } from "./route.ts";

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

describe("types", () => {
  it("give a handler the row's parts and want the row's replies", () => {
    expectTypeOf<HandlerRequest<"update-key">["params"]>().toEqualTypeOf<{ key_id: string }>();
    expectTypeOf<HandlerRequest<"create-key">["body"]["name"]>().toEqualTypeOf<string>();
    expectTypeOf<HandlerRequest<"get-key">["body"]>().toEqualTypeOf<undefined>();
    expectTypeOf<HandlerRequest<"create-key">["query"]>().toEqualTypeOf<undefined>();
    expectTypeOf<HandlerReply<"create-key">["status"]>().toEqualTypeOf<201>();
    expectTypeOf<Omit<Handlers, "get-key">>().not.toExtend<Handlers>();
    expectTypeOf<Handler<"create-tenant">>().not.toExtend<Handler<"get-key">>();
  });
});

describe("200 and 201", () => {
  const { app } = createStubApp();

  it.each(rows)("answer %s by its handler, never to be cached", async (_id, row) => {
    const answer = await app.inject(callOf(row));
    expect(answer.statusCode, answer.body).toBe(Number(Object.keys(row.replies)[0]));
    expect(answer.headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "x-request-id": expect.stringMatching(/^req_[0-9a-z]{26}$/),
    });
  });

  it.each(rows)("carry of %s what its schema declares and not a field more", async (id, row) => {
    const [status, schema] = Object.entries(row.replies)[0] ?? [];
    const leaky = async () => ({ status: Number(status), body: addField(schema as FieldSchema, exampleOf(schema as FieldSchema)) });
    const { app: leaking } = createStubApp({ handlers: stubHandlers({ [id]: leaky }) });
    const answer = await leaking.inject(callOf(row));
    expect(answer.body).not.toContain("undeclared");
    expect(answer.json()).toEqual(exampleReply(id as (typeof endpointIds)[number]).body);
  });

  it("give the handler its request as declared", async () => {
    const seen: unknown[] = [];
    const handler: Handler<"regenerate-key"> = async (request) => {
      seen.push(request);
      return exampleReply("regenerate-key") as HandlerReply<"regenerate-key">;
    };
    const { app: seeing } = createStubApp({ handlers: stubHandlers({ "regenerate-key": handler }) });
    const url = "/api/v1/platform/api-keys/key_01F8MECHZX3TBDSZ7XRADM/regenerate";
    await seeing.inject({ method: "POST", url, headers: { ...authorized, "idempotency-key": "abc", "if-match": '"3"' }, payload: { grace_seconds: 0 } });
    expect(seen).toEqual([
      {
        params: { key_id: "key_01F8MECHZX3TBDSZ7XRADM" },
        query: undefined,
        body: { grace_seconds: 0 },
        actor: expect.objectContaining({ type: "root_key", id: "key_root" }),
        ifMatch: '"3"',
        idempotencyKey: "abc",
        requestId: expect.stringMatching(/^req_/),
        ip: "127.0.0.1",
      },
    ]);
  });

  it("come from handlers that read numbers and booleans of the query as such", async () => {
    const seen: unknown[] = [];
    const handler: Handler<"list-keys"> = async ({ query }) => {
      seen.push(query);
      return { status: 200, body: { data: [], next_cursor: null } };
    };
    const { app: seeing } = createStubApp({ handlers: stubHandlers({ "list-keys": handler }) });
    await seeing.inject({ url: "/api/v1/platform/api-keys?limit=7&q=a%20b+c", headers: authorized });
    expect(seen).toEqual([{ limit: 7, q: "a b c" }]);
  });

  it.each(["regenerate-key", "revoke-key", "revoke-root-key"] as const)("need no body of %s", async (id) => {
    const { method, path, params } = endpoints[id];
    const call = { method, url: fillPath({ path, params }), headers: authorized };
    expect((await app.inject(call)).statusCode).toBe(200);
    expect((await app.inject({ ...call, headers: { ...authorized, "content-type": "application/json" } })).statusCode).toBe(200);
  });

  it("carry the handler's own headers", async () => {
    const handler = async () => ({ ...exampleReply("get-key"), headers: { etag: '"3"' } });
    const { app: tagging } = createStubApp({ handlers: stubHandlers({ "get-key": handler as unknown as Handler<"get-key"> }) });
    expect((await tagging.inject(callOf(endpoints["get-key"]))).headers["etag"]).toBe('"3"');
  });

  it("carry an API key's budgets, and none for a root key, which has none", async () => {
    const byKey = await app.inject({ ...callOf(endpoints["list-keys"]), headers: { "x-api-key": apiKey } });
    expect(byKey.headers).toMatchObject({ ratelimit: '"key";r=9;t=1, "tenant";r=280;t=4', "x-ratelimit-limit": "10" });
    expect(Object.keys((await app.inject(verifyCall)).headers).filter((name) => name.includes("ratelimit"))).toEqual([]);
  });
});

/** The value with a field that no schema declares, in every object whose fields are declared. */
const addField = (schema: FieldSchema, value: unknown): unknown => {
  const shape = schema.anyOf?.[0] ?? schema;
  if (Array.isArray(value)) return value.map((entry) => addField(shape.items ?? {}, entry));
  if (typeof value !== "object" || value === null || shape.properties === undefined) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, addField(shape.properties?.[name] ?? {}, field)]);
  return { ...Object.fromEntries(fields), undeclared: { undeclared: "pm_live_secret" } };
};

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

describe("404", () => {
  const { app } = createStubApp();

  it.each([
    "/",
    "/api",
    "/api/v1",
    "/api/v1/verify/",
    "/API/v1/verify",
    "/api/v1/platform/keys",
    "/api/v1/platform/api-keys/a/b",
    "//api/v1/verify",
    "/api/v2/verify",
  ])("answers NO_SUCH_ENDPOINT at %s", async (url) => {
    for (const method of ["GET", "POST", "DELETE"] as const)
      expect((await app.inject({ method, url })).json()).toMatchObject({ status: 404, code: "NO_SUCH_ENDPOINT" });
  });

  it("answers FEATURE_DISABLED for all but verification while the flag is off, and stops when it is on", async () => {
    const flag = { on: false };
    const { app: flagged } = createStubApp({ isManagementEnabled: () => flag.on });
    for (const [, row] of rows) {
      const answer = await flagged.inject(callOf(row));
      if (row.tag === "Verification") expect(answer.statusCode).toBe(200);
      else expect(answer.json()).toMatchObject({ status: 404, code: "FEATURE_DISABLED" });
    }
    flag.on = true;
    expect((await flagged.inject(callOf(endpoints["list-keys"]))).statusCode).toBe(200);
  });

  it("answers a handler's NOT_FOUND", async () => {
    const { app: missing } = createStubApp({ handlers: stubHandlers({ "get-key": () => Promise.reject(new AppError("NOT_FOUND")) }) });
    expect((await missing.inject(callOf(endpoints["get-key"]))).json()).toMatchObject({ status: 404, code: "NOT_FOUND" });
  });
});

describe("405", () => {
  const { app } = createStubApp();

  it.each([
    ["/api/v1/verify", "POST"],
    ["/api/v1/platform/api-keys", "POST, GET, HEAD"],
    ["/api/v1/platform/api-keys/key_01F8MECHZX3TBDSZ7XRADM", "GET, HEAD, PATCH, DELETE"],
    ["/healthz", "GET, HEAD"],
    ["/openapi.json", "GET, HEAD"],
    ["/docs", "GET, HEAD"],
  ])("names the methods of %s", async (url, allow) => {
    for (const method of ["PUT", "OPTIONS", "PROPFIND"] as const) {
      const answer = await app.inject({ method: method as "PUT", url });
      expect(answer.json()).toMatchObject({ status: 405, code: "METHOD_NOT_ALLOWED" });
      expect(answer.headers["allow"]).toBe(allow);
    }
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

describe("the log", () => {
  it("has no line for a verification, one for a change, and no key in any", async () => {
    const { app, lines } = createStubApp();
    await app.inject(verifyCall);
    expect(lines).toEqual([]);
    await app.inject({ ...callOf(endpoints["create-key"]), headers: { "x-api-key": apiKey } });
    expect(lines.map((text) => JSON.parse(text))).toEqual([
      expect.objectContaining({
        level: "info",
        method: "POST",
        path: "/api/v1/platform/api-keys",
        status: 201,
        actor: "key_api",
        request_id: expect.stringMatching(/^req_/),
      }),
    ]);
    expect(lines.join("")).not.toMatch(/AAAA|RRRR/);
  });

  it("has no query string and no key of a path", async () => {
    const { app, lines } = createStubApp();
    await app.inject({ url: `/nowhere/${otherKey}?secret=hidden`, headers: authorized });
    expect(lines.join("")).toContain("/nowhere/pm_live_…");
    expect(lines.join("")).not.toContain("hidden");
  });
});
