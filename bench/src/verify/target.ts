import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Calls, LoadOrder } from "../load/plan.ts";

/** One of the things that take turns under load. */
export interface Target {
  readonly name: string;
  readonly port: number;
  /** The measured processes, each with its children. */
  readonly pids: readonly number[];
  readonly callsFile: string;
  readonly expected: LoadOrder["expected"];
  /** Verifications that one request asks for. */
  readonly perRequest: number;
  readonly connections: number;
  /** What the first call of each key is answered, where that is something else. */
  readonly firstAnswer?: LoadOrder["expected"];
  /** Whether every body is sent once before anything is measured. */
  readonly isSwept: boolean;
}

export const valid: LoadOrder["expected"] = { status: 200, text: '"valid":true' };

/** Connections of a load, where nothing else is said. */
const connections = 64;

interface Place {
  readonly port: number;
  readonly pid: number;
}

type Rest = Pick<Target, "name"> & Partial<Pick<Target, "pids" | "expected" | "perRequest" | "connections" | "firstAnswer" | "isSwept">>;

/** A target that is sent these calls. */
export const targetOf = async ({ port, pid }: Place, calls: Calls, rest: Rest): Promise<Target> => {
  const callsFile = join(await mkdtemp(join(tmpdir(), "keywright-bench-calls-")), "calls.json");
  await writeFile(callsFile, JSON.stringify(calls));
  return { port, pids: [pid], callsFile, expected: valid, perRequest: 1, connections, isSwept: true, ...rest };
};
