import { describeWithPostgres, describeWithRedis, startRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./cluster.ts";
import { asOperator, type Call, type Keywright, makeFolder, quickBcrypt, type Reply, removeFolder, startKeywright } from "./keywright-process.ts";

const masterKey = Buffer.alloc(32, 7).toString("base64");
const killPoint = new URL("./kill-point.mjs", import.meta.url).href;
/** What a change of a key writes, and its transaction's ends. */
const writes = '^commit|^\\s*(insert into|update) "?(api_keys|key_secrets|announcements)|insert into "audit_log|sealed_secrets';
const delivers = "^commit|usage_moves|usage_hourly|usage_daily|usage_advance|usage_add_totals|key_activity|budget_states|ledger_cut|ledger_moves";
/** More statements than any of these operations has. */
const maxPoints = 40;

const untilSo = (what: string, isSo: () => Promise<boolean>): Promise<true> => until(what, async () => ((await isSo()) ? true : undefined), { everyMs: 100 });

interface Installation {
  readonly env: Record<string, string>;
  readonly dataDir: string;
  readonly survivor: Keywright;
  readonly rootKey: string;
}

const install = async (addresses: Record<string, string>): Promise<Installation> => {
  const dataDir = await makeFolder("kill-points");
  const env = { ...quickBcrypt, ...addresses, KEYWRIGHT_MASTER_KEY: masterKey, KEYWRIGHT_LOG_LEVEL: "warn" };
  const survivor = await startKeywright({ dataDir, env });
  return { env, dataDir, survivor, rootKey: survivor.rootKey ?? "" };
};

const remove = async ({ survivor, dataDir }: Installation): Promise<void> => {
  await survivor.stop();
  await removeFolder(dataDir);
};

interface Point {
  readonly pattern: string;
  readonly after: number;
}

/** A server that will kill itself. */
const startVictim = async ({ env, dataDir, rootKey }: Installation, { pattern, after }: Point): Promise<Keywright> => {
  const kill = { NODE_OPTIONS: `--import ${killPoint}`, KILL_PATTERN: pattern, KILL_AFTER: String(after) };
  const victim = await startKeywright({ dataDir, rootKey, env: { ...env, ...kill } });
  victim.process.kill("SIGUSR2");
  await untilSo("the victim is armed", async () => victim.out.errors.includes("armed"));
  return victim;
};

/** Does the call on a victim that dies at each point in turn, until it comes through; `check` looks at what each left behind. */
const dieEverywhere = async (
  installation: Installation,
  prepare: () => Promise<{ readonly call: Call; readonly check: (reply: Reply | undefined) => Promise<void> }>,
): Promise<number> => {
  for (let after = 1; after <= maxPoints; after++) {
    const { call, check } = await prepare();
    const victim = await startVictim(installation, { pattern: writes, after });
    const reply = await victim.call({ key: installation.rootKey, ...call }).catch(() => undefined);
    await victim.kill();
    await check(reply);
    if (reply !== undefined) return after - 1;
  }
  throw new Error(`There are more than ${maxPoints} points.`);
};

await describeWithRedis("a process that is killed", () =>
  describeWithPostgres("on PostgreSQL", (server) => {
    describe("and Redis", () => {
      let redis: Awaited<ReturnType<typeof startRedis>>;
      let here: Installation;
      let tenantId: string;
      const api = () => asOperator(here.survivor, here.rootKey);
      const codeOf = async (key: string): Promise<string> => (await api().verify(key, { dry_run: true })).code;
      beforeAll(async () => {
        redis = await startRedis();
        here = await install({ DATABASE_URL: await server().newDatabase(), REDIS_URL: redis.url });
        tenantId = (await api().createTenant()).id;
      });
      afterAll(async () => {
        await remove(here);
        await redis.stop();
      });

      it("at any point of a creation leaves a whole key or none", async () => {
        const list = async () =>
          (await api().must(200, { path: `/api/v1/platform/api-keys?tenant_id=${tenantId}&limit=100` })).data as { id: string; status: string }[];
        const points = await dieEverywhere(here, async () => {
          const before = (await list()).length;
          return {
            call: { method: "POST", path: "/api/v1/platform/api-keys", body: { tenant_id: tenantId, name: "k", scopes: ["send_email"] } },
            check: async (reply) => {
              const [newest, ...others] = await list();
              expect(others.length + 1 - before).toBeLessThanOrEqual(1);
              if (reply === undefined) return;
              expect([reply.status, newest?.id, await codeOf(reply.json.key)]).toEqual([201, reply.json.id, "VALID"]);
            },
          };
        });
        expect(points).toBeGreaterThan(4);
      });

      const checkRevoked = async ({ id, key }: { id: string; key: string }, reply: Reply | undefined): Promise<void> => {
        const { status } = await api().must(200, { path: `/api/v1/platform/api-keys/${id}` });
        if (reply !== undefined) expect([reply.status, reply.json.enforced, status]).toEqual([200, true, "revoked"]);
        if (status === "active") expect(await codeOf(key)).toBe("VALID");
        else await untilSo("the revocation is in force", async () => (await codeOf(key)) === "REVOKED");
      };

      it("at any point of a revocation leaves the key as it was, or refused everywhere within seconds", async () => {
        const points = await dieEverywhere(here, async () => {
          const { id, key } = await api().createKey(tenantId);
          expect((await api().verify(key)).code).toBe("VALID");
          return {
            call: { method: "DELETE", path: `/api/v1/platform/api-keys/${id}`, body: { reason: "leaked" } },
            check: (reply) => checkRevoked({ id, key }, reply),
          };
        });
        expect(points).toBeGreaterThan(3);
      });

      it("at any point of a regeneration leaves the old secret, or the new one alone within seconds", async () => {
        const points = await dieEverywhere(here, async () => {
          const { id, key } = await api().createKey(tenantId);
          expect((await api().verify(key)).code).toBe("VALID");
          return {
            call: { method: "POST", path: `/api/v1/platform/api-keys/${id}/regenerate`, body: { grace_seconds: 0 } },
            check: async (reply) => {
              const { headers } = await here.survivor.call({ path: `/api/v1/platform/api-keys/${id}`, key: here.rootKey });
              if (headers.etag === '"1"') return expect(await codeOf(key)).toBe("VALID");
              await untilSo("the old secret is refused", async () => (await codeOf(key)) !== "VALID");
              if (reply !== undefined) expect(await codeOf(reply.json.key)).toBe("VALID");
            },
          };
        });
        expect(points).toBeGreaterThan(4);
      });
    });

    it("at any point of a delivery of counts neither loses nor doubles one", async () => {
      const here = await install({ DATABASE_URL: await server().newDatabase() });
      const api = asOperator(here.survivor, here.rootKey);
      const tenant = await api.createTenant();
      const { id, key } = await api.createKey(tenant.id);
      let verified = 0;
      for (let after = 1; after <= 8; after++) {
        const victim = await startVictim(here, { pattern: delivers, after });
        const answers = await Promise.all(
          Array.from({ length: 20 }, () => victim.call({ method: "POST", path: "/api/v1/verify", key: here.rootKey, body: { key } }).catch(() => undefined)),
        );
        const answered = answers.filter((answer) => answer?.json?.code === "VALID").length;
        // A request whose answer was lost may be counted.
        const lost = answers.length - answered;
        await victim.kill();
        const read = async (): Promise<number> => (await api.must(200, { path: `/api/v1/platform/api-keys/${id}/usage` })).requests;
        await untilSo("all counts are home", async () => (await read()) >= verified + answered);
        const now = await read();
        expect(now).toBeLessThanOrEqual(verified + answered + lost);
        verified = now;
      }
      await remove(here);
    });
  }),
);
