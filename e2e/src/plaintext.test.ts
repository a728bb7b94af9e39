import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { asOperator, makeFolder, removeFolder, startKeywright } from "./keywright-process.ts";

const filesUnder = async (folder: string): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
};

it("no plaintext rests: not in database files, sealed file, logs, audit log or error bodies", async () => {
  const dataDir = await makeFolder("plaintext");
  const server = await startKeywright({ dataDir, env: { KEYWRIGHT_LOG_LEVEL: "trace" } });
  const { rootKey = "" } = server;
  const api = asOperator(server, rootKey);
  const tenant = await api.createTenant();
  const create = { method: "POST", path: "/api/v1/platform/api-keys", body: { tenant_id: tenant.id, name: "k", scopes: ["send_email", "read"] } };
  const first = await api.must(201, { ...create, headers: { "idempotency-key": "once" } });
  const second = await api.must(200, { method: "POST", path: `/api/v1/platform/api-keys/${first.id}/regenerate`, body: {} });
  const extra = await api.must(201, { method: "POST", path: "/api/v1/platform/root-keys", body: { name: "r", permissions: ["verify"] } });
  const secrets = [rootKey, first.key, second.key, extra.key];

  // Every way in which a careless caller could make Keywright repeat a key.
  const bodies: string[] = [];
  for (const key of secrets) {
    const careless = [
      { path: `/api/v1/platform/api-keys?api_key=${key}` },
      { path: `/api/v1/platform/api-keys/${key}`, key: rootKey },
      { path: `/${key}` },
      { path: "/api/v1/platform/api-keys?limit=x", key },
      { method: "POST", path: "/api/v1/verify", key: rootKey, body: { key, scopes: key } },
      { method: "POST", path: "/api/v1/verify", key: rootKey, body: `{"key": "${key}"` },
      { method: "POST", path: "/api/v1/verify", key: rootKey, body: { key, [key]: key } },
      { method: "POST", path: "/api/v1/platform/tenants", key: rootKey, body: { name: "n", tier: key } },
      { path: "/api/v1/platform/api-keys", headers: { authorization: `Basic ${key}` } },
      { path: "/api/v1/platform/api-keys", key: `${key}x` },
      { path: "/api/v1/forward-auth", headers: { "x-keywright-root-key": key, "x-api-key": key, authorization: `Bearer ${key}` } },
      { path: `/api/v1/forward-auth?scopes=${key}`, headers: { "x-keywright-root-key": rootKey, "x-api-key": first.key } },
    ];
    for (const call of careless) {
      const reply = await server.call(call);
      bodies.push(reply.text + JSON.stringify(reply.headers));
    }
    await server.call({ method: "POST", path: "/api/v1/verify", key: rootKey, body: { key } });
  }
  await api.revoke(first.id, "done");
  bodies.push(JSON.stringify(await api.must(200, { path: "/api/v1/platform/audit-log" })));
  expect(await server.stop()).toEqual({ code: 0, signal: null });

  const printed = server.out.text.replaceAll(rootKey, "");
  const rest = [...bodies, printed, server.out.errors, ...(await Promise.all((await filesUnder(dataDir)).map((file) => readFile(file, "latin1"))))];
  expect(rest.length).toBeGreaterThan(50);
  for (const secret of secrets) {
    const body = secret.slice(secret.lastIndexOf("_") + 1);
    for (const text of rest) {
      expect(text.includes(body) ? text.slice(Math.max(0, text.indexOf(body) - 200), text.indexOf(body)) : "clean").toBe("clean");
      expect(text.includes(Buffer.from(secret).toString("base64").slice(0, 40))).toBe(false);
    }
  }
  expect(server.out.text.split(rootKey).length - 1).toBe(2);
  await removeFolder(dataDir);
});
