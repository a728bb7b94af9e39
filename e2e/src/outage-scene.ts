import { type PostgresServer, type RedisProcess, startRedis } from "@keywright/drivers/testing";
import { expect } from "vitest";
import { type Change, type Made, make, newSubject, passingChanges, revocation, type Subject } from "./changes.ts";
import { type Cluster, startCluster, until } from "./cluster.ts";
import type { Keywright } from "./keywright-process.ts";
import { type Expectation, type Seen, startVerifiers, type Verifiers } from "./verifiers.ts";

/** A key that one change awaits: verified all the time by three processes, and known to a fourth that sleeps. */
interface Part {
  readonly change: Change;
  readonly subject: Subject;
  /** Those at work. */
  active: readonly Verifiers[];
  /** All that there were. */
  readonly seens: Seen[];
}

export interface SceneOptions {
  readonly postgres: PostgresServer;
  readonly policy?: object;
  /** Where the processes find Redis, and which server it is at the end; left out: one that the scene starts. */
  readonly watched?: { readonly url: string; readonly atLast: RedisProcess };
}

/** Four processes, a key for every kind of change, and one that stays valid, all under load. */
export interface Scene {
  readonly cluster: Cluster;
  readonly redis: RedisProcess;
  readonly postgres: PostgresServer;
  readonly databaseUrl: string;
  /** The key that nobody changes. */
  readonly bystander: Verifiers;
  /**
   * All changes at once, through the first three processes. From its answer on nothing may accept what one forbids; where that is 202, from when it is
   * told. Answers the longest answer time. `onAnswered` is told the statuses, before what is not yet enforced is waited for.
   */
  change(onAnswered?: (statuses: readonly number[]) => void): Promise<number>;
  /** Nobody verifies the changed keys any more, so that no process brings to the ledger what it has learnt of them. */
  calm(): Promise<void>;
  /** The fourth process, which has slept with what it knew of the keys, verifies them; then all do. */
  wakeSleeper(): Promise<void>;
  /** Every process has answered again, all that is judged. */
  allAnswered(): Promise<void>;
  /** All engines answer every process. */
  isWell(): Promise<void>;
  /** Ends the load, and compares what was answered with what was counted. */
  finish(): Promise<Report>;
  close(): Promise<void>;
}

interface Report {
  readonly stale: number;
  readonly wronglyRefused: readonly string[];
  readonly odd: readonly string[];
  readonly accepted: number;
  readonly refused: number;
  readonly unavailable: number;
  readonly unanswered: number;
  readonly longestGapMs: number;
}

/** Some fifty clients at ten requests a second each: what fails here fails by an outage, and not for want of a processor. */
const restMs = 100;

const changes = [revocation, ...passingChanges];

export const openScene = async ({ postgres, policy = {}, watched }: SceneOptions): Promise<Scene> => {
  const redis = watched?.atLast ?? (await startRedis());
  const databaseUrl = await postgres.newDatabase();
  const cluster = await startCluster({ databaseUrl, redisUrl: watched?.url ?? redis.url, policy });
  const { rootKey } = cluster;
  const busy = cluster.servers.slice(0, 3);
  const sleeper = cluster.servers.slice(3);
  const verify = (servers: readonly Keywright[], subject: Subject, count: number): Verifiers =>
    startVerifiers({ servers, rootKey, count, restMs, body: subject.body });
  const bystanderSubject = await newSubject(cluster, 0);
  const bystander = verify(cluster.servers, bystanderSubject, 8);
  bystander.begin("valid");
  const engage = (part: Part, servers: readonly Keywright[], expects: Expectation): void => {
    const verifiers = verify(servers, part.subject, 2 * servers.length);
    verifiers.begin(expects);
    part.active = [...part.active, verifiers];
    part.seens.push(verifiers.seen);
  };
  const parts: readonly Part[] = await Promise.all(
    changes.map(async (change, number) => ({ change, subject: await newSubject(cluster, number), active: [], seens: [] })),
  );
  const answered = () => Promise.all([bystander, ...parts.flatMap(({ active }) => active)].map((each) => each.allAnswered()));
  const calm = async (): Promise<void> => {
    await Promise.all(parts.flatMap(({ active }) => active).map((each) => each.stop()));
    for (const part of parts) part.active = [];
  };
  for (const part of parts) engage(part, sleeper, "valid");
  await answered();
  await calm();
  for (const part of parts) engage(part, busy, "valid");
  await answered();

  return {
    cluster,
    redis,
    postgres,
    databaseUrl,
    bystander,
    change: async (onAnswered) => {
      const made = await Promise.all(parts.map((part, number) => changePart(cluster, part, number)));
      onAnswered?.(made.map(({ status }) => status));
      await allTold({ postgres, databaseUrl });
      for (const each of parts.flatMap(({ active }) => active)) each.begin("refused");
      return Math.max(...made.map(({ answeredInMs }) => answeredInMs));
    },
    calm,
    wakeSleeper: async () => {
      for (const part of parts) engage(part, sleeper, "refused");
      await answered();
      for (const part of parts) engage(part, busy, "refused");
      await answered();
    },
    allAnswered: async () => {
      for (const each of [bystander, ...parts.flatMap(({ active }) => active)]) each.again();
      await answered();
    },
    isWell: () => cluster.isWell(),
    finish: async () => {
      await Promise.all([calm(), bystander.stop()]);
      const keys = [...parts, { subject: bystanderSubject, seens: [bystander.seen] }];
      const allCounted = () =>
        Promise.all(
          keys.map(({ subject, seens }) =>
            until(`usage of ${subject.keyId} is what was answered`, () => isCounted(cluster, subject.keyId, seens), { deadlineMs: 90_000, everyMs: 200 }),
          ),
        );
      await allCounted();
      await until("no counts are left in Redis without a process", () => hasNoOrphans(redis), { deadlineMs: 90_000, everyMs: 500 });
      await allCounted();
      return reportOf(
        keys.flatMap(({ seens }) => seens),
        bystander.seen,
      );
    },
    close: async () => {
      await cluster.stop();
      if (watched === undefined) await redis.stop();
    },
  };
};

