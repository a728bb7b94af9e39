import type { SpendRequest, SpendResult, Verdict } from "@keywright/core";
import { bucketView, quotaView } from "./budget-view.ts";

/** What `spend.lua` answers to a batch: when it ran, by the ledger's clock, and the result of each request. */
export interface BatchAnswer {
  readonly nowMs: number;
  /** undefined: it stood behind a request that was not DONE and VALID. */
  readonly results: readonly (SpendResult | undefined)[];
}

const refusals: readonly (Verdict | undefined)[] = [undefined, "RATE_LIMITED", "QUOTA_EXCEEDED"];
const answerStates = { miss: 0, stale: 1, skipped: 3 } as const;
const doneBytes = 18;
/** A month, and what was used in it: only there where the request has a quota. */
const quotaBytes = 10;

export const readBatchAnswer = (body: Buffer, items: readonly { readonly request: SpendRequest }[]): BatchAnswer => {
  // Its numbers are read with a tenth of what the buffer's own readers take.
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const nowMs = view.getFloat64(0, true);
  let at = 8;
  const results = items.map(({ request }): SpendResult | undefined => {
    const state = view.getUint8(at);
    if (state === answerStates.stale) {
      at += 1;
      return { state: "STALE" };
    }
    if (state === answerStates.skipped) {
      at += 1;
      return undefined;
    }
    if (state === answerStates.miss) {
      const keyEnd = at + 2 + view.getUint8(at + 1);
      const tenantEnd = keyEnd + 1 + view.getUint8(keyEnd);
      const lease = `${body.toString("latin1", at + 2, keyEnd)}:${body.toString("latin1", keyEnd + 1, tenantEnd)}`;
      at = tenantEnd;
      return { state: "MISS", lease };
    }
    const done = readDone(view, at, { request, nowMs });
    at += request.monthlyQuota === null ? doneBytes : doneBytes + quotaBytes;
    return done;
  });
  return { nowMs, results };
};

interface Asked {
  readonly request: SpendRequest;
  readonly nowMs: number;
}

const readDone = (view: DataView, at: number, { request, nowMs }: Asked): SpendResult => {
  const bucket = { tokens: view.getUint32(at + 2, true), fraction: view.getUint32(at + 6, true) };
  const pool = { tokens: view.getUint32(at + 10, true), fraction: view.getUint32(at + 14, true) };
  return {
    state: "DONE",
    outcome: refusals[view.getUint8(at + 1)] ?? request.decided,
    key: bucketView(bucket, request.keyLimit, request.cost),
    pool: request.tenant === null ? null : bucketView(pool, request.poolLimit, request.cost),
    quota: request.monthlyQuota === null ? null : quotaView(readQuota(view, at + doneBytes), request.monthlyQuota, nowMs),
  };
};

const readQuota = (view: DataView, at: number) => ({ month: view.getUint16(at, true), used: view.getFloat64(at + 2, true) });
