import { latencySteps } from "@keywright/contract";
import type { ResponseSummary } from "../ports/usage-store.ts";

export interface LatencyFigures {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** What a histogram says of latencies, in milliseconds; null where there were none. What is slower than the last step is shown as that step. */
export const latencyFigures = ({ requests, latencyMs, latencies }: ResponseSummary): LatencyFigures | null => {
  if (requests === 0) return null;
  const quantile = (share: number): number => {
    let seen = 0;
    for (const [step, number] of latencies.entries()) {
      seen += number;
      if (seen >= share * requests) return latencySteps[step] ?? slowest;
    }
    return slowest;
  };
  return { mean: latencyMs / requests, p50: quantile(0.5), p90: quantile(0.9), p99: quantile(0.99) };
};

const slowest = latencySteps[latencySteps.length - 1] ?? 0;
