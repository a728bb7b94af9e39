import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../../packages/cli/bin/keywright.js", import.meta.url));
const probe = new URL("../src/loop-probe.mjs", import.meta.url).href;

export interface Vitals {
  /** The longest time in which the event loop did not turn, since the last reset. */
  readonly longestMs: number;
  readonly rssBytes: number;
}

export interface ServerProcess {
  readonly base: string;
  readonly rootKey: string | undefined;
  /** From the process's start until it said that it is ready. */
  readonly readyMs: number;
  ask(question: "vitals" | "reset"): Promise<Vitals>;
  stop(): Promise<void>;
}

/** A process that does nothing but watch its own event loop: what it misses, the machine took. */
export const startIdle = (): Pick<ServerProcess, "ask" | "stop"> => {
  const child = spawn(process.execPath, ["--import", probe, "--eval", "setInterval(() => {}, 1000)"], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  return controlOf(child);
};

const controlOf = (child: ChildProcess): Pick<ServerProcess, "ask" | "stop"> => ({
  ask: async (question) => {
    child.send(question);
    const [answer] = (await once(child, "message")) as [Vitals];
    return answer;
  },
  stop: async () => {
    child.kill("SIGTERM");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  },
});

/** Starts the built server on a free port, with the probe in it. */
export const startServer = async (dataDir: string): Promise<ServerProcess> => {
  const startedMs = performance.now();
  const env = { ...process.env, PORT: "0", KEYWRIGHT_DATA_DIR: dataDir, KEYWRIGHT_LOG_LEVEL: "error" };
  const child = spawn(process.execPath, ["--import", probe, bin, "serve"], { env, stdio: ["ignore", "pipe", "inherit", "ipc"] });
  const text = await textUntilReady(child);
  return {
    base: /is ready at (\S+)/.exec(text)?.[1] ?? "",
    rootKey: /[a-z]+_root_[0-9A-Za-z]{32,}/.exec(text)?.[0],
    readyMs: performance.now() - startedMs,
    ...controlOf(child),
  };
};

const textUntilReady = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (/is ready at [^\n]+\n[^\n]+\n/.test(text)) resolve(text);
    });
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${text}`)));
  });
