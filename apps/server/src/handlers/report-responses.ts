import { type ReportedCount, reportResponses } from "@keywright/core";
import type { Engine } from "../engine.ts";
import { redactKeys } from "../http/key-text.ts";
import type { Handler, HandlerRequest } from "../http/route.ts";
import { fromTime } from "./wire-form.ts";

export const reportResponsesHandler =
  ({ store, clock }: Engine): Handler<"report-responses"> =>
  async ({ body }) => {
    const added = await reportResponses({ usage: store.usage }, { batchId: body.batch_id, counts: body.responses.map(toCount), nowMs: clock.nowMs() });
    return { status: 200, body: { status: added.isRepeated ? "repeated" : "counted", ignored: added.ignored } };
  };

type Entry = HandlerRequest<"report-responses">["body"]["responses"][number];

/** As at verification, a careless caller's whole URL loses the key that is in it. */
const toCount = ({ at, endpoint, ...count }: Entry, index: number): ReportedCount => ({
  ...count,
  endpoint: redactKeys(endpoint),
  atMs: at === undefined ? undefined : fromTime(`/responses/${index}/at`, at),
});
