import { describeWithPostgres, describeWithRedis } from "@keywright/drivers/testing";
import { expect, it, onTestFinished } from "vitest";
import { openScene } from "./outage-scene.ts";

await describeWithRedis("a Redis that is paused again and again under load,", () =>
  describeWithPostgres("beside PostgreSQL,", (postgres) => {
    it("does late what was done elsewhere meanwhile, and that is not counted a second time", async () => {
      const scene = await openScene({ postgres: postgres() });
      onTestFinished(() => scene.close());
      for (let round = 0; round < 3; round++) {
        scene.redis.pause();
        await scene.allAnswered();
        scene.redis.resume();
        await scene.isWell();
        await scene.allAnswered();
      }
      const report = await scene.finish();
      console.log(`paused three times: ${JSON.stringify(report)}`);
      expect(report).toMatchObject({ stale: 0, wronglyRefused: [], odd: [] });
    }, 300_000);
  }),
);
