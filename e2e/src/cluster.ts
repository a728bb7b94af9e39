import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { asOperator, type Keywright, makeFolder, removeFolder, startKeywright } from "./keywright-process.ts";

export interface ClusterOptions {
  readonly databaseUrl: string;
  /** Left out: the ledger is in PostgreSQL. */
  readonly redisUrl?: string;
  readonly count?: number;
  /** Of the policy file, beside a bcrypt that costs next to nothing. */
  readonly policy?: object;
}

/** Several processes of the built server on the same engines. */
export interface Cluster {
  readonly servers: readonly Keywright[];
  readonly rootKey: string;
  /** The process of this number, counted round and round. */
  at(number: number): Keywright;
  /** The operator there. */
  api(number: number): ReturnType<typeof asOperator>;
  /**
   * Does the work again until all engines answered every process in time meanwhile: where a machine is so busy that one did not, limits are counted
   * apart, or a request is refused and may have been charged. That is promised, and no subject of a suite that counts exactly.
   */
  inPeace<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all engines answer every process. */
  isWell(): Promise<void>;
  /** One more process. */
  startAnother(env?: Record<string, string>): Promise<Keywright>;
  stop(): Promise<void>;
}

export const newMasterKey = (): string => randomBytes(32).toString("base64");

/** What every process of a cluster is started with. */
export const clusterSettings = async ({ databaseUrl, redisUrl, policy = {} }: ClusterOptions) => {
  const dataDir = await makeFolder("cluster");
  const config = join(dataDir, "policy.json");
  await writeFile(config, JSON.stringify({ bcrypt_cost: 4, ...policy }));
  const env = {
    DATABASE_URL: databaseUrl,
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
    KEYWRIGHT_MASTER_KEY: newMasterKey(),
    KEYWRIGHT_CONFIG: config,
    KEYWRIGHT_LOG_LEVEL: "warn",
  };
  return { dataDir, env };
};

/** Starts them on an empty database; resolves when all serve. */
export const startCluster = async (options: ClusterOptions): Promise<Cluster> => {
  const { dataDir, env: engines } = await clusterSettings(options);
  const first = await startKeywright({ dataDir, env: engines });
  const { rootKey } = first;
  if (rootKey === undefined) throw new Error(`The first process showed no root key: ${first.out.text}`);
  const startAnother = (env: Record<string, string> = {}) => startKeywright({ dataDir, rootKey, env: { ...engines, ...env } });
  const started = await Promise.allSettled(Array.from({ length: (options.count ?? 4) - 1 }, () => startAnother()));
  const servers = [first, ...started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))];
  const late = started.find((one) => one.status === "rejected");
  if (late !== undefined) {
    // Those that have started would serve on, with nobody to stop them.
    await Promise.all(servers.map((server) => server.stop()));
    throw late.reason;
  }
  const at = (number: number): Keywright => servers[number % servers.length] ?? first;
  return {
    servers,
    rootKey,
    at,
    api: (number) => asOperator(at(number), rootKey),
    isWell: () => allWell(servers),
    inPeace: (work) => inPeace(servers, work),
    startAnother,
    stop: async () => {
      await Promise.all(servers.map((server) => server.stop()));
      await removeFolder(dataDir);
    },
  };
};

interface Patience {
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

/** Asks again until the answer is there; the pauses only keep the asking from being the load. */
export const until = async <T>(what: string, ask: () => Promise<T | undefined>, { deadlineMs = 30_000, everyMs = 50 }: Patience = {}): Promise<T> => {
  const startedMs = performance.now();
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() - startedMs > deadlineMs) throw new Error(`Waited ${deadlineMs} ms in vain for this: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
};

const attempts = 10;

const inPeace = async <T>(servers: readonly Keywright[], work: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const before = await troubles(servers);
    const done = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if ((await troubles(servers)) === before) {
      if ("error" in done) throw done.error;
      return done.value;
    }
  }
  throw new Error(`In ${attempts} attempts the engines never answered all processes in time.`);
};

const allWell = async (servers: readonly Keywright[]): Promise<void> => {
  await Promise.all(servers.map((server) => until("a process is well", () => isWell(server), { everyMs: 100 })));
};

/** What the processes have said of engines out of reach, once all are well. */
const troubles = async (servers: readonly Keywright[]): Promise<number> => {
  await allWell(servers);
  return servers.reduce((sum, { out }) => sum + out.errors.split(/"type":"degraded"|"code":"UNAVAILABLE"/).length - 1, 0);
};

/** An authenticated call is what leads back to a ledger that is there again. */
const isWell = async (server: Keywright): Promise<true | undefined> => {
  await server.call({ path: "/api/v1/platform/tenants", key: server.rootKey });
  const { status, json } = await server.call({ path: "/readyz" });
  return status === 200 && Object.values(json.checks).every((state) => state === "ok") ? true : undefined;
};
