import { describeWithPostgres, describeWithRedis } from "@keywright/drivers/testing";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { openScene, type Scene } from "./outage-scene.ts";
import { startWatchedRedis, untilSaid, type WatchedRedis } from "./watched-redis.ts";

await describeWithRedis("a failover by three sentinels, under load through four processes,", () =>
  describeWithPostgres("beside PostgreSQL:", (postgres) => {
    let watched: WatchedRedis;
    let scene: Scene;

    beforeEach(async () => {
      watched = await startWatchedRedis();
      scene = await openScene({ postgres: postgres(), watched: { url: watched.sentinels.url, atLast: watched.replica } });
    });
    afterEach(async () => {
      await scene.close();
      await watched.stop();
    });

    const finish = async (what: string, answeredInMs: number): Promise<void> => {
      await scene.wakeSleeper();
      await scene.allAnswered();
      const report = await scene.finish();
      console.log(`${what}: changes answered in ${answeredInMs.toFixed()} ms at most; ${JSON.stringify(report)}`);
      expect(report).toMatchObject({ stale: 0, wronglyRefused: [], odd: [] });
    };

    it("changes while the primary is frozen are followed by no accept, then, after the promotion, and after the thaw", async () => {
      watched.primary.pause();
      const answeredInMs = await scene.change();
      await scene.allAnswered();
      await untilSaid(watched.replica, "role:master");
      await scene.isWell();
      await scene.allAnswered();
      await scene.calm();
      watched.primary.resume();
      await untilSaid(watched.primary, "role:slave");
      await scene.isWell();
      await finish("primary frozen", answeredInMs);
    }, 300_000);

    it("a replica that missed the changes is promoted, and is told them before it is used", async () => {
      watched.replica.pause();
      const answeredInMs = await scene.change();
      await scene.allAnswered();
      await scene.calm();
      watched.primary.pause();
      watched.replica.resume();
      await untilSaid(watched.replica, "role:master");
      await scene.isWell();
      await finish("replica behind", answeredInMs);
      watched.primary.resume();
    }, 300_000);

    it("a process that was frozen together with the primary, and still holds its connection: changes answer 202, and are in force when it has gone on", async () => {
      const frozen = scene.cluster.at(3).process;
      // Nothing is asked of it that it could not answer.
      await scene.bystander.stop();
      frozen.kill("SIGSTOP");
      onTestFinished(() => void frozen.kill("SIGCONT"));
      watched.primary.pause();
      const seen: number[] = [];
      const answeredInMs = await scene.change((statuses) => {
        seen.push(...statuses);
        frozen.kill("SIGCONT");
        watched.primary.resume();
      });
      expect(new Set(seen)).toEqual(new Set([202]));
      await scene.isWell();
      await scene.calm();
      await finish("a process frozen", answeredInMs);
    }, 300_000);
  }),
);
