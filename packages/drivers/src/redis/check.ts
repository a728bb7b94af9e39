import type { Clock } from "@keywright/core";
import { openLink } from "./link.ts";
import type { RedisNode } from "./node.ts";
import { parseRedisUrl, type RedisConnection } from "./redis-url.ts";
import { readServerInfo, type ServerInfo } from "./server-info.ts";
import { within } from "./within.ts";

export interface RedisProblem {
  /** error: Keywright must not run on it. warning: it runs, with less than it could promise. */
  readonly severity: "error" | "warning";
  /** One sentence, and what to do about it. */
  readonly text: string;
}

/** What one server says of itself. */
export interface RedisReport {
  /** `host:port`. */
  readonly address: string;
  /** Such as `Redis 7.0.15`. */
  readonly version: string;
  readonly runId: string;
  /** 0: as much as the machine has. */
  readonly maxMemoryBytes: number;
  readonly evictionPolicy: string;
  /** Such as `append-only file, synced every second`. */
  readonly persistence: string;
  readonly replicas: number;
  /** Replicas that must keep up for a write to be taken; null where the server does not tell. */
  readonly minReplicasToWrite: number | null;
  /** Median of five answers to PING. */
  readonly latencyMs: number;
  /** The server's clock against this process's; positive: it is ahead. */
  readonly clockSkewMs: number;
  readonly problems: readonly RedisProblem[];
}

export type RedisCheck = { readonly reachable: true; readonly servers: readonly RedisReport[] } | { readonly reachable: false; readonly problem: RedisProblem };

export interface CheckOptions {
  readonly connection: string | RedisConnection;
  readonly clock: Clock;
  readonly connectDeadlineMs?: number;
}

const askedDeadlineMs = 5_000;
const acceptedSkewMs = 5_000;

/** Looks at the server, or at every primary of a cluster, over connections of its own. Changes nothing. */
export const checkRedis = async ({ connection, clock, connectDeadlineMs = 1_000 }: CheckOptions): Promise<RedisCheck> => {
  try {
    const place = typeof connection === "string" ? parseRedisUrl(connection) : connection;
    const link = await openLink({ connection: place, connectDeadlineMs });
    try {
      const asked = Promise.all(link.nodes.map((node) => report(node, clock, place.kind !== "server")));
      return { reachable: true, servers: await within(askedDeadlineMs, asked, link.close) };
    } finally {
      link.close();
    }
  } catch (error) {
    return { reachable: false, problem: { severity: "error", text: describeFailure(error) } };
  }
};

const report = async (node: RedisNode, clock: Clock, failsOver: boolean): Promise<RedisReport> => {
  const info = await readServerInfo(node, ["memory", "persistence"]);
  const minReplicas = await setting(node, "min-replicas-to-write");
  const measured = {
    address: `${node.at.host}:${node.at.port}`,
    version: info.version,
    runId: info.runId,
    maxMemoryBytes: Number(info.fields.get("maxmemory") ?? 0),
    evictionPolicy: info.fields.get("maxmemory_policy") ?? "",
    persistence: persistenceOf(info, await setting(node, "appendfsync"), await setting(node, "save")),
    replicas: Number(info.fields.get("connected_slaves") ?? 0),
    minReplicasToWrite: minReplicas === undefined ? null : Number(minReplicas),
    latencyMs: await latencyOf(node),
    clockSkewMs: await skewOf(node, clock),
  };
  return { ...measured, problems: problemsOf(measured, failsOver) };
};

/** A setting, where the server tells: hosted ones often forbid CONFIG. */
const setting = async (node: RedisNode, name: string): Promise<string | undefined> => {
  const answer = await node.send(["CONFIG", "GET", name]).catch(() => undefined);
  return Array.isArray(answer) && answer.length === 2 ? String(answer[1]) : undefined;
};

const persistenceOf = (info: ServerInfo, fsync: string | undefined, save: string | undefined): string => {
  const syncs: Readonly<Record<string, string>> = { always: "synced at every write", everysec: "synced every second", no: "synced when the system pleases" };
  if (info.fields.get("aof_enabled") === "1") return `append-only file, ${syncs[fsync ?? ""] ?? "synced by an unknown policy"}`;
  return save === "" ? "none" : "snapshots";
};

const latencyOf = async (node: RedisNode): Promise<number> => {
  const taken: number[] = [];
  for (let time = 0; time < 5; time++) {
    const startedAtMs = performance.now();
    await node.send(["PING"]);
    taken.push(performance.now() - startedAtMs);
  }
  return Math.round((taken.sort((a, b) => a - b)[2] ?? 0) * 1000) / 1000;
};

const skewOf = async (node: RedisNode, clock: Clock): Promise<number> => {
  const beforeMs = clock.nowMs();
  const [seconds, micros] = (await node.send(["TIME"])) as readonly unknown[];
  const serverMs = Number(String(seconds)) * 1000 + Number(String(micros)) / 1000;
  return Math.round(serverMs - (beforeMs + clock.nowMs()) / 2);
};

type Measured = Omit<RedisReport, "problems">;

const problemsOf = (measured: Measured, failsOver: boolean): readonly RedisProblem[] => {
  const problems: RedisProblem[] = [];
  if (measured.evictionPolicy.startsWith("allkeys-")) {
    const text = `Under maxmemory-policy ${measured.evictionPolicy} Redis throws budgets and counts away that are nowhere else: set it to noeviction, or to volatile-lru, which spares them.`;
    problems.push({ severity: "error", text });
  }
  if (measured.persistence === "none" || measured.persistence === "snapshots") {
    const text = "A crash of Redis forgets what was charged since the last delivery to the store: set appendonly yes if limits must outlive it.";
    problems.push({ severity: "warning", text });
  }
  if (failsOver && measured.minReplicasToWrite === 0) {
    const text = "A primary that was cut off goes on accepting writes that a failover will undo: set min-replicas-to-write 1.";
    problems.push({ severity: "warning", text });
  }
  if (Math.abs(measured.clockSkewMs) > acceptedSkewMs) {
    const text = `The server's clock is ${Math.abs(measured.clockSkewMs)} ms ${measured.clockSkewMs > 0 ? "ahead of" : "behind"} this machine's: let both follow one time server.`;
    problems.push({ severity: "warning", text });
  }
  return problems;
};

const causes: readonly (readonly [pattern: RegExp, text: string])[] = [
  [/WRONGPASS|NOAUTH|invalid (?:username-)?password/i, "Redis refuses the user or the password."],
  [/NOPERM/, "The Redis user may not run the commands that Keywright needs: INFO, EVALSHA, EVAL, SCRIPT LOAD and those on its own keys."],
  [/ECONNREFUSED/, "Nothing listens at the Redis address."],
  [/ENOTFOUND|EAI_AGAIN/, "The Redis host's name cannot be resolved."],
  [/CERT|certificate/i, "The Redis server's certificate is not signed by an authority that is trusted here."],
  [/No answer within|timed? ?out/i, "Redis did not answer in time."],
];

/** One sentence on why the ledger's server cannot be used. It quotes no address, for a password may be in it. */
const describeFailure = (error: unknown): string => {
  const text =
    error instanceof AggregateError ? error.errors.map(String).join(" ") : String(error instanceof Error ? `${error.message} ${codeOf(error)}` : error);
  return causes.find(([pattern]) => pattern.test(text))?.[1] ?? text.trim();
};

const codeOf = (error: Error): string => ("code" in error && typeof error.code === "string" ? error.code : "");
