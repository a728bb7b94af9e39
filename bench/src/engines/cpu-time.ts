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

const all = (): readonly Listed[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(readProcess);

/** A process and all its children. */
const treeOf = (root: number, listed: readonly Listed[]): readonly Listed[] => [
  ...listed.filter(({ pid }) => pid === root),
  ...listed.filter(({ parent }) => parent === root).flatMap(({ pid }) => treeOf(pid, listed)),
];

/** Microseconds of processor time that a process and all its children have used so far; 0 for no process. */
export const cpuMicros = (pid: number | undefined): number =>
  pid === undefined ? 0 : (treeOf(pid, all()).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond) * 1e6;

/** Bytes of memory that a process and all its children have in use, what they share once for each; 0 where that cannot be read. */
export const residentBytes = (pid: number): number => treeOf(pid, all()).reduce((sum, listed) => sum + residentOf(listed.pid), 0);

const residentOf = (pid: number): number => {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
};
