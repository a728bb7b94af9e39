import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { afterEach, expect, it } from "vitest";
import { until } from "./cluster.ts";
import type { Keywright } from "./keywright-process.ts";
import { openScene, type Scene } from "./outage-scene.ts";

/** 300 ms for a command, 500 ms for PostgreSQL in its place, and what a busy machine adds. */
const gapBoundMs = 3_000;

const dumpOf = async (redis: RedisProcess): Promise<string> => {
  await redis.cli("SAVE");
  const [, folder = ""] = (await redis.cli("CONFIG", "GET", "dir")).split("\n");
  return join(folder, "dump.rdb");
};

await describeWithRedis("while Redis fails under load,", () =>
  describeWithPostgres("beside PostgreSQL", (postgres) => {
    let scene: Scene;
    const open = async (policy: object = {}): Promise<Scene> => {
      scene = await openScene({ postgres: postgres(), policy });
      return scene;
    };
    afterEach(() => scene.close());

    const finish = async (what: string, answeredInMs: number): Promise<void> => {
      await scene.isWell();
      await scene.allAnswered();
      const report = await scene.finish();
      console.log(`${what}: changes answered in ${answeredInMs.toFixed()} ms at most; ${JSON.stringify(report)}`);
      expect(report).toMatchObject({ stale: 0, wronglyRefused: [], odd: [] });
      expect(report.longestGapMs).toBeLessThan(gapBoundMs);
    };

    it("killed and restarted empty: changes in the outage are followed by no accept, then or later", async () => {
      const { redis, change, calm, isWell, wakeSleeper, allAnswered } = await open();
      await redis.kill();
      const answeredInMs = await change();
      await allAnswered();
      await calm();
      await redis.start();
      await isWell();
      await wakeSleeper();
      await finish("killed, restarted empty", answeredInMs);
    }, 300_000);

    it("killed after a change, and restarted from a snapshot that was taken just before it", async () => {
      const { redis, change, calm, isWell, wakeSleeper, allAnswered } = await open();
      await dumpOf(redis);
      const answeredInMs = await change();
      await allAnswered();
      await calm();
      await redis.kill();
      await redis.start();
      await isWell();
      await wakeSleeper();
      await finish("restarted from a snapshot of before the change", answeredInMs);
    }, 300_000);

    it("restarted from a snapshot of two hours ago: its mark says what it has to be told", async () => {
      const { redis, change, calm, isWell, wakeSleeper, allAnswered, databaseUrl } = await open();
      const dump = await dumpOf(redis);
      // The dump as it was two hours ago: its mark is older than the changes, and they are older than what every ledger is told anyway.
      const old = await startRedis();
      const aged = await dumpOf(old);
      await old.kill();
      await copyFile(dump, aged);
      await old.start();
      const marks = (await old.cli("KEYS", "*#mark")).split("\n");
      expect(marks.length).toBe(1);
      await old.cli("SET", marks[0] ?? "", String(Date.now() - 2 * 3_600_000));
      await dumpOf(old);
      const answeredInMs = await change();
      await postgres().query(databaseUrl, "update announcements set made_at = made_at - interval '1 hour', settled_at = settled_at - interval '1 hour'");
      await allAnswered();
      await calm();
      await redis.kill();
      await copyFile(aged, dump);
      await redis.start();
      await old.stop();
      await isWell();
      await wakeSleeper();
      await finish("restarted from a snapshot of two hours ago", answeredInMs);
    }, 300_000);

    it("paused until the changes have been answered, which takes no more than seconds, and then resumed", async () => {
      const { redis, change, calm, isWell, wakeSleeper, allAnswered } = await open();
      redis.pause();
      const answeredInMs = await change();
      await allAnswered();
      await calm();
      redis.resume();
      await isWell();
      await wakeSleeper();
      await finish("paused", answeredInMs);
    }, 300_000);

    it("killed, where the operator would rather deny: every process answers 503 with Retry-After and accepts nothing until it is back", async () => {
      const { redis, bystander, cluster, change, wakeSleeper } = await open({ on_ledger_outage: "deny" });
      bystander.begin("either");
      await redis.kill();
      const denies = async (server: Keywright) =>
        (await server.call({ path: "/api/v1/platform/tenants", key: cluster.rootKey })).status === 503 ? true : undefined;
      await Promise.all(cluster.servers.map((server) => until("a process denies", () => denies(server))));
      bystander.begin("refused");
      const { unavailable } = bystander.seen;
      await until("many were refused", async () => (bystander.seen.unavailable > unavailable + 100 ? true : undefined));
      bystander.begin("either");
      await redis.start();
      await scene.isWell();
      bystander.begin("valid");
      const answeredInMs = await change();
      await wakeSleeper();
      await finish("killed, denying", answeredInMs);
    }, 300_000);
  }),
);
