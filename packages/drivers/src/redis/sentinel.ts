import { connectNode } from "./node.ts";
import type { Access, HostPort, RedisConnection } from "./redis-url.ts";
import { within } from "./within.ts";

export type WatchedPrimary = Extract<RedisConnection, { kind: "sentinel" }>;

interface Opinion {
  readonly at: HostPort;
  /** Grows with every failover. */
  readonly configEpoch: number;
}

/**
 * Where the primary is, by the sentinels. All are asked, and of a majority the one that knows of the latest failover is believed: a sentinel
 * that was cut off still names the former primary. With fewer than a majority left, those that answer.
 */
export const findPrimary = async (watched: WatchedPrimary, deadlineMs: number): Promise<HostPort> => {
  const { opinions, failures } = await askMajority(watched, deadlineMs);
  const [latest] = opinions.sort((a, b) => b.configEpoch - a.configEpoch);
  if (latest === undefined) throw new AggregateError(failures, `No sentinel tells where the primary is: ${failures.map(String).join(" ")}`);
  return latest.at;
};

interface Answers {
  readonly opinions: Opinion[];
  readonly failures: unknown[];
}

const askMajority = (watched: WatchedPrimary, deadlineMs: number): Promise<Answers> =>
  new Promise((resolve) => {
    const answers: Answers = { opinions: [], failures: [] };
    const majority = Math.floor(watched.sentinels.length / 2) + 1;
    const settle = (): void => {
      const { opinions, failures } = answers;
      if (opinions.length >= majority || opinions.length + failures.length === watched.sentinels.length) resolve(answers);
    };
    for (const at of watched.sentinels) {
      ask(watched, at, deadlineMs)
        .then(
          (opinion) => answers.opinions.push(opinion),
          (failure: unknown) => answers.failures.push(failure),
        )
        .finally(settle);
    }
  });

const ask = async (watched: WatchedPrimary, at: HostPort, deadlineMs: number): Promise<Opinion> => {
  const access: Access = watched.sentinelAccess ?? { tls: watched.tls, ca: watched.ca };
  const sentinel = await connectNode({ at, access, deadlineMs });
  try {
    const answer = await within(deadlineMs, sentinel.send(["SENTINEL", "MASTER", watched.primary]), sentinel.close);
    const fields = pairs((answer as readonly unknown[]).map(String));
    return { at: { host: fields.get("ip") ?? "", port: Number(fields.get("port")) }, configEpoch: Number(fields.get("config-epoch")) };
  } finally {
    sentinel.close();
  }
};

const pairs = (flat: readonly string[]): ReadonlyMap<string, string> => {
  const map = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(flat[i] ?? "", flat[i + 1] ?? "");
  return map;
};