/** Until no lease stands on a ledger that was left, 3.5 s, two more to ask for a process that is silent, deadlines on the way; and what a busy machine adds. */
const answerBoundMs = 6_000 + 4_000;

const changePart = async (cluster: Cluster, { change, subject, active }: Part, number: number) => {
  for (const each of active) each.begin("either");
  const { reply, answeredInMs } = await insist(() => make(cluster, number % 3, change.call(subject)));
  expect([200, 202], reply.text).toContain(reply.status);
  expect(answeredInMs).toBeLessThan(answerBoundMs);
  if (reply.status === 200) for (const each of active) each.begin("refused");
  else expect(reply.json).toMatchObject({ enforced: false });
  return { status: reply.status, answeredInMs };
};

/** How often one asks again who was answered 503: that nothing was changed, as a process says whose engines, on a busy machine, are both late. */
const attempts = 3;

/** The last answer, and the time from the first question to it. */
const insist = async (ask: () => Promise<Made>): Promise<Made> => {
  let waitedMs = 0;
  for (let attempt = 1; ; attempt++) {
    const { reply, answeredInMs } = await ask();
    waitedMs += answeredInMs;
    if (reply.status !== 503 || attempt === attempts) return { reply, answeredInMs: waitedMs };
    console.log(`a change was answered 503 after ${answeredInMs.toFixed()} ms, and is asked for again`);
  }
};

/** Every change that was committed is in force, by the word of the processes themselves. */
export const allTold = ({ postgres, databaseUrl }: Pick<Scene, "postgres" | "databaseUrl">): Promise<true> =>
  until(
    "what was committed is told without another call",
    async () => {
      const [row] = await postgres.query(databaseUrl, "select count(*)::int as count from announcements where settled_at = 'infinity'");
      return row?.["count"] === 0 ? true : undefined;
    },
    { everyMs: 100 },
  );

/** Requests that had no verdict may have been counted, for all that anybody knows; all others are, once. */
const isCounted = async (cluster: Cluster, keyId: string, seens: readonly Seen[]): Promise<true | undefined> => {
  const usage = await cluster.api(0).must(200, { path: `/api/v1/platform/api-keys/${keyId}/usage` });
  const counted: Record<string, number> = { ...usage.errors };
  counted["VALID"] = usage.requests - Object.values(usage.errors as Record<string, number>).reduce((sum, count) => sum + count, 0);
  const answered = (code: string) => seens.reduce((sum, { codes }) => sum + (codes[code] ?? 0), 0);
  const doubtful = seens.reduce((sum, { unavailable, unanswered }) => sum + unavailable + unanswered, 0);
  const codes = new Set([...Object.keys(counted), ...seens.flatMap((seen) => Object.keys(seen.codes))]);
  let above = 0;
  for (const code of codes) {
    const difference = (counted[code] ?? 0) - answered(code);
    if (difference < 0) return undefined;
    above += difference;
  }
  if (above > doubtful)
    throw new Error(`${above} requests were counted beyond those answered, and only ${doubtful} had no answer: ${JSON.stringify({ counted, seens })}`);
  return true;
};

/** A process touches its pages every second; one that is not touched is a dead process's, or came too late for a living one. */
const hasNoOrphans = async (redis: RedisProcess): Promise<true | undefined> => {
  const [nowSeconds] = (await redis.cli("TIME")).split("\n");
  for (const name of (await redis.cli("KEYS", "*#pages")).split("\n").filter((line) => line !== "")) {
    if (Number(await redis.cli("ZCOUNT", name, "-inf", String((Number(nowSeconds) - 3) * 1_000))) > 0) return undefined;
  }
  return true;
};

const reportOf = (seens: readonly Seen[], bystander: Seen): Report => {
  const sum = (of: (seen: Seen) => number) => seens.reduce((total, seen) => total + of(seen), 0);
  const accepted = sum(({ codes }) => codes["VALID"] ?? 0);
  return {
    stale: sum(({ stale }) => stale),
    wronglyRefused: seens.flatMap(({ wronglyRefused }) => wronglyRefused),
    odd: seens.flatMap(({ odd }) => odd),
    accepted,
    refused: sum(({ codes }) => Object.values(codes).reduce((total, count) => total + count, 0)) - accepted,
    unavailable: sum(({ unavailable }) => unavailable),
    unanswered: sum(({ unanswered }) => unanswered),
    longestGapMs: Math.round(bystander.longestGapMs),
  };
};
