import { type EndpointBody, type EndpointId, type EndpointReply, endpointIds, endpoints, type errorCodes, type verdicts } from "@keywright/contract";
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import type { EndpointReply as OwnReply } from "./call-types.ts";
import { createClient } from "./create-client.ts";
import type { Calls, ErrorCode, Verdict } from "./generated/api.ts";
import { rows } from "./generated/rows.ts";
import { attempt, clientErrors, type KeywrightErrorFields } from "./keywright-error.ts";
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

const connect = () => createClient({ baseUrl: stub.base, credential });

/** Endpoints whose answer is one value. The contract says more of a stream's lines than their common schema can. */
/** What is streamed is read as lines, or as text: CSV, if that is asked for. */
type WholeId = Exclude<EndpointId, "export-audit-log" | "export-usage">;

type LineId = Exclude<EndpointId, "export-usage">;

describe("the methods are the endpoint table's", () => {
  it("knows every endpoint and error, and no other", () => {
    expect(Object.keys(rows)).toEqual(endpointIds);
    for (const id of endpointIds) expect(rows[id]?.slice(0, 2)).toEqual([endpoints[id].method, endpoints[id].path]);
    expectTypeOf<keyof Calls>().toEqualTypeOf<EndpointId>();
    expectTypeOf<ErrorCode>().toEqualTypeOf<(typeof errorCodes)[number]>();
    expectTypeOf<Verdict>().toEqualTypeOf<(typeof verdicts)[number]>();
  });

  it("types requests and answers as the table does", () => {
    expectTypeOf<{ [Id in WholeId]: OwnReply<Id> }>().toExtend<{ [Id in WholeId]: EndpointReply<Id> }>();
    expectTypeOf<{ [Id in LineId]: EndpointReply<Id> }>().toExtend<{ [Id in LineId]: OwnReply<Id> }>();
    expectTypeOf<Calls["export-usage"]["reply"]>().toEqualTypeOf<string>();
    expectTypeOf<EndpointBody<"create-key">>().toExtend<Calls["create-key"]["body"]>();
    expectTypeOf<EndpointBody<"update-key">>().toExtend<Calls["update-key"]["body"]>();
    expect(endpointIds.length).toBeGreaterThan(0);
  });

  it("has a method for each, which calls it with its path parameters in their order", async () => {
    const groups = connect() as unknown as Record<string, Record<string, (...given: unknown[]) => Promise<unknown>>>;
    const ids = endpointIds.filter((id) => rows[id]?.[3] !== "");
    for (const id of ids) {
      const [, path = "", , group = "", name = ""] = rows[id] ?? [];
      await groups[group]?.[name]?.(...[...path.matchAll(/\{/g)].map((_, place) => `id${place}`));
    }
    const expected = ids.map((id) => {
      const places = { next: 0 };
      return `${endpoints[id].method} ${endpoints[id].path.replaceAll(/\{\w+\}/g, () => `id${places.next++}`)}`;
    });
    expect(stub.requests.map(({ method, url }) => `${method} ${url}`)).toEqual(expected);
  });

  it("sends a body, a query and options where they belong", async () => {
    const keywright = connect();
    await keywright.keys.create({ name: "Mailer", scopes: ["send_email"] }, { idempotencyKey: "once" });
    await keywright.keys.update(keyId, { enabled: false }, { ifMatch: '"3"' });
    await keywright.keys.revoke(keyId, { reason: "leaked" });
    await keywright.keys.getUsage(keyId, { granularity: "hour" });
    expect(stub.requests.map(({ method, url, body }) => [method, url, body])).toEqual([
      ["POST", "/api/v1/platform/api-keys", '{"name":"Mailer","scopes":["send_email"]}'],
      ["PATCH", `/api/v1/platform/api-keys/${keyId}`, '{"enabled":false}'],
      ["DELETE", `/api/v1/platform/api-keys/${keyId}`, '{"reason":"leaked"}'],
      ["GET", `/api/v1/platform/api-keys/${keyId}/usage?granularity=hour`, ""],
    ]);
    expect(stub.requests[0]?.headers["idempotency-key"]).toBe("once");
    expect(stub.requests[1]?.headers["if-match"]).toBe('"3"');
  });

  it("takes nothing for options that is none", async () => {
    const get = connect().keys.get as (id: string, options: unknown) => Promise<unknown>;
    expect(await failureOf(get(keyId, { reason: "leaked" }))).toMatchObject({
      code: "INVALID_CALL",
      detail: "Options can be signal, ifMatch, idempotencyKey.",
    });
    expect(stub.requests).toEqual([]);
  });
});

describe("a list is read as far as somebody asks", () => {
  const pages: Answer = ({ url }, response) => {
    const cursor = Number(new URL(url, "http://x").searchParams.get("cursor") ?? 0);
    sendJson(response, 200, { data: [{ id: `a${cursor}` }, { id: `b${cursor}` }], next_cursor: cursor < 2 ? `${cursor + 1}` : null });
  };

  it("a page when awaited, every item when iterated, with its filters on every page", async () => {
    answer = pages;
    const keywright = connect();
    expect(await keywright.keys.list({ limit: 2 })).toEqual({ data: [{ id: "a0" }, { id: "b0" }], next_cursor: "1" });
    const seen: string[] = [];
    for await (const { id } of keywright.keys.list({ limit: 2, status: "active" })) seen.push(id);
    expect(seen).toEqual(["a0", "b0", "a1", "b1", "a2", "b2"]);
    expect(stub.requests.slice(1).map(({ url }) => url.split("?")[1])).toEqual([
      "limit=2&status=active",
      "limit=2&status=active&cursor=1",
      "limit=2&status=active&cursor=2",
    ]);
  });

  it("no further than that", async () => {
    answer = pages;
    for await (const { id } of connect().keys.list()) if (id === "b0") break;
    expect(stub.requests).toHaveLength(1);
  });

  it("not for ever from a server that answers one page again and again", async () => {
    answer = (_, response) => sendJson(response, 200, { data: [], next_cursor: "same" });
    const all = async () => {
      for await (const _ of connect().keys.list()) expect.unreachable();
    };
    expect(await failureOf(all())).toMatchObject({ code: "INVALID_REPLY" });
    expect(stub.requests).toHaveLength(2);
  });

  it("and a failure reaches whoever iterates", async () => {
    answer = (_, response) => sendJson(response, 400, { code: "INVALID_CURSOR", title: "x" });
    const all = async () => {
      for await (const _ of connect().keys.list()) expect.unreachable();
    };
    expect(await failureOf(all())).toMatchObject({ code: "INVALID_CURSOR" });
  });
});

describe("errors", () => {
  it("are a union that a switch exhausts", () => {
    const describeCode = (code: KeywrightErrorFields["code"]): string => {
      if (code in clientErrors) return "client";
      expectTypeOf(code).toEqualTypeOf<ErrorCode | keyof typeof clientErrors>();
      return "server";
    };
    expect([describeCode("NOT_FOUND"), describeCode("UNREACHABLE")]).toEqual(["server", "client"]);
  });

  it("that a newer server knows are UNKNOWN_ERROR, with their own code beside", async () => {
    answer = (_, response) => sendJson(response, 418, { code: "TEAPOT", title: "Short and stout" });
    const error = await failureOf(connect().tenants.get("ten_1"));
    expect(error).toMatchObject({ code: "UNKNOWN_ERROR", serverCode: "TEAPOT", status: 418, title: "Short and stout" });
    expect(error.message).toContain("(TEAPOT)");
  });

  it("can be had as values; what is no KeywrightError still rejects", async () => {
    answer = (_, response) => sendJson(response, 404, { code: "NOT_FOUND", title: "x" });
    expect(await attempt(connect().tenants.get("ten_1"))).toMatchObject({ ok: false, error: { code: "NOT_FOUND" } });
    answer = (_, response) => sendJson(response, 200, { id: "ten_1" });
    expect(await attempt(connect().tenants.get("ten_1"))).toEqual({ ok: true, value: { id: "ten_1" } });
    await expect(attempt(connect().tenants.get("ten_1", { signal: AbortSignal.abort(new Error("enough")) }))).rejects.toThrow("enough");
  });
});
