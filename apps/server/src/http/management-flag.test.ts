import { endpoints } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { apiKey, createStubApp, exampleReply, otherKey, rootKey, stubHandlers } from "../testing/stub-app.ts";

const tenant = "ten_01F8MECHZX3TBDSZ7XRADM";
const other = "ten_01F8MECHZX3TBDSZ7XRADN";

/** An app in which the flag is off for the tenants given; `null`: for whoever is in none. */
const openOff = (...off: readonly (string | null)[]) => {
  const asked: (string | null)[] = [];
  const handled: string[] = [];
  const { app } = createStubApp({
    isManagementEnabled: async (tenantId) => {
      asked.push(tenantId);
      return !off.includes(tenantId);
    },
    handlers: stubHandlers({
      "create-key": async () => {
        handled.push("create-key");
        return exampleReply("create-key") as never;
      },
    }),
  });
  const call = async (method: "GET" | "POST" | "PATCH", path: string, { key = rootKey, body }: { key?: string; body?: object } = {}) => {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const headers = { authorization: `Bearer ${key}`, ...(body !== undefined && { "content-type": "application/json" }) };
    const answer = await app.inject({ method, url: `/api/v1${path}`, headers, ...payload });
    return answer.statusCode < 300 ? "answered" : answer.json().code;
  };
  return { call, asked, handled };
};

describe("the flag enable-api-key-management", () => {
  it("is asked for the tenant of an API key, and switches management off for that one alone", async () => {
    const { call, asked } = openOff("ten_1");
    expect(await call("GET", "/platform/api-keys", { key: apiKey })).toBe("FEATURE_DISABLED");
    expect(await call("GET", "/platform/api-keys")).toBe("answered");
    expect(asked).toEqual(["ten_1", null]);
  });

  it("is asked for the tenant that a root key names, in the path, the query or the body", async () => {
    const { call, asked, handled } = openOff(tenant);
    const newKey = { ...(endpoints["create-key"].example as object), tenant_id: tenant };
    expect(await call("GET", `/platform/tenants/${tenant}`)).toBe("FEATURE_DISABLED");
    expect(await call("GET", `/platform/api-keys?tenant_id=${tenant}`)).toBe("FEATURE_DISABLED");
    expect(await call("POST", "/platform/api-keys", { body: newKey })).toBe("FEATURE_DISABLED");
    expect(handled).toEqual([]);
    expect(await call("GET", `/platform/tenants/${other}`)).toBe("answered");
    expect(await call("POST", "/platform/api-keys", { body: { ...newKey, tenant_id: other } })).toBe("answered");
    expect(asked).toEqual([tenant, tenant, tenant, other, other]);
  });

  it("goes by the actor's own tenant, whatever the request names", async () => {
    const { call } = openOff("ten_1");
    expect(await call("GET", `/platform/api-keys?tenant_id=${other}`, { key: apiKey })).toBe("FEATURE_DISABLED");
  });

  it("is nobody's to learn who has no valid credential", async () => {
    const { call, asked } = openOff(null, tenant);
    expect(await call("GET", `/platform/api-keys?tenant_id=${tenant}`, { key: otherKey })).toBe("INVALID_CREDENTIAL");
    expect(asked).toEqual([]);
  });

  it("is never asked by verification", async () => {
    const { call, asked } = openOff(null, "ten_1", tenant);
    for (const key of [rootKey, apiKey]) expect(await call("POST", "/verify", { key, body: { key: otherKey } })).toBe("answered");
    expect(asked).toEqual([]);
  });
});
