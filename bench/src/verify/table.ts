import type { Measured } from "./rounds.ts";

const rounded = (value: number, digits = 1): number => Number(value.toFixed(digits));

/** The rows of the printed table, and of the results. */
export const toTable = (measured: readonly Measured[]): readonly Readonly<Record<string, string | number>>[] =>
  measured.map((one) => ({
    variant: one.name,
    "verifications/s": Math.round(one.perSecond),
    "p50 ms": rounded(one.p50Ms, 2),
    "p99 ms": rounded(one.p99Ms, 2),
    "p99.9 ms": rounded(one.p999Ms, 2),
    "server µs": rounded(one.serverMicros),
    "Redis µs": rounded(one.redisMicros),
    "PostgreSQL µs": rounded(one.postgresMicros),
    "memory MB": Math.round(one.memoryMb),
  }));
