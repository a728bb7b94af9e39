import { PassThrough } from "node:stream";
import type { LoadServer } from "../load-server.ts";
import { run } from "../main.ts";

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What stands on standard input, to its end. */
  readonly input?: string;
  /** Whether a person sits at all three streams. */
  readonly isTty?: boolean;
  readonly load?: LoadServer;
}

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export const rootKey = `pm_root_${"R".repeat(32)}`;

/** 2030-01-31T12:00:00Z. */
const nowMs = Date.UTC(2030, 0, 31, 12);

const noServer: LoadServer = () => Promise.reject(new Error("This test starts no server."));

/** Runs one command line in memory; its words are separated by spaces, or given as a list. */
export const runCli = async (line: string | readonly string[], { env = {}, input, isTty = false, load = noServer }: CliOptions = {}): Promise<CliResult> => {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  if (input !== undefined) stdin.end(input);
  const argv = typeof line === "string" ? line.split(" ").filter((word) => word !== "") : line;
  const io = { stdin, stdout, stderr, isTty: { stdin: isTty, stdout: isTty, stderr: isTty }, env: { KEYWRIGHT_ROOT_KEY: rootKey, ...env }, nowMs: () => nowMs };
  const code = await run(argv, io, load);
  return { code, out: written(stdout), err: written(stderr) };
};

const written = (stream: PassThrough): string => {
  const text: unknown = stream.read();
  return text === null ? "" : String(text);
};
