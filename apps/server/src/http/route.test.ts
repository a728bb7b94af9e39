import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { AppError } from "@keywright/core";
import { describe, expect, expectTypeOf, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import { fillPath } from "../docs/sample-call.ts";
import { apiKey, createStubApp, exampleReply, otherKey, rootKey, stubHandlers } from "../testing/stub-app.ts";
import type { FieldSchema } from "./field-words.ts";
import type { Handler, HandlerReply, HandlerRequest, Handlers } from "./route.ts";

const rows: readonly (readonly [string, Endpoint])[] = endpointIds.map((id) => [id, endpoints[id]]);
const authorized = { authorization: `Bearer ${rootKey}` };
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

describe("404", () => {
  const { app } = createStubApp();

  it.each([
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

  it("answers FEATURE_DISABLED for all but verification, and what people are told of themselves, while the flag is off, and stops when it is on", async () => {
    const flag = { on: false };
    const { app: flagged } = createStubApp({ isManagementEnabled: async () => flag.on });
    for (const [, row] of rows) {
      const answer = await flagged.inject(callOf(row));
      if (row.tag === "Verification" || row.tag === "Account") expect(answer.statusCode).toBe(200);
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
