import { inspect } from "node:util";
import { endpointIds, endpoints } from "@keywright/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "./create-client.ts";
import { credential, failureOf } from "./testing/failure-of.ts";
import { type Answer, type StubServer, sendJson, startStub } from "./testing/stub-server.ts";

const keyId = `key_${"0".repeat(21)}1`;

let stub: StubServer;
let answer: Answer;

beforeEach(async () => {
  answer = (_, response) => sendJson(response, 200, {});
  stub = await startStub((request, response) => answer(request, response));
});

afterEach(() => stub.close());

const connect = (path = "") => createClient({ baseUrl: stub.base + path, credential });

describe("a call is made from its row of the table", () => {
  it("fills the path, sends the credential as a bearer and the body as JSON", async () => {
    answer = (_, response) => sendJson(response, 200, { id: keyId, status: "revoked" });
    const reply = await connect().call("revoke-key", { params: { key_id: keyId }, body: { reason: "leaked" } });
    expect(reply).toEqual({ id: keyId, status: "revoked" });
    const [request] = stub.requests;
    expect(request).toMatchObject({ method: "DELETE", url: `/api/v1/platform/api-keys/${keyId}`, body: '{"reason":"leaked"}' });
    expect(request?.headers).toMatchObject({ authorization: `Bearer ${credential}`, "content-type": "application/json" });
  });

  it("sends no credential where none is given, and leaves the session cookie to the browser", async () => {
    const seen: RequestInit[] = [];
    const spy: typeof fetch = (input, init) => {
      seen.push(init ?? {});
      return fetch(input, init);
    };
    await createClient({ baseUrl: stub.base, fetch: spy }).call("list-keys");
    await createClient({ baseUrl: stub.base, credential, fetch: spy }).call("list-keys");
    expect(stub.requests.map(({ headers }) => headers.authorization)).toEqual([undefined, `Bearer ${credential}`]);
    expect(seen.map(({ credentials }) => credentials)).toEqual(["same-origin", "omit"]);
  });

  it("leaves an answer as it is where there is no credential to strike out", async () => {
    answer = (_, response) => sendJson(response, 404, { code: "NOT_FOUND", title: "There is no such resource", detail: "Nothing has this id." });
    expect(await failureOf(createClient({ baseUrl: stub.base }).call("list-keys"))).toMatchObject({ code: "NOT_FOUND", detail: "Nothing has this id." });
  });

  it("writes the query, without what is not given, and sends no body with a GET", async () => {
    await connect().call("list-keys", { query: { q: "a b&c=d", limit: 5 } });
    expect(stub.requests[0]).toMatchObject({ method: "GET", url: "/api/v1/platform/api-keys?q=a+b%26c%3Dd&limit=5", body: "" });
    expect(stub.requests[0]?.headers).not.toHaveProperty("content-type");
  });

  it("keeps a path before /api and drops a slash at the end of the base URL", async () => {
    await connect("/keys/").call("list-tenants");
    expect(stub.requests[0]?.url).toBe("/keys/api/v1/platform/tenants");
  });

  it("sends Idempotency-Key and If-Match", async () => {
    const client = connect();
    await client.call("create-tenant", { body: { name: "Acme" }, idempotencyKey: "once" });
    await client.call("update-key", { params: { key_id: keyId }, body: { enabled: false }, ifMatch: '"3"' });
    expect(stub.requests.map(({ headers }) => [headers["idempotency-key"], headers["if-match"]])).toEqual([
      ["once", undefined],
      [undefined, '"3"'],
    ]);
  });

  it("reaches every endpoint by its own method and path", async () => {
    const call = connect().call as (id: string, request: object) => Promise<unknown>;
    const namesIn = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
    for (const id of endpointIds) await call(id, { params: Object.fromEntries(namesIn(endpoints[id].path).map((name) => [name, keyId])) });
    const expected = endpointIds.map((id) => `${endpoints[id].method} ${endpoints[id].path.replaceAll(/\{\w+\}/g, keyId)}`);
    expect(stub.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(expected);
  });

  it("types requests and answers", async () => {
    const client = connect();
    answer = (_, response) => sendJson(response, 200, { valid: true, code: "VALID" });
    const { code } = await client.call("verify-key", { body: { key: "pm_live_x" } });
    const verdict: "VALID" | "REVOKED" = code === "REVOKED" ? code : "VALID";
    expect(verdict).toBe("VALID");
    // @ts-expect-error: get-key needs its id
    await failureOf(client.call("get-key"));
    // @ts-expect-error: list-keys has no such filter
    await client.call("list-keys", { query: { colour: "red" } });
    // @ts-expect-error: repeating a verification charges again, so it knows no idempotency key
    await client.call("verify-key", { body: { key: "pm_live_x" }, idempotencyKey: "once" });
  });
});

describe("a call that cannot be sent is INVALID_CALL and reaches nobody", () => {
  it.each(["", ".", "..", "\ud800"])("for the id %j", async (id) => {
    const error = await failureOf(connect().call("get-key", { params: { key_id: id } }));
    expect(error).toMatchObject({ code: "INVALID_CALL", status: null, detail: "params.key_id must be an id." });
    expect(stub.requests).toEqual([]);
  });

  it("keeps what looks like a path inside its segment", async () => {
    await connect().call("get-key", { params: { key_id: "../tenants?x#y" } });
    expect(stub.requests[0]?.url).toBe("/api/v1/platform/api-keys/..%2Ftenants%3Fx%23y");
  });

  it("for an endpoint that is none, also one that every object has", async () => {
    const call = connect().call as (id: string) => Promise<unknown>;
    expect((await failureOf(call("drop-keys"))).code).toBe("INVALID_CALL");
    expect((await failureOf(call("constructor"))).code).toBe("INVALID_CALL");
  });

  it("for a header that would be two", async () => {
    const error = await failureOf(connect().call("create-tenant", { body: { name: "Acme" }, idempotencyKey: "a\r\nx: y" }));
    expect(error).toMatchObject({ code: "INVALID_CALL", detail: "idempotency-key must be printable ASCII characters." });
  });

  it("for a body that is no JSON", async () => {
    const circle: Record<string, unknown> = {};
    circle["self"] = circle;
    const call = connect().call as (id: string, request: object) => Promise<unknown>;
    expect(await failureOf(call("create-tenant", { body: circle }))).toMatchObject({ code: "INVALID_CALL" });
  });

  it.each(["", `${credential}\n`, `Bearer ${credential}`, "ключ", "A".repeat(513)])("for the credential %j, which it does not quote", (bad) => {
    const error = thrown(() => createClient({ baseUrl: stub.base, credential: bad }));
    expect(error).toMatchObject({ code: "INVALID_CALL", detail: "The credential must be a root key or an API key, without spaces or line breaks." });
    expect(inspect(error)).not.toContain(credential);
  });

  it.each(["", "keys.example.com", "ftp://keys.example.com", "http://user:hunter2@127.0.0.1", "http://127.0.0.1/?a=b", "http://127.0.0.1/#a"])(
    "for the base URL %j, which it does not quote",
    (baseUrl) => {
      const error = thrown(() => createClient({ baseUrl, credential }));
      expect(error).toMatchObject({ code: "INVALID_CALL", detail: expect.stringMatching(/^The base URL must/) });
      expect(String(error)).not.toContain("hunter2");
    },
  );

  it.each([0, -1, 1.5, Number.NaN, 2_147_483_648])("for a time limit of %d ms", (timeoutMs) => {
    expect(thrown(() => createClient({ baseUrl: stub.base, credential, timeoutMs }))).toMatchObject({ code: "INVALID_CALL" });
  });
});

const thrown = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe("a problem document becomes a KeywrightError", () => {
  const problem = {
    type: "/docs/errors#INVALID_REQUEST",
    title: "The request is not valid",
    status: 400,
    detail: "/name: must be text",
    code: "INVALID_REQUEST",
    request_id: "req_1",
    errors: [{ pointer: "/name", detail: "must be text" }],
  };

  it("with its code, status, title, detail, request id and fields", async () => {
    answer = (_, response) => sendJson(response, 400, problem);
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({
      name: "KeywrightError",
      message: "The request is not valid: /name: must be text (INVALID_REQUEST)",
      code: "INVALID_REQUEST",
      status: 400,
      title: problem.title,
      detail: problem.detail,
      requestId: "req_1",
      errors: problem.errors,
      retryAfterSeconds: null,
    });
  });

  it("with the seconds of Retry-After", async () => {
    answer = (_, response) => {
      response.setHeader("retry-after", "7");
      sendJson(response, 429, { ...problem, code: "RATE_LIMITED" });
    };
    expect(await failureOf(connect().call("revoke-key", { params: { key_id: keyId } }))).toMatchObject({
      code: "RATE_LIMITED",
      status: 429,
      retryAfterSeconds: 7,
    });
  });

  it("without the credential, also where a party on the way quotes it", async () => {
    answer = ({ headers }, response) =>
      sendJson(response, 401, { ...problem, detail: `bad ${headers.authorization}`, errors: [{ pointer: credential, detail: "" }] });
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ detail: "bad Bearer [secret]", errors: [{ pointer: "[secret]" }] });
  });

  it("drops entries of `errors` that are none", async () => {
    answer = (_, response) =>
      sendJson(response, 400, { ...problem, errors: [1, null, { pointer: "/a" }, { pointer: "/b", detail: "c" }], request_id: 5, detail: 6 });
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ errors: [{ pointer: "/b", detail: "c" }], requestId: null, detail: problem.title });
  });
});

describe("an answer that is not Keywright's is INVALID_REPLY", () => {
  it.each([
    ["a proxy's page", 502, "<html>Bad gateway</html>"],
    ["a page instead of an answer", 200, "<html></html>"],
    ["a list", 200, "[]"],
    ["nothing", 204, ""],
    ["JSON that is no problem", 500, '{"error":"x"}'],
  ])("%s", async (_, status, text) => {
    answer = (__, response) => response.writeHead(status).end(text);
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "INVALID_REPLY", status });
  });

  it("a redirect, which is not followed", async () => {
    answer = (_, response) => response.writeHead(307, { location: `${stub.base}/elsewhere` }).end();
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "INVALID_REPLY", status: 307 });
    expect(stub.requests).toHaveLength(1);
  });

  it("one without an end, which is not read on", async () => {
    answer = (_, response) => {
      const chunk = " ".repeat(1_048_576);
      const write = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", write);
      write();
    };
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "INVALID_REPLY", detail: "The answer has more than 16777216 characters." });
  });
});

it("the client shows no credential when it is logged", () => {
  expect(inspect(connect(), { depth: 10, showHidden: true })).not.toContain(credential);
});
