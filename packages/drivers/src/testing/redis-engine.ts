import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWith } from "./describe-with.ts";

const run = promisify(execFile);

export interface RedisOptions {
  /** Whether every write is appended to a file, so that a killed server comes back with all that it has answered. */
  readonly appendOnly?: boolean;
  readonly maxmemory?: string;
  readonly maxmemoryPolicy?: string;
  /** The primary that this server is a replica of. */
  readonly replicaOf?: RedisProcess;
  readonly cluster?: boolean;
  readonly password?: string;
  /** More lines of its configuration. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A real redis-server of the test's own, on a free loopback port, with its files in a folder that goes with it. */
export interface RedisProcess {
  readonly port: number;
  readonly url: string;
  readonly pid: () => number;
  /** What redis-cli prints. */
  cli(...args: readonly string[]): Promise<string>;
  /** SIGSTOP: alive, and silent. */
  pause(): void;
  resume(): void;
  /** SIGKILL, awaited. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with what its files have. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A suite that starts Redis servers: it wants `redis-server`, as `describeWith` does. */
export const describeWithRedis = async (name: string, suite: () => void | Promise<void>): Promise<void> => {
  const version = await run("redis-server", ["--version"]).then(
    ({ stdout }) => /v=(\S+)/.exec(stdout)?.[1] ?? "",
    () => undefined,
  );
  describeWith({ need: "redis", version, reason: "no redis-server on the PATH" }, name, suite);
};

export const startRedis = async (options: RedisOptions = {}): Promise<RedisProcess> => {
  const folder = await mkdtemp(join(tmpdir(), "keywright-redis-"));
  const port = await freePort();
  return startProcess({ folder, port, args: [], password: options.password }, configuration(options));
};

export interface Sentinels {
  /** `redis+sentinel://…`, for the primary that they watch. */
  readonly url: string;
  readonly processes: readonly RedisProcess[];
  stop(): Promise<void>;
}

/** Sentinels that watch a primary under the name `keywright`, and take it for dead after half a second of silence. */
export const startSentinels = async (primary: RedisProcess, count = 3): Promise<Sentinels> => {
  const quorum = Math.floor(count / 2) + 1;
  const lines = [
    `sentinel monitor keywright 127.0.0.1 ${primary.port} ${quorum}`,
    "sentinel down-after-milliseconds keywright 500",
    "sentinel failover-timeout keywright 2000",
  ];
  const start = async (): Promise<RedisProcess> => {
    const folder = await mkdtemp(join(tmpdir(), "keywright-sentinel-"));
    return startProcess({ folder, port: await freePort(), args: ["--sentinel"], password: undefined }, lines);
  };
  const processes = await Promise.all(Array.from({ length: count }, start));
  return {
    processes,
    url: `redis+sentinel://${processes.map(({ port }) => `127.0.0.1:${port}`).join(",")}/keywright`,
    stop: async () => void (await Promise.all(processes.map((process) => process.stop()))),
  };
};

const configuration = (options: RedisOptions): readonly string[] => [
  'save ""',
  `appendonly ${options.appendOnly === true ? "yes" : "no"}`,
  // A killed process loses nothing that it has handed to the system; only a machine would.
  "appendfsync no",
  "repl-diskless-sync-delay 0",
  ...(options.maxmemory === undefined ? [] : [`maxmemory ${options.maxmemory}`]),
  ...(options.maxmemoryPolicy === undefined ? [] : [`maxmemory-policy ${options.maxmemoryPolicy}`]),
  ...(options.replicaOf === undefined ? [] : [`replicaof 127.0.0.1 ${options.replicaOf.port}`]),
  ...(options.cluster === true ? ["cluster-enabled yes", "cluster-node-timeout 1000", "cluster-config-file nodes.conf"] : []),
  ...(options.password === undefined ? [] : [`requirepass ${options.password}`, `masterauth ${options.password}`]),
  ...Object.entries(options.settings ?? {}).map(([name, value]) => `${name} ${value}`),
];

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly args: readonly string[];
  readonly password: string | undefined;
}

const startProcess = async ({ folder, port, args, password }: Place, lines: readonly string[]): Promise<RedisProcess> => {
  const file = join(folder, "redis.conf");
  await writeFile(file, [`port ${port}`, "bind 127.0.0.1", `dir ${folder}`, "daemonize no", ...lines].join("\n"));
  let child = await launch(file, args);

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    // A paused process takes no other signal before it goes on.
    child.kill("SIGCONT");
    await exited;
  };
  return {
    port,
    url: `redis://${password === undefined ? "" : `:${password}@`}127.0.0.1:${port}`,
    pid: () => child.pid ?? 0,
    cli: async (...command) => {
      const access = password === undefined ? [] : ["-a", password, "--no-auth-warning"];
      const { stdout } = await run("redis-cli", ["-p", String(port), ...access, ...command], { maxBuffer: 64 * 1024 * 1024 });
      return stdout.trimEnd();
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill: () => end("SIGKILL"),
    start: async () => {
      child = await launch(file, args);
    },
    stop: async () => {
      await end("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const launch = async (file: string, args: readonly string[]): Promise<ChildProcess> => {
  const child = spawn("redis-server", [file, ...args], { stdio: ["ignore", "pipe", "ignore"] });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      // Only until it is ready: what it says later is read and thrown away, so that it never waits for a reader.
      if (said.length < 100_000) said += text;
      if (/Ready to accept connections|Sentinel ID is/.test(said)) resolve();
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`redis-server did not start: ${said}`)));
  });
  return child;
};

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port.");
  return address.port;
};
