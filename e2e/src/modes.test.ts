import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { until } from "./cluster.ts";
import { asOperator, cleanEnv, quickBcrypt, removeFolder, root, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

it("the flag off: management does not exist, and keys already issued go on being verified", async () => {
  const dataDir = await copyTemplate("flag");
  let server = await startKeywright({ dataDir, env: quickBcrypt, ...known() });
  const tenant = await asOperator(server, server.rootKey).createTenant();
  const { key } = await asOperator(server, server.rootKey).createKey(tenant.id);
  await server.stop();
  server = await startKeywright({ dataDir, env: { ...quickBcrypt, KEYWRIGHT_API_KEY_MANAGEMENT: "off" }, ...known() });
  const api = asOperator(server, server.rootKey);
  expect((await api.must(404, { path: `/api/v1/platform/api-keys?tenant_id=${tenant.id}` })).code).toBe("FEATURE_DISABLED");
  expect((await api.verify(key)).code).toBe("VALID");
  await server.stop();
  await removeFolder(dataDir);
});

it("the flag by tenant, from a file and from a server that dies: management goes by it, and keys already issued by nothing but themselves", async () => {
  const dataDir = await copyTemplate("flag-by-tenant");
  const file = join(dataDir, "flags.json");
  const off = (...tenants: readonly string[]) => writeFile(file, flagsOffFor(tenants));
  await off();
  let server = await startKeywright({ dataDir, env: { ...quickBcrypt, KEYWRIGHT_FLAGS_FILE: file }, ...known() });
  const api = asOperator(server, server.rootKey);
  const [one, two] = [await api.createTenant(), await api.createTenant()];
  const { key } = await api.createKey(one.id);
  const keysOf = (id: string) => ({ path: `/api/v1/platform/api-keys?tenant_id=${id}` });
  await off(one.id);
  await until("the flag is off", async () =>
    (await server.call({ key: server.rootKey, ...keysOf(one.id) })).json.code === "FEATURE_DISABLED" ? true : undefined,
  );
  await api.must(200, keysOf(two.id));
  expect((await api.verify(key)).code).toBe("VALID");
  expect((await server.call({ path: "/readyz" })).json).toMatchObject({ status: "ready", checks: { flags: "ok" } });
  await server.stop();

  // Nobody listens at the discard port.
  const dead = { KEYWRIGHT_FLAGS_URL: "http://127.0.0.1:9", KEYWRIGHT_API_KEY_MANAGEMENT: "off" };
  server = await startKeywright({ dataDir, env: { ...quickBcrypt, ...dead }, ...known() });
  const again = asOperator(server, server.rootKey);
  for (const { id } of [one, two]) expect((await again.must(404, keysOf(id))).code).toBe("FEATURE_DISABLED");
  expect((await again.verify(key)).code).toBe("VALID");
  const ready = await server.call({ path: "/readyz" });
  expect(ready.status).toBe(200);
  expect(ready.json.checks.flags).toMatch(/^degraded: The flag server at http:\/\/127\.0\.0\.1:9 is out of reach/);
  await server.stop();
  await removeFolder(dataDir);
});

const flagsOffFor = (tenants: readonly string[]): string =>
  JSON.stringify({
    flags: {
      "enable-api-key-management": {
        state: "ENABLED",
        variants: { on: true, off: false },
        defaultVariant: "on",
        targeting: { if: [{ in: [{ var: "targetingKey" }, tenants] }, "off"] },
      },
    },
  });

it("the engine as a library gives the verdicts of the server, and its counts reach the store", async () => {
  const dataDir = await copyTemplate("in-process");
  let server = await startKeywright({ dataDir, env: quickBcrypt, ...known() });
  const tenant = await asOperator(server, server.rootKey).createTenant();
  const { key, id } = await asOperator(server, server.rootKey).createKey(tenant.id);
  const overHttp = await asOperator(server, server.rootKey).verify(key, { dry_run: true });
  await server.stop();
  const script = `
    import { openEngine } from ${JSON.stringify(join(root, "apps/server/dist/index.js"))};
    const engine = await openEngine({ dataDir: ${JSON.stringify(dataDir)} });
    const key = ${JSON.stringify(key)};
    const dry = await engine.verify({ key, dry_run: true });
    const verdicts = [];
    for (const scopes of [["send_email"], ["manage_contacts"]]) verdicts.push((await engine.verify({ key, scopes })).code);
    await engine.close();
    console.log(JSON.stringify({ dry, verdicts }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: root, env: cleanEnv({}) });
  expect(JSON.parse(stdout)).toEqual({ dry: overHttp, verdicts: ["VALID", "INSUFFICIENT_SCOPE"] });
  server = await startKeywright({ dataDir, env: quickBcrypt, ...known() });
  const usage = await asOperator(server, server.rootKey).must(200, { path: `/api/v1/platform/api-keys/${id}/usage` });
  expect({ requests: usage.requests, errors: usage.errors }).toEqual({ requests: 2, errors: { INSUFFICIENT_SCOPE: 1 } });
  await server.stop();
  await removeFolder(dataDir);
});
