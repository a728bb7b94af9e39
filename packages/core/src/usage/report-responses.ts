import { latencySteps, type ReportResponses } from "@keywright/contract";
import { invalidField } from "../errors.ts";
import type { ResponseCount } from "../model/usage.ts";
import type { AddedResponses, UsageStore } from "../ports/usage-store.ts";

interface ReportDeps {
  readonly usage: Pick<UsageStore, "addResponses">;
}

/** One entry of a report, with its time read. */
export interface ReportedCount extends Omit<ReportResponses["responses"][number], "at"> {
  /** undefined: now. */
  readonly atMs: number | undefined;
}

export interface ResponseReport {
  readonly batchId: string;
  readonly counts: readonly ReportedCount[];
  readonly nowMs: number;
}

const hourMs = 3_600_000;
const oldestHours = 48;
/** How far a middleware's clock may be ahead. */
const aheadMs = 300_000;

/** Ids of batches stand beside those of moves. */
const idOf = (batchId: string): string => `responses:${batchId}`;

/** Adds a batch of what the middleware has seen its API answer; once, however often it is sent. Refuses a batch whole where one entry is wrong. */
export const reportResponses = ({ usage }: ReportDeps, { batchId, counts, nowMs }: ResponseReport): Promise<AddedResponses> =>
  usage.addResponses({ id: idOf(batchId), counts: counts.map((count, index) => toCount(count, { index, nowMs })) });

const toCount = (count: ReportedCount, { index, nowMs }: { readonly index: number; readonly nowMs: number }): ResponseCount => {
  const { key_id: keyId, endpoint, status, requests, latency_ms: latencyMs, latencies, atMs = nowMs } = count;
  const total = latencies.reduce((sum, number) => sum + number, 0);
  if (latencies.length !== latencySteps.length + 1 || total !== requests)
    throw invalidField(`/responses/${index}/latencies`, `must be ${latencySteps.length + 1} numbers that are \`requests\` together`);
  if (atMs > nowMs + aheadMs) throw invalidField(`/responses/${index}/at`, "must not lie in the future");
  if (atMs < nowMs - oldestHours * hourMs) throw invalidField(`/responses/${index}/at`, `may lie at most ${oldestHours} hours ago`);
  return { keyId, hourMs: atMs - (atMs % hourMs), endpoint, status: Number(status[0]), requests, latencyMs, latencies };
};
