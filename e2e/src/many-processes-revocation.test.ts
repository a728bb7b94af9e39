import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Change, make, newSubject, passingChanges, revocation, type Subject } from "./changes.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { enough, startVerifiers, type Verifiers } from "./verifiers.ts";

const repetitions = 500;
const verifierCount = 64;
/** A thousand requests a second in all: the changes are what is looked at, and a small machine has something left for them. */
const restMs = 50;
const changes = [...passingChanges, revocation];
const changeOf = (number: number): Change => changes[number % changes.length] ?? revocation;

await describeWithRedis("through four processes", () =>
  describeWithPostgres("and PostgreSQL", (postgres) => {
    let redis: RedisProcess;
    let cluster: Cluster;
    beforeAll(async () => {
      redis = await startRedis();
      cluster = await startCluster({ databaseUrl: await postgres().newDatabase(), redisUrl: redis.url });
    });
    afterAll(async () => {
      await cluster.stop();
      await redis.stop();
    });
    const verifyAllTheTime = ({ body }: Subject): Verifiers =>
      startVerifiers({ servers: cluster.servers, rootKey: cluster.rootKey, count: verifierCount, restMs, body });
    /** Warm in every process, then changed through one, then asked for there again. Answers the change's answer time. */
    const change = async (verifiers: Verifiers, through: number, subject: Subject): Promise<number> => {
      verifiers.begin("valid", subject.body);
      await verifiers.allAnswered();
      verifiers.begin("either");
      const { reply, answeredInMs } = await make(cluster, through, changeOf(through).call(subject));
      verifiers.begin("refused");
      expect(reply.status, reply.text).toBe(200);
      await verifiers.allAnswered();
      return answeredInMs;
    };

    it(`64 clients verify one key all the time, and of ${repetitions} changes through one process none is followed by an accept`, async () => {
      const subjects: Subject[] = [];
      while (subjects.length < repetitions) subjects.push(...(await Promise.all(Array.from({ length: 10 }, (_, number) => newSubject(cluster, number)))));
      const answerTimes: number[] = [];
      const verifiers = verifyAllTheTime(subjects[0] ?? (await newSubject(cluster, 0)));
      for (const [number, subject] of subjects.entries()) answerTimes.push(await change(verifiers, number, subject));
      const seen = await verifiers.stop();
      answerTimes.sort((a, b) => a - b);
      console.log(`${JSON.stringify(seen)}; changes answered in ${answerTimes[250]?.toFixed()} ms (median), ${answerTimes.at(-1)?.toFixed()} ms (longest)`);
      expect(seen).toMatchObject({ stale: 0, wronglyRefused: [], odd: [], unanswered: 0 });
      for (const { refusals } of changes)
        expect(refusals.reduce((sum, code) => sum + (seen.codes[code] ?? 0), 0)).toBeGreaterThanOrEqual(83 * cluster.servers.length * enough);
    }, 600_000);

    it("what is undone is valid in every process when the call answers, and so is the new secret", async () => {
      let subject = await newSubject(cluster, 0);
      const verifiers = verifyAllTheTime(subject);
      for (let number = 0; number < 2 * changes.length; number++) {
        if (changeOf(number) === revocation) continue;
        await change(verifiers, number, subject);
        verifiers.begin("either");
        subject = await undone(cluster, changeOf(number), subject);
      }
      verifiers.begin("valid", subject.body);
      await verifiers.allAnswered();
      expect(await verifiers.stop()).toMatchObject({ stale: 0, wronglyRefused: [], odd: [], unanswered: 0 });
    }, 600_000);
  }),
);

/** The key, valid again: where it has another secret, through one more regeneration. */
const undone = async (cluster: Cluster, { call, undo }: Change, subject: Subject): Promise<Subject> => {
  const { reply } = await make(cluster, 3, (undo ?? call)(subject));
  expect(reply.status, reply.text).toBe(200);
  return { ...subject, body: { ...subject.body, key: reply.json.key ?? subject.body.key } };
};
