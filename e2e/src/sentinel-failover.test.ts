import { describeWithPostgres, describeWithRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { make, newSubject, revocation, type Subject } from "./changes.ts";
import { type Cluster, startCluster, until } from "./cluster.ts";
import { startVerifiers, type Verifiers } from "./verifiers.ts";
import { startWatchedRedis, untilSaid, type WatchedRedis } from "./watched-redis.ts";

/** Far beyond what a change takes while the ledger is being replaced (4 to 5 s: the deadline of a command, and the wait for leases), for a busy machine. */
const boundMs = 15_000;

await describeWithRedis("three sentinels, a primary and a replica", () =>
  describeWithPostgres("under three processes on PostgreSQL", (postgres) => {
    let watched: WatchedRedis;
    let cluster: Cluster;
    beforeAll(async () => {
      watched = await startWatchedRedis();
      cluster = await startCluster({ databaseUrl: await postgres().newDatabase(), redisUrl: watched.sentinels.url, count: 3 });
    });
    afterAll(async () => {
      await cluster.stop();
      await watched.stop();
    });

    const verifyWithoutPause = async (subject: Subject): Promise<Verifiers> => {
      const verifiers = startVerifiers({ servers: cluster.servers, rootKey: cluster.rootKey, count: 24, body: subject.body });
      verifiers.begin("valid");
      await verifiers.allAnswered();
      return verifiers;
    };
    const allWell = () =>
      Promise.all(
        cluster.servers.map((server) =>
          until("a process is on its ledger again", async () => ((await server.call({ path: "/readyz" })).json.checks.ledger === "ok" ? true : undefined), {
            deadlineMs: 60_000,
          }),
        ),
      );
    /** Revokes through one process; answers how long that took. Where it is not in force yet, waits until the job has made it so. */
    const revoke = async (verifiers: Verifiers, through: number, subject: Subject): Promise<number> => {
      verifiers.begin("either");
      const { reply, answeredInMs } = await make(cluster, through, revocation.call(subject));
      expect([reply.status, reply.json.enforced], reply.text).toEqual([200, true]);
      verifiers.begin("refused");
      await verifiers.allAnswered();
      return answeredInMs;
    };

    it("the primary freezes, the replica is promoted, the primary thaws: nothing revoked is accepted, and a revocation answers in time", async () => {
      const subjects = await Promise.all([0, 1, 2].map((number) => newSubject(cluster, number)));
      const [first, second, third] = subjects as [Subject, Subject, Subject];
      const verifiers = await verifyWithoutPause(first);
      watched.primary.pause();
      const frozenMs = await revoke(verifiers, 0, first);

      verifiers.begin("valid", second.body);
      await untilSaid(watched.replica, "role:master");
      await verifiers.allAnswered();
      const promotedMs = await revoke(verifiers, 1, second);

      // Those who held a connection to the former primary may still have it.
      verifiers.begin("valid", third.body);
      watched.primary.resume();
      await verifiers.allAnswered();
      const thawedMs = await revoke(verifiers, 2, third);
      await allWell();
      verifiers.again();
      await verifiers.allAnswered();
      const seen = await verifiers.stop();
      console.log(`revoke answered in ${[frozenMs, promotedMs, thawedMs].map(Math.round).join(", ")} ms (frozen, promoted, thawed); ${JSON.stringify(seen)}`);
      expect(seen).toMatchObject({ stale: 0, wronglyRefused: [], odd: [], unanswered: 0 });
      for (const ms of [frozenMs, promotedMs, thawedMs]) expect(ms).toBeLessThan(boundMs);
    }, 300_000);
  }),
);
