import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { pinned } from "../engines/pinned.ts";
import type { LoadOrder, LoadResult } from "./plan.ts";

const run = promisify(execFile);
const program = fileURLToPath(new URL("./load-process.js", import.meta.url));

/** How long sending every body once may take. */
const longestSweepSeconds = 1_800;

/** Loads a server from a process of its own. Rejects where an answer was wrong: a benchmark of wrong answers measures nothing. */
export const load = async (order: LoadOrder): Promise<LoadResult> => {
  const command = pinned([process.execPath, program, JSON.stringify(order)], "rest");
  const { stdout } = await run(command.program, command.args, { timeout: ((order.seconds ?? 0) + longestSweepSeconds) * 1_000 });
  const result = JSON.parse(stdout) as LoadResult;
  if (result.wrong > 0)
    throw new Error(`${result.wrong} of ${result.requests} answers are not ${JSON.stringify(order.expected)}; the first: ${result.firstWrong}`);
  if (order.seconds === undefined && result.unavailable > 0)
    throw new Error(`${result.unavailable} of ${result.requests} requests were answered 503 to the last.`);
  return result;
};
