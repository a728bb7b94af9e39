import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Core, pinned } from "../engines/pinned.ts";
import { nodeFlags } from "./node-flags.ts";

const bin = fileURLToPath(new URL("../../../packages/cli/bin/keywright.js", import.meta.url));
const probe = new URL("../../src/servers/loop-probe.mjs", import.meta.url).href;

/** `reset`: the longest time is counted anew from here. `collect`: its garbage is collected first. */
type Question = "vitals" | "reset" | "collect";

export interface Vitals {
  /** The longest time in which the event loop did not turn, since the last reset. */
  readonly longestMs: number;
  readonly rssBytes: number;
  /** What its objects take; what nobody uses any more is part of it, but for the question "collect". */
  readonly heapBytes: number;
}

export interface ServerProcess {
  readonly pid: number;
  readonly base: string;
  /** Printed by the first start alone. */
  readonly rootKey: string | undefined;
  /** What it had printed when it was ready. */
  readonly printed: string;
  /** From the process's start until it said that it is ready. */
  readonly readyMs: number;
  ask(question: Question): Promise<Vitals>;
  stop(): Promise<void>;
}

/** A process that does nothing but watch its own event loop: what it misses, the machine took. */
export const startIdle = (): Pick<ServerProcess, "ask" | "stop"> => {
  const child = spawn(process.execPath, ["--import", probe, "--eval", "setInterval(() => {}, 1000)"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return controlOf(child);
};

const isVitals = (message: unknown): message is Vitals => typeof message === "object" && message !== null && "heapBytes" in message;

const controlOf = (child: ChildProcess): Pick<ServerProcess, "ask" | "stop"> => ({
  ask: async (question) => {
    child.send(question);
    // A server says over the same channel that it is ready, and that waits there for whoever listens first.
    for (;;) {
      const [message] = (await once(child, "message")) as [unknown];
      if (isVitals(message)) return message;
    }
  },
  stop: () => ended(child),
});

/** Asks a process to end, and waits until it has. */
export const ended = async (child: ChildProcess): Promise<void> => {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
};

interface StartOptions {
  /** Settings of Keywright beside the port and the log's level. */
  readonly env: Readonly<Record<string, string>>;
  readonly core?: Core;
  /** Processes that share the port, which the settings must name. They cannot be asked anything. */
  readonly workers?: number;
}

/** Starts the built server on a free port. */
export const startServer = async ({ env, core, workers }: StartOptions): Promise<ServerProcess> => {
  const startedMs = performance.now();
  const args = workers === undefined ? [...nodeFlags, "--import", probe, bin, "serve"] : [bin, "serve", "--workers", String(workers)];
  const command = pinned([process.execPath, ...args], core);
  const child = spawn(command.program, command.args, {
    env: { ...process.env, NODE_ENV: "production", PORT: "0", KEYWRIGHT_LOG_LEVEL: "error", ...env },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const text = await textUntil(child, workers === undefined ? /is ready at [^\n]+\n[^\n]+\n/ : /is ready at [\s\S]+ processes serve/);
  return {
    pid: child.pid ?? 0,
    base: /is ready at (\S+)/.exec(text)?.[1] ?? "",
    rootKey: /[a-z]+_root_[0-9A-Za-z]{32,}/.exec(text)?.[0],
    printed: text,
    readyMs: performance.now() - startedMs,
    ...controlOf(child),
  };
};

const textUntil = (child: ChildProcess, wanted: RegExp): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (wanted.test(text)) resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${text}`)));
  });
