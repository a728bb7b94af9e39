import { spawnSync } from "node:child_process";
import { cpus } from "node:os";

/** `server`: the core of what is measured alone; `rest`: the load, and the engines. */
export type Core = "server" | "rest";

const isPinnable = cpus().length > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0;

/** The cores that processes are held to, for the results; undefined where the machine has no `taskset`, or one core alone. */
export const pinning = isPinnable ? { server: "0", rest: `1-${cpus().length - 1}` } : undefined;

/** The command, held to its core where the machine can do that: so neighbours cost a measured process no cache of its own. */
export const pinned = ([program = "", ...args]: readonly string[], core: Core | undefined): { readonly program: string; readonly args: readonly string[] } =>
  core === undefined || pinning === undefined ? { program, args } : { program: "taskset", args: ["-c", pinning[core], program, ...args] };
