import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { type Core, pinned } from "./pinned.ts";

export interface RedisProcess {
  readonly version: string;
  readonly pid: number;
  /** The address of one of its sixteen databases. */
  url(database: number): string;
  /** What a command answers in one of them, a line a value. */
  ask(database: number, ...command: readonly string[]): Promise<readonly string[]>;
  stop(): Promise<void>;
}

const run = promisify(execFile);

/** A Redis on a free loopback port that keeps everything in memory. */
export const startRedis = async (core?: Core): Promise<RedisProcess> => {
  const port = await freePort();
  const command = pinned(["redis-server", "--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"], core);
  const server = spawn(command.program, command.args, { stdio: ["ignore", "pipe", "inherit"] });
  const version = await new Promise<string>((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (text: Buffer) => {
      said += String(text);
      if (said.includes("Ready to accept connections")) resolve(/version=([\d.]+)/.exec(said)?.[1] ?? "");
    });
    server.once("error", reject);
    server.once("exit", () => reject(new Error(`Redis did not start: ${said}`)));
  });
  return {
    version,
    pid: server.pid ?? 0,
    url: (database) => `redis://127.0.0.1:${port}/${database}`,
    ask: async (database, ...command) => (await run("redis-cli", ["-p", String(port), "-n", String(database), ...command])).stdout.trimEnd().split(/\r?\n/),
    stop: async () => {
      server.kill("SIGKILL");
      await once(server, "exit");
    },
  };
};
