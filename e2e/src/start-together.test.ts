import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { clusterSettings, newMasterKey } from "./cluster.ts";
import { asOperator, type Keywright, removeFolder, runCli, startKeywright } from "./keywright-process.ts";

await describeWithRedis("processes that start at once on an empty database, beside Redis", () =>
  describeWithPostgres("on PostgreSQL", (postgres) => {
    let redis: RedisProcess;
    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis.stop());

    const settings = async () => {
      await redis.cli("FLUSHALL");
      const made = await clusterSettings({ databaseUrl: await postgres().newDatabase(), redisUrl: redis.url });
      onTestFinished(() => removeFolder(made.dataDir));
      return made;
    };
    const stopAll = (servers: readonly Keywright[]) => Promise.all(servers.map((server) => server.stop()));

    it("four: one migrates and shows the only root key, and all serve", async () => {
      const { dataDir, env } = await settings();
      const servers = await Promise.all(Array.from({ length: 4 }, () => startKeywright({ dataDir, env })));
      onTestFinished(async () => void (await stopAll(servers)));
      const shown = servers.flatMap(({ rootKey }) => rootKey ?? []);
      expect(shown.length).toBe(1);
      const [rootKey = ""] = shown;
      const rows = (text: string) => postgres().query(env.DATABASE_URL, text);
      const names = (await rows("select name from kysely_migration")).map(({ name }) => name);
      expect(names.length).toBeGreaterThanOrEqual(4);
      expect(new Set(names).size).toBe(names.length);
      expect(await rows("select count(*)::int as count from api_keys")).toEqual([{ count: 1 }]);
      expect(await rows("select count(*)::int as count from tenants")).toEqual([{ count: 1 }]);
      expect(await rows("select count(*)::int as count from audit_log where action = 'root_key.created'")).toEqual([{ count: 1 }]);
      const [tenant] = await rows("select id from tenants");
      // Made by each, and valid by each.
      const keys = await Promise.all(servers.map((server) => asOperator(server, rootKey).createKey(String(tenant?.["id"]))));
      for (const server of servers) for (const { key } of keys) expect(await asOperator(server, rootKey).verify(key)).toMatchObject({ valid: true });
      for (const server of servers) expect((await server.call({ path: "/readyz" })).json).toMatchObject({ status: "ready", checks: { ledger: "ok" } });
    });

    it("a fifth, later: it shows no root key and serves the same keys", async () => {
      const { dataDir, env } = await settings();
      const first = await startKeywright({ dataDir, env });
      const later = await startKeywright({ dataDir, env });
      onTestFinished(async () => void (await stopAll([first, later])));
      expect(first.rootKey).toBeDefined();
      expect(later.rootKey).toBeUndefined();
      expect((await later.call({ path: "/api/v1/platform/tenants", key: first.rootKey })).status).toBe(200);
    });

    it("with another master key: it refuses to start with one sentence, and the others go on", async () => {
      const { dataDir, env } = await settings();
      const server = await startKeywright({ dataDir, env });
      onTestFinished(async () => void (await server.stop()));
      const api = asOperator(server, server.rootKey);
      const { key } = await api.createKey((await api.createTenant()).id);
      const { code, out } = await runCli(["serve"], { ...env, PORT: "0", KEYWRIGHT_DATA_DIR: dataDir, KEYWRIGHT_MASTER_KEY: newMasterKey() });
      // What is not a line of the log.
      const said = `${out.text}${out.errors}`.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
      expect(said).toEqual([expect.stringMatching(/master key/)]);
      expect(code).toBe(1);
      expect(await api.verify(key)).toMatchObject({ valid: true });
      // The right one starts as before.
      const another = await startKeywright({ dataDir, env });
      expect(await asOperator(another, server.rootKey).verify(key)).toMatchObject({ valid: true });
      await another.stop();
    });

    it("at once with two master keys: those of one serve, and the others refuse with one sentence", async () => {
      const { dataDir, env } = await settings();
      const starts = Array.from({ length: 4 }, (_, number) => (number % 2 === 0 ? env : { ...env, KEYWRIGHT_MASTER_KEY: "A".repeat(43).concat("=") }));
      const results = await Promise.allSettled(starts.map((each) => startKeywright({ dataDir, env: each })));
      const started = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
      onTestFinished(async () => void (await stopAll(started)));
      const outcome = results.map(({ status }) => status);
      expect([outcome[0], outcome[1]]).toEqual([outcome[2], outcome[3]]);
      expect(outcome[0]).not.toBe(outcome[1]);
      for (const result of results) if (result.status === "rejected") expect(String(result.reason)).toMatch(/ended with 1:.*master key/s);
      const shown = started.flatMap(({ rootKey }) => rootKey ?? []);
      expect(shown.length).toBe(1);
      for (const server of started) expect((await server.call({ path: "/api/v1/platform/tenants", key: shown[0] })).status).toBe(200);
    });
  }),
);
