import { type EndpointId, endpointIds, endpoints } from "@keywright/contract";
import { AppError, createMemorySessions, type PersonRequest, type SignedIn, Unavailable } from "@keywright/core";
import { beforeEach, describe, expect, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import { fillPath } from "../docs/sample-call.ts";
import { createStubApp, rootKey } from "../testing/stub-app.ts";
import type { FieldSchema } from "./field-words.ts";

const ada: SignedIn = { accountId: "acc_1", email: "ada@example.com", name: "Ada", isOperator: false };
const cookie = "keywright.session_token=abc.def";
const own = { host: "keys.example.com", origin: "https://keys.example.com" };
const tenant = "ten_01F8MECHZX3TBDSZ7XRADM";

let asked: PersonRequest[];
let sessions: ReturnType<typeof createMemorySessions>;
const state = { isAway: false };

const open = (publicUrl?: string) =>
  createStubApp({
    publicUrl,
    accounts: {
      endpoints: [],
      call: () => Promise.reject(new Error("not called")),
      find: async (header) => {
        if (state.isAway) throw new Unavailable("store");
        return sessions.find(header);
      },
    },
    authorizePerson: async (request) => {
      asked.push(request);
      if (request.tenantId === "ten_00000000000000000000") throw new AppError("NOT_FOUND");
      const { ip, requestId } = request;
      return { actor: { type: "member", id: "mem_1", memberId: "mem_1", tenantId: tenant, scopes: [], role: "admin", ip, requestId }, spent: null };
    },
  });

beforeEach(() => {
  asked = [];
  state.isAway = false;
  sessions = createMemorySessions();
  sessions.begin(cookie, ada);
});

const callOf = (id: EndpointId) => {
  const row = endpoints[id];
  const payload = "body" in row ? { payload: exampleOf(row.body as FieldSchema) as object } : {};
  return { method: row.method, url: fillPath(row), headers: { ...own, cookie }, ...payload };
};

describe("a session", () => {
  const management = endpointIds.filter((id) => endpoints[id].tag !== "Verification");
  const verification = endpointIds.filter((id) => endpoints[id].tag === "Verification");

  it.each(management)("is the caller's of %s, with the permission that its row names", async (id) => {
    const answer = await open().app.inject(callOf(id));
    expect(answer.statusCode).toBeLessThan(300);
    expect(asked).toMatchObject([{ signedIn: ada, permission: endpoints[id].permission }]);
  });

  it.each(management.filter((id) => endpoints[id].method !== "GET"))("of another site's page does not open %s", async (id) => {
    const call = callOf(id);
    for (const change of [{ origin: "https://evil.example" }, { origin: undefined }, { "sec-fetch-site": "cross-site" }]) {
      const answer = await open().app.inject({ ...call, headers: JSON.parse(JSON.stringify({ ...call.headers, ...change })) });
      expect([answer.statusCode, answer.json().code]).toEqual([403, "CROSS_SITE_REQUEST"]);
    }
    expect(asked).toEqual([]);
  });

  it.each(verification)("does not open %s", async (id) => {
    const answer = await open().app.inject(callOf(id));
    expect([answer.statusCode, answer.json().code]).toEqual([401, "UNAUTHENTICATED"]);
    expect(asked).toEqual([]);
  });

  it("steps back where a key is sent", async () => {
    const answer = await open().app.inject({ method: "GET", url: "/api/v1/platform/tenants", headers: { cookie, authorization: `Bearer ${rootKey}` } });
    expect([answer.statusCode, asked]).toEqual([200, []]);
  });

  it("that has ended, demands a new password, or cannot be looked up, is refused as what it is", async () => {
    const ask = async () => (await open().app.inject({ method: "GET", url: "/api/v1/platform/tenants", headers: { cookie } })).json().code;
    sessions.demandNewPassword(cookie);
    expect(await ask()).toBe("PASSWORD_CHANGE_REQUIRED");
    sessions.end(cookie);
    expect(await ask()).toBe("UNAUTHENTICATED");
    state.isAway = true;
    expect(await ask()).toBe("UNAVAILABLE");
  });

  it("is for the tenant that the query, the body, or else the header names", async () => {
    const { app } = open();
    const list = (query: string, header?: string) =>
      app.inject({ url: `/api/v1/platform/members${query}`, headers: { cookie, ...(header !== undefined && { "x-keywright-tenant": header }) } });
    await list(`?tenant_id=${tenant}`, "ten_other");
    await list("", "ten_other");
    await app.inject(callOf("create-key"));
    expect(asked.map(({ tenantId }) => tenantId)).toEqual([tenant, "ten_other", exampleTenant()]);
    expect((await list("", "ten_00000000000000000000")).json().code).toBe("NOT_FOUND");
  });

  it("knows our own pages by KEYWRIGHT_PUBLIC_URL, whatever host a proxy asks for", async () => {
    const ask = async (headers: Record<string, string>) =>
      (await open("https://keys.example.com").app.inject({ ...callOf("create-tenant"), headers: { host: "10.0.0.1:4747", cookie, ...headers } })).statusCode;
    expect(await ask({ origin: "https://keys.example.com" })).toBe(201);
    expect(await ask({ origin: "http://keys.example.com" })).toBe(403);
    expect(await ask({ origin: "http://10.0.0.1:4747" })).toBe(403);
    expect(await ask({ "sec-fetch-site": "same-origin" })).toBe(201);
  });
});

const exampleTenant = (): unknown => Reflect.get(exampleOf(endpoints["create-key"].body as unknown as FieldSchema) as object, "tenant_id");
