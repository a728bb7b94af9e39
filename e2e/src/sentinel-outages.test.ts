import { describeWithPostgres, describeWithRedis, type RedisProcess, type Sentinels, startRedis, startSentinels } from "@keywright/drivers/testing";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { until } from "./cluster.ts";
import { openScene, type Scene } from "./outage-scene.ts";

await describeWithRedis("a failover by three sentinels, under load through four processes,", () =>
  describeWithPostgres("beside PostgreSQL:", (postgres) => {
    let primary: RedisProcess;
    let replica: RedisProcess;
    let sentinels: Sentinels;
    let scene: Scene;

    const says = (server: RedisProcess, section: string, line: string) =>
      until(`Redis says ${line}`, async () => ((await server.cli("INFO", section)).includes(line) ? true : undefined));

    beforeEach(async () => {
      primary = await startRedis();
      replica = await startRedis({ replicaOf: primary });
      await says(replica, "replication", "master_link_status:up");
      sentinels = await startSentinels(primary);
      for (const { cli } of sentinels.processes) {
        await until("sentinels know each other", async () =>
          /num-slaves\n1\nnum-other-sentinels\n2\n/.test(await cli("SENTINEL", "MASTER", "keywright")) ? true : undefined,
        );
      }
      scene = await openScene({ postgres: postgres(), watched: { url: sentinels.url, atLast: replica } });
    });
    afterEach(async () => {
      await scene.close();
      for (const each of [sentinels, primary, replica]) await each.stop();
    });

    const finish = async (what: string, answeredInMs: number): Promise<void> => {
      await scene.wakeSleeper();
      await scene.allAnswered();
      const report = await scene.finish();
      console.log(`${what}: changes answered in ${answeredInMs.toFixed()} ms at most; ${JSON.stringify(report)}`);
      expect(report).toMatchObject({ stale: 0, wronglyRefused: [], odd: [] });
    };

    it("changes while the primary is frozen are followed by no accept, then, after the promotion, and after the thaw", async () => {
      primary.pause();
      const answeredInMs = await scene.change();
      await scene.allAnswered();
      await says(replica, "replication", "role:master");
      await scene.isWell();
      await scene.allAnswered();
      await scene.calm();
      primary.resume();
      await says(primary, "replication", "role:slave");
      await scene.isWell();
      await finish("primary frozen", answeredInMs);
    }, 300_000);

    it("a replica that missed the changes is promoted, and is told them before it is used", async () => {
      replica.pause();
      const answeredInMs = await scene.change();
      await scene.allAnswered();
      await scene.calm();
      primary.pause();
      replica.resume();
      await says(replica, "replication", "role:master");
      await scene.isWell();
      await finish("replica behind", answeredInMs);
      primary.resume();
    }, 300_000);

    it("a process that was frozen together with the primary, and still holds its connection: changes answer 202, and are in force when it has gone on", async () => {
      const frozen = scene.cluster.at(3).process;
      // Nothing is asked of it that it could not answer.
      await scene.bystander.stop();
      frozen.kill("SIGSTOP");
      onTestFinished(() => void frozen.kill("SIGCONT"));
      primary.pause();
      const seen: number[] = [];
      const answeredInMs = await scene.change((statuses) => {
        seen.push(...statuses);
        frozen.kill("SIGCONT");
        primary.resume();
      });
      expect(new Set(seen)).toEqual(new Set([202]));
      await scene.isWell();
      await scene.calm();
      await finish("a process frozen", answeredInMs);
    }, 300_000);
  }),
);
