import { describeWithPostgres, describeWithRedis, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster, until } from "./cluster.ts";
import type { Keywright } from "./keywright-process.ts";

const killPoint = new URL("./kill-point.mjs", import.meta.url).href;
/** What a delivery of counts writes to the store, and the end of its transaction. */
const delivers = "^commit|usage_moves|usage_hourly|usage_daily|usage_advance|usage_add_totals|key_activity|budget_states";
const points = 12;

interface Tally {
  /** Answers that arrived, by endpoint and verdict. */
  readonly codes: Record<string, number>;
  /** Requests whose answer did not. */
  lost: number;
}

interface Group {
  readonly endpoint: string;
  readonly code: string;
  readonly requests: number;
}

interface Dead {
  /** Of the key that it verified. */
  readonly id: string;
  readonly tallies: readonly Tally[];
}

/** Verifies without pause until the server is gone, every third time asking for more than the key may. */
const storm = async (server: Keywright, { rootKey, key, tally }: { readonly rootKey: string; readonly key: string; readonly tally: Tally }): Promise<void> => {
  for (let turn = 0; tally.lost === 0; turn++) {
    const endpoint = turn % 2 === 0 ? "/even" : "/odd";
    const body = { key, endpoint, scopes: [turn % 3 === 0 ? "read_analytics" : "send_email"] };
    const reply = await server.call({ method: "POST", path: "/api/v1/verify", key: rootKey, body }).catch(() => undefined);
    const kind = `${endpoint} ${reply?.json?.code}`;
    if (reply?.status === 200) tally.codes[kind] = (tally.codes[kind] ?? 0) + 1;
    else tally.lost += 1;
  }
};

const sum = (numbers: readonly (number | undefined)[]): number => numbers.reduce<number>((total, number) => total + (number ?? 0), 0);

/** Answers by endpoint and verdict, of all clients of one process. */
const answersOf = (tallies: readonly Tally[]): Record<string, number> => {
  const answers: Record<string, number> = {};
  for (const [kind, count] of tallies.flatMap(({ codes }) => Object.entries(codes))) answers[kind] = (answers[kind] ?? 0) + count;
  return answers;
};

await describeWithRedis("processes that are killed in the midst of a delivery,", () =>
  describeWithPostgres("from Redis to PostgreSQL,", (postgres) => {
    let redis: RedisProcess;
    let cluster: Cluster;
    beforeAll(async () => {
      redis = await startRedis();
      cluster = await startCluster({ databaseUrl: await postgres().newDatabase(), redisUrl: redis.url, count: 1 });
    });
    afterAll(async () => {
      await cluster.stop();
      await redis.stop();
    });

    /** Serves and counts until it dies after this statement of a delivery. */
    const die = async (point: number): Promise<Dead> => {
      const api = cluster.api(0);
      const { id, key } = await api.createKey((await api.createTenant()).id, { monthly_quota: 1_000_000 });
      // Its first use writes to the store too.
      expect(await api.verify(key)).toMatchObject({ valid: true });
      const env = { NODE_OPTIONS: `--import ${killPoint}`, KILL_PATTERN: delivers, KILL_AFTER: String(point) };
      const victim = await cluster.startAnother(env);
      const tallies: readonly Tally[] = [0, 1, 2].map(() => ({ codes: {}, lost: 0 }));
      const storms = Promise.all(tallies.map((tally) => storm(victim, { rootKey: cluster.rootKey, key, tally })));
      await until("all clients are answered", async () => (tallies.every(({ codes }) => (codes["/odd VALID"] ?? 0) > 2) ? true : undefined));
      victim.process.kill("SIGUSR2");
      await storms;
      expect(await victim.ended()).toMatchObject({ signal: "SIGKILL" });
      return { id, tallies: [...tallies, { codes: { "- VALID": 1 }, lost: 0 }] };
    };

    /** Of all keys together, the rollups by hour, by day, by tenant and of the platform have the same sums. */
    const expectOneSum = async (dead: readonly Dead[], countedOf: (id: string) => Promise<Record<string, number>>): Promise<void> => {
      const byKey: Record<string, number> = {};
      for (const { id } of dead) byKey[id] = sum(Object.values(await countedOf(id)));
      const platform = async (query: string) => cluster.api(0).must(200, { path: `/api/v1/platform/usage?${query}` });
      const groups: readonly { readonly key_id: string; readonly requests: number }[] = (await platform("group_by=key")).groups;
      expect(Object.fromEntries(groups.map(({ key_id: id, requests }) => [id, requests]))).toEqual(byKey);
      for (const granularity of ["hour", "day"]) expect((await platform(`granularity=${granularity}`)).requests).toBe(sum(Object.values(byKey)));
    };

    it("leave counts that the survivor brings home, and none twice", async () => {
      const dead: Dead[] = [];
      for (let point = 1; point <= points; point += 4) dead.push(...(await Promise.all([0, 1, 2, 3].map((next) => die(point + next)))));
      /** Requests as they are counted, by endpoint and verdict; the sums of day, hour and tenant must say the same. */
      const countedOf = async (id: string): Promise<Record<string, number>> => {
        const path = `/api/v1/platform/api-keys/${id}/usage?group_by=endpoint,code&granularity=hour`;
        const { groups, requests } = await cluster.api(0).must(200, { path });
        const counted = Object.fromEntries(groups.map((group: Group) => [`${group.endpoint} ${group.code}`, group.requests]));
        expect(sum(Object.values<number>(counted))).toBe(requests);
        return counted;
      };
      /** What was answered is counted, kind by kind; and no more but what was asked and lost its answer. */
      const isWithin = async ({ id, tallies }: Dead): Promise<true | undefined> => {
        const counted = await countedOf(id);
        const answered = answersOf(tallies);
        const lost = sum(tallies.map((tally) => tally.lost));
        expect(sum(Object.values(counted))).toBeLessThanOrEqual(sum(Object.values(answered)) + lost);
        return Object.entries(answered).every(([kind, count]) => (counted[kind] ?? 0) >= count) ? true : undefined;
      };
      const patience = { deadlineMs: 120_000, everyMs: 500 };
      for (const each of dead) await until("the counts of a dead process are home", () => isWithin(each), patience);
      // A page that a dead process had brought home already is still to be refused.
      const pagesLeft = async () => (await redis.cli("KEYS", "*#page:*")).split("\n").filter((name) => name !== "").length;
      await until("nothing is left of the dead", async () => ((await pagesLeft()) <= 1 ? true : undefined), patience);
      for (const each of dead) expect(await isWithin(each)).toBe(true);
      await expectOneSum(dead, countedOf);
      const answered = dead.flatMap(({ tallies }) => tallies.map(({ codes }) => sum(Object.values(codes))));
      console.log(
        `killed at ${points} points of a delivery: ${sum(answered)} answers, ${sum(dead.flatMap(({ tallies }) => tallies.map(({ lost }) => lost)))} lost`,
      );
    }, 300_000);
  }),
);
