import type { EndpointReply, ReportResponses } from "@keywright/contract";
import { type ReportedCount, reportResponses } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { redactKeys } from "../http/key-text.ts";
import type { Handler } from "../http/route.ts";
import { fromTime } from "./wire-form.ts";

export const reportResponsesHandler =
  (engine: Engine): Handler<"report-responses"> =>
  async ({ body }) => ({ status: 200, body: await addBatch(engine, body) });

/** From a batch's wire form to its reply. */
export const addBatch = async ({ store, clock }: Pick<Engine, "store" | "clock">, batch: ReportResponses): Promise<EndpointReply<"report-responses">> => {
  const added = await reportResponses({ usage: store.usage }, { batchId: batch.batch_id, counts: batch.responses.map(toCount), nowMs: clock.nowMs() });
  return { status: added.isRepeated ? "repeated" : "counted", ignored: added.ignored };
};

type Entry = ReportResponses["responses"][number];

/** As at verification, a careless caller's whole URL loses the key that is in it. */
const toCount = ({ at, endpoint, ...count }: Entry, index: number): ReportedCount => ({
  ...count,
  endpoint: redactKeys(endpoint),
  atMs: at === undefined ? undefined : fromTime(`/responses/${index}/at`, at),
});
