import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = Number(execFileSync("getconf", ["CLK_TCK"]));

interface Listed {
  readonly pid: number;
  readonly parent: number;
  /** Its own, and those of its children that have ended. */
  readonly ticks: number;
}

/** The fields behind the command's name, which may hold anything (proc(5)). */
const readProcess = (pid: string): Listed[] => {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return [{ pid: Number(pid), parent: Number(fields[1]), ticks: fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0) }];
  } catch {
    // It has ended since the folder was listed.
    return [];
  }
};

/** Microseconds of processor time that a process and all its children have used so far; 0 for no process. */
export const cpuMicros = (pid: number | undefined): number => {
  if (pid === undefined) return 0;
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess);
  const ofTree = (root: number): number =>
    all.reduce((sum, { pid: own, parent, ticks }) => sum + (own === root ? ticks : 0) + (parent === root ? ofTree(own) : 0), 0);
  return (ofTree(pid) / ticksPerSecond) * 1e6;
};

/** Bytes of memory that a process has in use; 0 where that cannot be read. */
export const residentBytes = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};
