import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { pinned } from "../engines/pinned.ts";
import { nodeFlags } from "./node-flags.ts";
import { ended } from "./server-process.ts";

export interface ScriptServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Longest time that a server may take to make its keys. */
const readyDeadlineMs = 300_000;

/** One of this folder's scripts. */
export const scriptOf = (name: string): string => fileURLToPath(new URL(`../../src/servers/${name}.mjs`, import.meta.url));

/** Starts a server of one file; it says on which port it listens in one line of JSON. */
export const startScript = async (file: string, env: Readonly<Record<string, string>> = {}): Promise<ScriptServer> => {
  const command = pinned([process.execPath, ...nodeFlags, file], "server");
  const child = spawn(command.program, command.args, { env: { ...process.env, NODE_ENV: "production", ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const port = await new Promise<number>((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`${file} does not say that it is ready.`)), readyDeadlineMs);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const line = /^\{"port":\d+\}$/m.exec(said)?.[0];
      if (line === undefined) return;
      clearTimeout(timer);
      resolve((JSON.parse(line) as { port: number }).port);
    });
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`${file} ended with ${code}: ${said}`));
    });
  });
  return { port, pid: child.pid ?? 0, stop: () => ended(child) };
};
