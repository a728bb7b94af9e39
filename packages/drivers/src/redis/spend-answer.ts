import type { SpendRequest, SpendResult, Verdict } from "@keywright/core";
import { bucketView, quotaView } from "./budget-view.ts";

/** What `spend.lua` answers to a batch: when it ran, by the ledger's clock, and the result of each request. */
export interface BatchAnswer {
  readonly nowMs: number;
  readonly results: readonly SpendResult[];
}

const refusals: readonly (Verdict | undefined)[] = [undefined, "RATE_LIMITED", "QUOTA_EXCEEDED"];
const answerStates = { miss: 0, stale: 1 } as const;
const doneBytes = 28;

export const readBatchAnswer = (body: Buffer, requests: readonly SpendRequest[]): BatchAnswer => {
  const nowMs = body.readDoubleLE(0);
  let at = 8;
  const results = requests.map((request): SpendResult => {
    const state = body.readUInt8(at);
    if (state === answerStates.stale) {
      at += 1;
      return { state: "STALE" };
    }
    if (state === answerStates.miss) {
      const keyEnd = at + 2 + body.readUInt8(at + 1);
      const tenantEnd = keyEnd + 1 + body.readUInt8(keyEnd);
      const lease = `${body.toString("latin1", at + 2, keyEnd)}:${body.toString("latin1", keyEnd + 1, tenantEnd)}`;
      at = tenantEnd;
      return { state: "MISS", lease };
    }
    const done = readDone(body.subarray(at, at + doneBytes), request, nowMs);
    at += doneBytes;
    return done;
  });
  return { nowMs, results };
};

const readDone = (answer: Buffer, request: SpendRequest, nowMs: number): SpendResult => {
  const bucket = { tokens: answer.readUInt32LE(2), fraction: answer.readUInt32LE(6) };
  const pool = { tokens: answer.readUInt32LE(10), fraction: answer.readUInt32LE(14) };
  return {
    state: "DONE",
    outcome: refusals[answer.readUInt8(1)] ?? request.decided,
    key: bucketView(bucket, request.keyLimit, request.cost),
    pool: request.tenant === null ? null : bucketView(pool, request.poolLimit, request.cost),
    quota: quotaView({ month: answer.readUInt16LE(18), used: answer.readDoubleLE(20) }, request.monthlyQuota, nowMs),
  };
};
