import { describeWithPostgres, describeWithRedis, type PostgresServer } from "@keywright/drivers/testing";
import { afterEach, expect, it } from "vitest";
import { make, newSubject, revocation, type Subject } from "./changes.ts";
import { type Cluster, until } from "./cluster.ts";
import type { Keywright } from "./keywright-process.ts";
import { allTold, openScene, type Scene } from "./outage-scene.ts";

/** 3 s of lease, a second until the store is known to be away, and what a busy machine adds. */
const gapBoundMs = 3_000 + 1_000 + 2_000;

await describeWithRedis("while PostgreSQL fails under load,", () =>
  describeWithPostgres("beside Redis", (postgres) => {
    let scene: Scene;
    const open = async (policy: object = {}): Promise<Scene> => {
      scene = await openScene({ postgres: postgres(), policy });
      return scene;
    };
    afterEach(() => scene.close());

    const finish = async (what: string, answeredInMs: number): Promise<void> => {
      await scene.allAnswered();
      const report = await scene.finish();
      console.log(`${what}: changes answered in ${answeredInMs.toFixed()} ms at most; ${JSON.stringify(report)}`);
      expect(report).toMatchObject({ stale: 0, wronglyRefused: [], odd: [] });
      expect(report.longestGapMs).toBeLessThan(gapBoundMs);
    };

    /** Every process says that the store is away. */
    const isKnownToBeAway = (): Promise<unknown> => {
      const saysSo = async (server: Keywright) => ((await server.call({ path: "/readyz" })).json?.checks.store === "ok" ? undefined : true);
      return Promise.all(scene.cluster.servers.map((server) => until("a process knows that the store is away", () => saysSo(server))));
    };

    /** What a key that no process has read is answered, and a change of one that all know: both need the store. */
    const refusesTheCold = async (key: string): Promise<void> => {
      const { cluster } = scene;
      const body = { key };
      const verified = await cluster.at(1).call({ method: "POST", path: "/api/v1/verify", key: cluster.rootKey, body });
      expect(verified.status, verified.text).toBe(503);
      expect(verified.headers["retry-after"]).toMatch(/^[1-9]\d*$/);
      const created = await cluster.at(2).call({ method: "POST", path: "/api/v1/platform/tenants", key: cluster.rootKey, body: { name: "Late" } });
      expect(created.status, created.text).toBe(503);
    };

    const warmGoOn = async (stopStore: (store: PostgresServer) => Promise<void>, startStore: (store: PostgresServer) => Promise<void>): Promise<number> => {
      const { cluster, allAnswered, calm, isWell, change, wakeSleeper } = await open();
      const cold = await newSubject(cluster, 0);
      await stopStore(postgres());
      await isKnownToBeAway();
      await allAnswered();
      await refusesTheCold(cold.body.key);
      await allAnswered();
      await startStore(postgres());
      await isWell();
      const answeredInMs = await change();
      await allAnswered();
      await calm();
      await wakeSleeper();
      expect((await make(cluster, 3, { method: "POST", path: "/api/v1/verify", body: cold.body })).reply.json).toMatchObject({ valid: true });
      return answeredInMs;
    };

    it("killed and restarted: warm keys go on, cold ones and changes answer 503 with Retry-After, and then all is as before", async () => {
      const answeredInMs = await warmGoOn(
        (store) => store.kill(),
        (store) => store.start(),
      );
      await finish("killed and restarted", answeredInMs);
    }, 300_000);

    it("paused and resumed: the same", async () => {
      const answeredInMs = await warmGoOn(
        (store) => store.pause(),
        (store) => store.resume(),
      );
      await finish("paused and resumed", answeredInMs);
    }, 300_000);

    it("killed, where the operator would rather deny: every process answers 503 and accepts nothing until it is back", async () => {
      const { bystander, cluster, allAnswered, calm, change, isWell, wakeSleeper } = await open({ on_store_outage: "deny" });
      bystander.begin("either");
      await postgres().kill();
      // The caller has to be looked at in the ledger, and nothing in the store: a single junk key is answered without either.
      const denies = async (server: Keywright) =>
        (await server.call({ method: "POST", path: "/api/v1/verify/batch", key: cluster.rootKey, body: { requests: [{ key: "junk" }] } })).status === 503
          ? true
          : undefined;
      await Promise.all(cluster.servers.map((server) => until("a process denies", () => denies(server))));
      bystander.begin("refused");
      const { unavailable } = bystander.seen;
      await until("many were refused", async () => (bystander.seen.unavailable > unavailable + 100 ? true : undefined));
      bystander.begin("either");
      await postgres().start();
      await isWell();
      bystander.begin("valid");
      const answeredInMs = await change();
      await allAnswered();
      await calm();
      await wakeSleeper();
      await finish("killed, denying", answeredInMs);
    }, 300_000);

    it("killed together with Redis: nothing is accepted by guess, and when both are back a change is in force", async () => {
      const { redis, bystander, cluster, allAnswered, calm, change, isWell, wakeSleeper } = await open();
      bystander.begin("either");
      await Promise.all([postgres().kill(), redis.kill()]);
      const denies = async (server: Keywright) =>
        (await server.call({ path: "/api/v1/platform/tenants", key: cluster.rootKey })).status === 503 ? true : undefined;
      await Promise.all(cluster.servers.map((server) => until("a process denies", () => denies(server))));
      bystander.begin("refused");
      const { unavailable } = bystander.seen;
      await until("many were refused", async () => (bystander.seen.unavailable > unavailable + 100 ? true : undefined));
      bystander.begin("either");
      await redis.start();
      await postgres().start();
      await isWell();
      bystander.begin("valid");
      const answeredInMs = await change();
      await allAnswered();
      await calm();
      await wakeSleeper();
      await finish("both killed", answeredInMs);
    }, 300_000);

    it("killed while changes are under way: one that was answered is in force, one that was not is done or not, and then as it was done", async () => {
      const { cluster, isWell } = await open();
      const subjects: Subject[] = [];
      while (subjects.length < 150) subjects.push(...(await Promise.all(Array.from({ length: 10 }, (_, number) => newSubject(cluster, number)))));
      const statuses = new Map<Subject, number>();
      const left = subjects.values();
      const revoking = Promise.all(Array.from({ length: 8 }, (_, through) => revokeInTurn({ cluster, left, statuses }, through)));
      await until("some are revoked", async () => (statuses.size > 4 ? true : undefined));
      await postgres().kill();
      await revoking;
      await postgres().start();
      await isWell();
      await allTold(scene);
      for (const [subject, answered] of statuses) await isAsAnswered(cluster, subject, answered);
      const answers = [...statuses.values()];
      console.log(`killed among changes: ${[200, 202, 503].map((status) => `${answers.filter((each) => each === status).length} × ${status}`)}`);
      expect(answers).toContain(503);
    }, 300_000);
  }),
);

interface Revoking {
  readonly cluster: Cluster;
  readonly left: IterableIterator<Subject>;
  readonly statuses: Map<Subject, number>;
}

/** One after the other, until one is not revoked. */
const revokeInTurn = async ({ cluster, left, statuses }: Revoking, through: number): Promise<void> => {
  for (const subject of left) {
    const { reply } = await make(cluster, through, revocation.call(subject));
    statuses.set(subject, reply.status);
    if (reply.status !== 200) return;
  }
};

/** What was answered is so; what was not is one or the other, and every process says the same. */
const isAsAnswered = async (cluster: Cluster, { keyId, body }: Subject, answered: number): Promise<void> => {
  expect([200, 202, 503]).toContain(answered);
  const { status } = await cluster.api(0).must(200, { path: `/api/v1/platform/api-keys/${keyId}` });
  if (answered !== 503) expect(status).toBe("revoked");
  for (let process = 0; process < 4; process++) expect(await cluster.api(process).verify(body.key)).toMatchObject({ valid: status === "active" });
};
