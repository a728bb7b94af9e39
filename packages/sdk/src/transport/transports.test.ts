import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "../create-client.ts";
import { credential, failureOf } from "../testing/failure-of.ts";
import { type Answer, type StubServer, sendJson, startStub } from "../testing/stub-server.ts";

let stub: StubServer;
let answer: Answer;

beforeEach(async () => {
  answer = (_, response) => sendJson(response, 200, {});
  stub = await startStub((request, response) => answer(request, response));
});

afterEach(() => stub.close());

describe.each([
  ["node:http", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, options) => {
  const connect = (more: { timeoutMs?: number } = {}) => createClient({ baseUrl: `${stub.base}/keys`, credential, retries: 0, ...options, ...more });

  it("sends method, path, headers and body in UTF-8, and reads an answer in UTF-8", async () => {
    answer = (__, response) => sendJson(response, 201, { name: "Zoë ✓" });
    expect(await connect().call("create-tenant", { body: { name: "Zoë ✓" }, idempotencyKey: "once" })).toEqual({ name: "Zoë ✓" });
    expect(stub.requests[0]).toMatchObject({ method: "POST", url: "/keys/api/v1/platform/tenants", body: '{"name":"Zoë ✓"}' });
    expect(stub.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${credential}`, "content-type": "application/json", "idempotency-key": "once" });
  });

  it("follows no redirect", async () => {
    answer = (__, response) => response.writeHead(302, { location: `${stub.base}/elsewhere` }).end();
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "INVALID_REPLY" });
    expect(stub.requests).toHaveLength(1);
  });

  it("tells a lost connection, a late answer and the caller's own end apart", async () => {
    answer = (__, response) => {
      response.writeHead(200, { "content-length": "100" }).write("{");
      setImmediate(() => response.destroy());
    };
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "UNREACHABLE", status: null });
    answer = () => {};
    expect(await failureOf(connect({ timeoutMs: 20 }).call("list-keys"))).toMatchObject({ code: "TIMED_OUT" });
    const controller = new AbortController();
    answer = () => controller.abort(new Error("enough"));
    await expect(connect().call("list-keys", { signal: controller.signal })).rejects.toThrow("enough");
  });

  it("does not read on an answer without an end", async () => {
    answer = (__, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(" ".repeat(1_048_576)));
      };
      response.on("drain", write);
      write();
    };
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "INVALID_REPLY", detail: "The answer has more than 16777216 characters." });
  });
});

it("keeps its connections on Node, and lets go of them when it is closed", async () => {
  const client = createClient({ baseUrl: stub.base, credential });
  for (let i = 0; i < 3; i++) await client.tenants.list();
  expect(stub.connections()).toBe(1);
  client.close();
  await client.tenants.list();
  expect(stub.connections()).toBe(2);
});
