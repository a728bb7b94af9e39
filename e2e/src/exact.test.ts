import { afterAll, beforeAll, expect, it } from "vitest";
import { asOperator, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

let folder: string;
let server: Keywright;

beforeAll(async () => {
  folder = await copyTemplate("exact");
  server = await startKeywright({ dataDir: folder, env: quickBcrypt, ...known() });
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

const many = <T>(count: number, work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, work));
const valid = (replies: readonly { valid: boolean }[]) => replies.filter((reply) => reply.valid).length;

it("1,000 concurrent verifications against a limit of 100: exactly 100 are valid, by key, pool and quota", async () => {
  const api = asOperator(server, server.rootKey);
  const wide = await api.createTenant();
  const narrow = await api.createTenant({ rate_limit: { limit: 100, window_seconds: 86_400 } });
  const byKey = await api.createKey(wide.id, { rate_limit: { limit: 100, window_seconds: 86_400 } });
  const byQuota = await api.createKey(wide.id, { monthly_quota: 100 });
  const byPool = [await api.createKey(narrow.id), await api.createKey(narrow.id)];
  expect(valid(await many(1_000, () => api.verify(byKey.key)))).toBe(100);
  expect(valid(await many(1_000, () => api.verify(byQuota.key)))).toBe(100);
  let turn = 0;
  const either = () => {
    turn += 1;
    return api.verify(byPool[turn % 2].key);
  };
  expect(valid(await many(1_000, either))).toBe(100);
});

it("a batch counts as its requests do", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const { key } = await api.createKey(tenant.id, { rate_limit: { limit: 40, window_seconds: 86_400 } });
  const requests = Array.from({ length: 100 }, (_, index) => ({ key: index % 2 === 0 ? key : "junk" }));
  const { data } = await api.must(200, { method: "POST", path: "/api/v1/verify/batch", body: { requests } });
  expect(valid(data)).toBe(40);
  expect(data.map((reply: { code: string }) => reply.code).filter((code: string) => code === "MALFORMED").length).toBe(50);
});

it("a batch of keys in use, first uses and junk is answered place by place", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const [used, first, revoked] = await many(3, () => api.createKey(tenant.id, { monthly_quota: 5 }));
  for (const { key } of [used, revoked]) await api.verify(key);
  await api.must(200, { method: "DELETE", path: `/api/v1/platform/api-keys/${revoked.id}` });
  const requests = [used.key, "junk", first.key, used.key, revoked.key, first.key].map((key) => ({ key }));
  const { data } = await api.must(200, { method: "POST", path: "/api/v1/verify/batch", body: { requests } });
  const answers = data.map((one: { code: string; key_id: string | null; quota: { remaining: number } | null }) => [one.code, one.key_id, one.quota?.remaining]);
  expect(answers.slice(0, 4)).toEqual([
    ["VALID", used.id, 3],
    ["MALFORMED", null, undefined],
    ["VALID", first.id, 4],
    ["VALID", used.id, 2],
  ]);
  expect(answers.slice(4)).toEqual([
    ["REVOKED", revoked.id, expect.anything()],
    ["VALID", first.id, 3],
  ]);
});

it("a batch of first uses, larger than bcrypt's queue, is answered whole and charges each key once", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const keys = [];
  for (let i = 0; i < 3; i++) keys.push(...(await many(30, () => api.createKey(tenant.id, { monthly_quota: 3 }))));
  const requests = keys.map(({ key }) => ({ key }));
  const { data } = await api.must(200, { method: "POST", path: "/api/v1/verify/batch", body: { requests } });
  expect(valid(data)).toBe(90);
  expect(data.every((reply: { quota: { remaining: number } }) => reply.quota.remaining === 2)).toBe(true);
});

it("the platform's usage counts a verification once, not also the root key's request for it", async () => {
  const api = asOperator(server, server.rootKey);
  const usage = async () => (await api.must(200, { path: "/api/v1/platform/usage" })).requests;
  const tenant = await api.createTenant();
  const { key } = await api.createKey(tenant.id);
  const before = await usage();
  for (let i = 0; i < 10; i++) await api.verify(key);
  expect(await usage()).toBe(before + 10);
});

it("50 concurrent creations for one member: exactly 10", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const member = await api.must(201, {
    method: "POST",
    path: "/api/v1/platform/members",
    body: { tenant_id: tenant.id, email: "ada@example.com", name: "Ada" },
  });
  const body = { tenant_id: tenant.id, name: "k", scopes: ["send_email"], owner_id: member.id };
  const replies = await many(50, () => server.call({ method: "POST", path: "/api/v1/platform/api-keys", key: server.rootKey, body }));
  expect(replies.filter(({ status }) => status === 201).length).toBe(10);
  expect(replies.filter(({ json }) => json.code === "KEY_LIMIT_REACHED").length).toBe(40);
});

it("one Idempotency-Key makes one key, however often it is sent at once", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const body = { tenant_id: tenant.id, name: "k", scopes: ["send_email"] };
  const create = () =>
    server.call({ method: "POST", path: "/api/v1/platform/api-keys", key: server.rootKey, body, headers: { "idempotency-key": "double-click" } });
  const replies = await many(5, create);
  expect(new Set(replies.map(({ json }) => json.key)).size).toBe(1);
  expect((await api.must(200, { path: `/api/v1/platform/api-keys?tenant_id=${tenant.id}` })).data.length).toBe(1);
});
