import { once } from "node:events";
import { connect } from "node:net";
import { expect, it } from "vitest";
import { asOperator, moderateBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

it("SIGTERM: requests in flight are answered, counts are kept, the exit code is 0", async () => {
  const dataDir = await copyTemplate("stop");
  let server = await startKeywright({ dataDir, env: moderateBcrypt, ...known() });
  const { rootKey } = server;
  const api = asOperator(server, rootKey);
  const tenant = await api.createTenant();
  const { key, id } = await api.createKey(tenant.id);
  for (let i = 0; i < 25; i++) await api.verify(key);
  // Creations take a bcrypt each: they are under way when the signal arrives.
  const body = { tenant_id: tenant.id, name: "late", scopes: ["send_email"] };
  const late = Array.from({ length: 4 }, () => server.call({ method: "POST", path: "/api/v1/platform/api-keys", key: rootKey, body }));
  await api.verify(key);
  server.process.kill("SIGTERM");
  const statuses = (await Promise.all(late)).map(({ status }) => status);
  expect(await server.ended()).toEqual({ code: 0, signal: null });
  expect(statuses).toEqual([201, 201, 201, 201]);

  server = await startKeywright({ dataDir, env: moderateBcrypt, ...known() });
  const usage = await asOperator(server, rootKey).must(200, { path: `/api/v1/platform/api-keys/${id}/usage` });
  expect(usage.requests).toBe(26);
  await server.stop();
  await removeFolder(dataDir);
});

it("SIGTERM ends a server within 10 s also while a client holds a half-sent request", async () => {
  const dataDir = await copyTemplate("stop-idle");
  const server = await startKeywright({ dataDir, env: moderateBcrypt, ...known() });
  const socket = connect(Number(new URL(server.base).port), "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {});
  socket.write("POST /api/v1/verify HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n");
  await server.call({ path: "/healthz" });
  const startedMs = performance.now();
  expect(await server.stop()).toEqual({ code: 0, signal: null });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  socket.destroy();
  await removeFolder(dataDir);
});
