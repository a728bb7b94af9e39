import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createClient } from "./create-client.ts";
import { credential, failureOf } from "./testing/failure-of.ts";
import { type Answer, type Recorded, type StubServer, sendJson, startStub } from "./testing/stub-server.ts";

const keyId = `key_${"0".repeat(21)}1`;

let stub: StubServer;
let answer: Answer;

beforeEach(async () => {
  answer = (_, response) => sendJson(response, 200, {});
  stub = await startStub((request, response) => answer(request, response));
});

afterEach(() => stub.close());

const connect = (options: { timeoutMs?: number; retries?: number; fetch?: typeof fetch } = {}) => createClient({ baseUrl: stub.base, credential, ...options });

const hangUp = (_: Recorded, response: ServerResponse): void => {
  response.destroy();
};

describe("a failed connection and a late answer are told apart", () => {
  it("TIMED_OUT before the answer begins; for a change, that its effect is not known", async () => {
    answer = () => {};
    const client = connect({ timeoutMs: 30 });
    expect((await failureOf(client.call("list-keys"))).detail).toBe("GET /api/v1/platform/api-keys was not answered within 30 ms.");
    expect(await failureOf(client.call("revoke-key", { params: { key_id: keyId } }))).toMatchObject({
      code: "TIMED_OUT",
      status: null,
      detail: "DELETE /api/v1/platform/api-keys/{key_id} was not answered within 30 ms. Whether it took effect is not known.",
    });
  });

  it("TIMED_OUT also in the middle of the answer", async () => {
    answer = (_, response) => response.writeHead(200, { "content-type": "application/json" }).write('{"data":');
    expect(await failureOf(connect({ timeoutMs: 1_000 }).call("list-keys"))).toMatchObject({ code: "TIMED_OUT" });
    expect(stub.requests).toHaveLength(1);
  });

  it("UNREACHABLE where nobody listens; nothing took effect", async () => {
    const client = connect();
    const { base } = stub;
    await stub.close();
    const error = await failureOf(client.call("create-tenant", { body: { name: "Acme" } }));
    expect(error).toMatchObject({ code: "UNREACHABLE", status: null, detail: `The connection to ${base} failed (ECONNREFUSED).` });
    stub = await startStub(answer);
  });

  it("UNREACHABLE where the connection is lost; what it asked may have taken effect", async () => {
    answer = hangUp;
    const error = await failureOf(connect().call("create-tenant", { body: { name: "Acme" } }));
    expect(error).toMatchObject({ code: "UNREACHABLE", detail: expect.stringMatching(/Whether it took effect is not known\.$/) });
    expect(stub.requests).toHaveLength(1);
  });

  it("says nothing of what a fetch throws but its code", async () => {
    const rejecting = connect({ fetch: () => Promise.reject(new Error(`Bearer ${credential}`, { cause: { code: credential } })) });
    expect(await failureOf(rejecting.call("list-keys"))).toMatchObject({ code: "UNREACHABLE", detail: `The connection to ${stub.base} failed.` });
  });

  it("rejects with the caller's own reason when the caller ends the call", async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    answer = () => controller.abort(reason);
    await expect(connect().call("list-keys", { signal: controller.signal })).rejects.toBe(reason);
    await expect(connect().call("list-keys", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(stub.requests).toHaveLength(1);
  });
});

describe("a call is sent again only where a repetition changes nothing", () => {
  const loseFirst: Answer = (_, response) => {
    if (stub.requests.length === 1) response.destroy();
    else sendJson(response, 200, { data: [], next_cursor: null });
  };

  it("a GET", async () => {
    answer = loseFirst;
    expect(await connect().call("list-keys")).toEqual({ data: [], next_cursor: null });
    expect(stub.requests).toHaveLength(2);
  });

  it("a creation with an idempotency key, with the same one", async () => {
    answer = loseFirst;
    await connect().call("create-tenant", { body: { name: "Acme" }, idempotencyKey: "once" });
    expect(stub.requests.map(({ headers, body }) => [headers["idempotency-key"], body])).toEqual([
      ["once", '{"name":"Acme"}'],
      ["once", '{"name":"Acme"}'],
    ]);
  });

  it("as often as it was told", async () => {
    answer = hangUp;
    expect(await failureOf(connect({ retries: 1 }).call("list-keys"))).toMatchObject({ code: "UNREACHABLE" });
    expect(stub.requests).toHaveLength(2);
    await failureOf(connect({ retries: 0 }).call("list-keys"));
    expect(stub.requests).toHaveLength(3);
  });

  it("also after an answer that says to come back, and no sooner than it says", async () => {
    answer = (_, response) => {
      if (stub.requests.length > 1) return sendJson(response, 200, { data: [], next_cursor: null });
      response.setHeader("retry-after", "1");
      sendJson(response, 503, { code: "UNAVAILABLE", title: "x" });
    };
    const startedMs = performance.now();
    await connect().call("list-keys");
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
    expect(stub.requests).toHaveLength(2);
  });

  it("not where its time would be over by then", async () => {
    answer = (_, response) => {
      response.setHeader("retry-after", "60");
      sendJson(response, 503, { code: "UNAVAILABLE", title: "x" });
    };
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "UNAVAILABLE", retryAfterSeconds: 60 });
    expect(stub.requests).toHaveLength(1);
  });

  it("no verification, creation, change or revocation of its own accord", async () => {
    answer = hangUp;
    const client = connect();
    await failureOf(client.call("verify-key", { body: { key: "pm_live_x" } }));
    await failureOf(client.verify({ key: "pm_live_x" }));
    await failureOf(client.call("create-tenant", { body: { name: "Acme" } }));
    await failureOf(client.call("update-tenant", { params: { tenant_id: keyId }, body: { name: "Acme" } }));
    await failureOf(client.call("revoke-key", { params: { key_id: keyId } }));
    expect(stub.requests).toHaveLength(5);
  });

  it("no answer that a repetition would not change", async () => {
    answer = (_, response) => sendJson(response, 404, { code: "NOT_FOUND", title: "x" });
    expect(await failureOf(connect().call("list-keys"))).toMatchObject({ code: "NOT_FOUND", status: 404 });
    expect(stub.requests).toHaveLength(1);
  });

  it("and the caller can end it while it waits", async () => {
    const controller = new AbortController();
    answer = (_, response) => {
      response.setHeader("retry-after", "5");
      response.once("finish", () => setImmediate(() => controller.abort(new Error("enough"))));
      sendJson(response, 503, { code: "UNAVAILABLE", title: "x" });
    };
    await expect(connect().call("list-keys", { signal: controller.signal })).rejects.toThrow("enough");
  });
});
