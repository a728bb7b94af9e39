import type { Report } from "../figure.ts";
import { type Bars, drawBars } from "./bars.ts";

/** Committed results by the names of their benchmarks. */
export type Results = (name: string) => Pick<Report, "figures" | "table">;

interface Source extends Pick<Bars, "title" | "unit"> {
  readonly result: string;
  /** The table's column that is drawn. */
  readonly column: string;
}

const sources: Readonly<Record<string, Source>> = {
  "cpu-by-keys": { title: "CPU of the server for a verification, by keys in use", unit: "µs", result: "capacity", column: "server µs" },
  "memory-by-keys": { title: "Heap of the process, by keys in its cache", unit: "MB", result: "capacity", column: "heap MB" },
  "redis-by-keys": { title: "Memory of Redis, by keys in use", unit: "MB", result: "capacity", column: "Redis MB" },
  "throughput-by-connections": {
    title: "Throughput of one process, by connections",
    unit: "verifications/s",
    result: "connections",
    column: "verifications/s",
  },
  "cpu-by-processes": { title: "CPU of all processes for a verification, by processes", unit: "µs", result: "processes", column: "server µs" },
  "throughput-by-processes": {
    title: "Throughput, by processes on two cores with load and engines",
    unit: "verifications/s",
    result: "processes",
    column: "verifications/s",
  },
  alternatives: { title: "Throughput beside the alternatives", unit: "verifications/s", result: "alternatives", column: "verifications/s" },
};

/** The charts of `docs/charts/`, by the names of their files. */
export const drawCharts = (results: Results): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(sources).map(([name, { title, unit, result, column }]) => {
      const bars = (results(result).table ?? []).map((row) => ({ label: String(row["variant"]), value: Number(row[column]) }));
      return [`${name}.svg`, drawBars({ title, unit, bars })];
    }),
  );
