import { afterAll, beforeAll, expect, it } from "vitest";
import { asOperator, type Keywright, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

let folder: string;
let server: Keywright;

beforeAll(async () => {
  folder = await copyTemplate("lifecycle");
  server = await startKeywright({ dataDir: folder, ...known() });
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

const door = (key: string) => server.call({ path: "/api/v1/forward-auth", headers: { "x-keywright-root-key": server.rootKey ?? "", "x-api-key": key } });

it("a key's whole life: limit, rotation with and without grace, revocation with its reason", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant({ tier: "starter", rate_limit: null });
  const created = await api.createKey(tenant.id);
  expect(created.key).toMatch(/^pm_live_[0-9A-Za-z]{32}$/);
  await api.verify(created.key, { dry_run: true });

  const passed = await Promise.all(Array.from({ length: 60 }, () => door(created.key)));
  const refused = await door(created.key);
  expect(passed.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 200));
  expect(passed.every(({ text, headers }) => text === "" && headers["x-keywright-key-id"] === created.id)).toBe(true);
  expect(refused.status).toBe(429);
  expect(refused.headers["retry-after"]).toBe("1");
  expect(refused.headers["ratelimit"]).toMatch(/"tenant";r=0;t=\d+/);
  expect((await api.verify(created.key)).code).toBe("RATE_LIMITED");

  await api.must(200, { method: "PATCH", path: `/api/v1/platform/tenants/${tenant.id}`, body: { rate_limit: { limit: 1_000_000, window_seconds: 1 } } });
  const regenerate = (body: object) => api.must(200, { method: "POST", path: `/api/v1/platform/api-keys/${created.id}/regenerate`, body });
  const second = await regenerate({});
  expect(Date.parse(second.previous_secret_valid_until) - Date.now()).toBeGreaterThan(86_000_000);
  expect([(await api.verify(created.key)).code, (await api.verify(second.key)).code]).toEqual(["VALID", "VALID"]);
  const third = await regenerate({ grace_seconds: 0 });
  expect([(await api.verify(second.key)).code, (await api.verify(third.key)).code]).toEqual(["EXPIRED", "VALID"]);

  expect(await api.revoke(created.id, "leaked")).toMatchObject({ status: "revoked", enforced: true, reason: "leaked" });
  expect((await api.verify(third.key)).code).toBe("REVOKED");
  expect((await door(third.key)).status).toBe(401);
  const log = await api.must(200, { path: `/api/v1/platform/audit-log?target_id=${created.id}` });
  expect(log.data.map((entry: { action: string }) => entry.action)).toEqual(["key.revoked", "key.regenerated", "key.regenerated", "key.created"]);
  expect(log.data[0].reason).toBe("leaked");

  const usage = await api.must(200, { path: `/api/v1/platform/api-keys/${created.id}/usage?granularity=hour` });
  expect(usage.errors).toEqual({ RATE_LIMITED: 2, EXPIRED: 1, REVOKED: 2 });
  expect(usage.requests).toBe(60 + 4 - 1 + 5);
});

it("refuses the first five at the door with one answer", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const [revoked, disabled] = [await api.createKey(tenant.id), await api.createKey(tenant.id)];
  await api.revoke(revoked.id, "gone");
  await api.must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${disabled.id}`, body: { enabled: false } });
  const answers = [];
  for (const key of ["junk", `${revoked.key.slice(0, -1)}~`, revoked.key, disabled.key]) {
    const { status, headers, text } = await door(key);
    const { date: _, "x-request-id": __, ...rest } = headers;
    answers.push(JSON.stringify([status, rest, text.replaceAll(/req_[0-9A-Za-z]+/g, "req")]));
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toContain("401");
});

it("a second start prints no secret and knows the same keys", async () => {
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant();
  const { key } = await api.createKey(tenant.id, { rate_limit: { limit: 3, window_seconds: 86_400 }, monthly_quota: 100 });
  for (let i = 0; i < 2; i++) await api.verify(key);
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  server = await startKeywright({ dataDir: folder, ...known() });
  expect(server.out.text).toContain("is ready at");
  expect(server.out.text + server.out.errors).not.toMatch(/pm_root_|pm_live_/);
  const again = asOperator(server, server.rootKey);
  expect(await again.verify(key)).toMatchObject({ code: "VALID", rate_limit: { remaining: 0 }, quota: { remaining: 97 } });
  expect((await again.verify(key)).code).toBe("RATE_LIMITED");
});
