import { networkInterfaces } from "node:os";
import { generateAPIKey } from "@keywright/server";
import { asOperator, type Keywright } from "../keywright-process.ts";

/** One request of a client, and what every door has to answer. */
export interface Case {
  readonly name: string;
  /** Names and values in turn, as they go over the wire. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly status: number;
  /** Of the problem document. */
  readonly code?: string;
}

export interface Cast {
  readonly cases: readonly Case[];
  readonly keyId: string;
  readonly tenantId: string;
}

const bearer = (key: string) => ["Authorization", `Bearer ${key}`] as const;
const spoofs = [
  ["X-Keywright-Key-Id", "key_0000000000000000000000"],
  ["X-Keywright-Tenant-Id", "ten_0000000000000000000000"],
  ["X-Keywright-Owner", "mem_0000000000000000000000"],
  ["X-Keywright-Key-Name", "admin"],
  ["X-Keywright-Scopes", "admin"],
  ["X-Keywright-Environment", "root"],
  ["X-Keywright-Expires-At", "2099-01-01T00:00:00.000Z"],
  ["X-Keywright-Root-Key", "pm_root_00000000000000000000000000000000"],
  ["X-Keywright-Status", "200"],
] as const;

/** A client on this machine: an Envoy says of a peer on the loopback interface the machine's own address. */
const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((all = []) => all.filter(({ family }) => family === "IPv4").map(({ address }) => `${address}/32`));

/** Makes a key for every verdict, and the requests that every door must answer alike. */
export const makeCast = async (server: Keywright): Promise<Cast> => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const key = async (fields: object = {}) => (await api.createKey(tenant.id, fields)) as { id: string; key: string };
  const update = (id: string, body: object) => api.must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${id}`, body });

  const good = await key();
  const [revoked, disabled, rotated, scopeless, limited, spent] = [
    await key(),
    await key(),
    await key(),
    await key({ scopes: ["read_analytics"] }),
    await key({ rate_limit: { limit: 1, window_seconds: 86_400 } }),
    await key({ monthly_quota: 1 }),
  ];
  const [elsewhere, here] = [await key({ ip_allowlist: ["203.0.113.7/32"] }), await key({ ip_allowlist: ownAddresses() })];
  const away = await api.createTenant();
  const suspended = (await api.createKey(away.id)) as { key: string };
  await api.must(200, { method: "PATCH", path: `/api/v1/platform/tenants/${away.id}`, body: { status: "suspended" } });
  await api.revoke(revoked.id, "leaked");
  await update(disabled.id, { enabled: false });
  await api.must(200, { method: "POST", path: `/api/v1/platform/api-keys/${rotated.id}/regenerate`, body: { grace_seconds: 0 } });
  for (const { key: text } of [limited, spent]) await api.verify(text);
  // The first use of a secret has to wait for its bcrypt.
  for (const { key: text } of [good, scopeless, elsewhere, here, suspended]) await api.verify(text, { dry_run: true, ip: "127.0.0.1" });

  const invalid = { status: 401, code: "INVALID_CREDENTIAL" };
  const missing = { status: 401, code: "UNAUTHENTICATED" };
  const cases: Case[] = [
    { name: "VALID by Authorization", headers: [bearer(good.key)], status: 200 },
    { name: "VALID by X-API-Key", headers: [["X-API-Key", good.key]], status: 200 },
    { name: "VALID in mixed case", headers: [["aUTHORIZATION", `bEARER ${good.key}`]], status: 200 },
    { name: "VALID with one key in both headers", headers: [bearer(good.key), ["X-API-Key", good.key]], status: 200 },
    { name: "VALID with a stated identity, which is dropped", headers: [bearer(good.key), ...spoofs], status: 200 },
    { name: "VALID for its address", headers: [bearer(here.key)], status: 200 },
    { name: "no key", headers: [], ...missing },
    { name: "no key but a stated identity", headers: [...spoofs], ...missing },
    { name: "an empty key", headers: [["X-API-Key", ""]], ...missing },
    { name: "another scheme", headers: [["Authorization", "Basic YTpi"]], ...missing },
    { name: "two keys", headers: [bearer(good.key), ["X-API-Key", here.key]], ...invalid },
    {
      name: "X-API-Key twice",
      headers: [
        ["X-API-Key", good.key],
        ["X-Api-Key", good.key],
      ],
      ...invalid,
    },
    { name: "8 kB", headers: [["X-API-Key", "a".repeat(8_192)]], ...invalid },
    { name: "8 kB in Authorization", headers: [bearer("a".repeat(8_192))], ...invalid },
    { name: "MALFORMED", headers: [bearer(`${good.key.slice(0, -1)}~`)], ...invalid },
    { name: "MALFORMED, several in one header", headers: [bearer(`${good.key}, Bearer ${good.key}`)], ...invalid },
    { name: "NOT_FOUND", headers: [bearer(generateAPIKey())], ...invalid },
    { name: "a root key", headers: [bearer(server.rootKey ?? "")], ...invalid },
    { name: "REVOKED", headers: [bearer(revoked.key)], ...invalid },
    { name: "DISABLED", headers: [bearer(disabled.key)], ...invalid },
    { name: "EXPIRED", headers: [bearer(rotated.key)], ...invalid },
    { name: "TENANT_SUSPENDED", headers: [bearer(suspended.key)], status: 403, code: "TENANT_SUSPENDED" },
    { name: "IP_NOT_ALLOWED", headers: [bearer(elsewhere.key)], status: 403, code: "ADDRESS_NOT_ALLOWED" },
    {
      name: "IP_NOT_ALLOWED with a stated address",
      headers: [bearer(elsewhere.key), ["X-Forwarded-For", "203.0.113.7"], ["X-Real-IP", "203.0.113.7"], ["Forwarded", "for=203.0.113.7"]],
      status: 403,
      code: "ADDRESS_NOT_ALLOWED",
    },
    { name: "INSUFFICIENT_SCOPE", headers: [bearer(scopeless.key)], status: 403, code: "PERMISSION_DENIED" },
    {
      name: "INSUFFICIENT_SCOPE with a stated policy",
      headers: [bearer(scopeless.key), ["X-Keywright-Scopes", "read_analytics"]],
      status: 403,
      code: "PERMISSION_DENIED",
    },
    { name: "RATE_LIMITED", headers: [bearer(limited.key)], status: 429, code: "RATE_LIMITED" },
    { name: "QUOTA_EXCEEDED", headers: [bearer(spent.key)], status: 429, code: "QUOTA_EXCEEDED" },
  ];
  return { cases, keyId: good.id, tenantId: tenant.id };
};
