import { accountPermissions, type Endpoint, type EndpointId, endpointIds, endpoints } from "@keywright/contract";
import type { Actor, Store } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { exampleOf } from "../docs/example-value.ts";
import type { Engine } from "../engine.ts";
import type { FieldSchema } from "../http/field-words.ts";
import { defaultPolicy } from "../policy.ts";
import { createHandlers } from "./create-handlers.ts";

const tenantId = "ten_01F8MECHZX3TBDSZ7XRADM";
const caller = { memberId: null, scopes: ["*", "send_email"], ip: null, requestId: null, embedSessionId: "emb_01F8MECHZX3TBDSZ7XRADM" };
const operator: Actor = { ...caller, type: "root_key", id: "key_root", tenantId: null };
const tenantsOwn: Actor = { ...caller, type: "api_key", id: "key_api", tenantId };

/** An engine whose stores only say that they were looked into: the first look ends the request. */
const watchedEngine = () => {
  const looks: string[] = [];
  const storeOf = (name: string): Store =>
    new Proxy({} as Store, {
      get: (_store, part) => {
        if (part === "forTenant") return (id: string) => storeOf(id);
        looks.push(name);
        throw new Error("Looked.");
      },
    });
  const engine = {
    store: storeOf("everyone"),
    policy: { ...defaultPolicy, embedOrigins: ["https://app.example.com"] },
    addresses: { parseRange: (range: string) => ({ range }) },
    clock: { nowMs: () => 1_700_000_000_000 },
    random: { bytes: (count: number) => new Uint8Array(count), uuidV7: () => new Uint8Array(16) },
    keyring: { digest: () => "", tag: () => "", pepperVersion: 1 },
    secretHash: { hash: async () => "" },
    secretStore: { read: async () => undefined, write: async () => true, destroy: async () => {} },
    webhookSender: { refusalOf: () => undefined, secretOf: () => "" },
    attempts: { consume: async () => ({ allowed: true, retryAfter: null }) },
    deliverUsage: async () => 0,
    isStoreFull: () => false,
    flushRequests: async () => 0,
  } as unknown as Engine;
  return { engine, looks };
};

/** The row's examples, about the caller's own tenant; of two ways to say when a key ends, or whose it is, one. */
const ownExample = (schema: unknown): object => {
  const example = exampleOf((schema ?? {}) as FieldSchema) as Record<string, unknown>;
  return { ...example, ...("tenant_id" in example && { tenant_id: tenantId }), expires_at: undefined, ...("owner_id" in example && { team_id: undefined }) };
};

const requestOf = (id: EndpointId, actor: Actor): unknown => {
  const { params, body }: Endpoint = endpoints[id];
  const parts = { params: ownExample(params), query: { tenant_id: tenantId }, body: ownExample(body) };
  return { ...parts, actor, ifMatch: undefined, idempotencyKey: undefined, requestId: "req_1", ip: null };
};

/** Whoever acts for themselves is in no tenant: those calls' own tests say what they look into. */
const management = endpointIds.filter((id) => endpoints[id].tag !== "Verification" && !accountPermissions.includes(endpoints[id].permission));

const others = {
  isManagementEnabled: async () => true,
  systemView: () => Promise.resolve({ ready: true, version: "", started_at: "", engines: [], jobs: [], usage_age_seconds: 0 }),
  writeVerification: () => ({ text: "", isAscii: true }),
};

describe("handlers", () => {
  it.each(management)("look for a tenant's caller into %s through that tenant's store alone, and for an operator into everyone's", async (id) => {
    for (const [actor, store] of [
      [tenantsOwn, tenantId],
      [operator, "everyone"],
      [tenantsOwn, tenantId],
    ] as const) {
      const { engine, looks } = watchedEngine();
      // The request is made by the row that the handler is typed by; the compiler cannot follow that through the table.
      const handle = createHandlers(engine, others)[id] as (request: unknown) => Promise<unknown>;
      await expect(handle(requestOf(id, actor))).rejects.toThrow("Looked.");
      expect(looks).toEqual([store]);
    }
  });
});
