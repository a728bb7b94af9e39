import { type Actor, summarizeUsage, type UsageFilter } from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromTime, toTime, toTimeOrNull } from "./wire-form.ts";

export const getUsageHandler =
  (engine: Engine): Handler<"get-usage"> =>
  async ({ actor, query }) => {
    const filter = {
      ...(query.tenant_id !== undefined && { tenantId: query.tenant_id }),
      ...(query.key_id !== undefined && { keyId: query.key_id }),
      ...(query.endpoint !== undefined && { endpoint: query.endpoint }),
      ...(query.code !== undefined && { outcome: query.code }),
    };
    return { status: 200, body: await reportUsage(engine, { actor, query, filter }) };
  };

interface Asked {
  readonly actor: Actor;
  readonly query: { readonly from?: string; readonly to?: string; readonly granularity?: "hour" | "day" };
  readonly filter: Omit<UsageFilter, "fromMs" | "toMs" | "bucketMs">;
}

/** Usage up to this moment: what the ledger has counted is brought to the store first. */
export const reportUsage = async (engine: Engine, { actor, query, filter }: Asked) => {
  await engine.deliverUsage();
  const granularity = query.granularity ?? "day";
  const report = await summarizeUsage(engine, {
    actor,
    filter,
    granularity,
    nowMs: engine.clock.nowMs(),
    fromMs: query.from === undefined ? undefined : fromTime("/from", query.from),
    toMs: query.to === undefined ? undefined : fromTime("/to", query.to),
  });
  const { VALID: _, ...errors } = report.outcomes;
  return {
    from: toTime(report.fromMs),
    to: toTime(report.toMs),
    granularity,
    requests: Object.values(report.outcomes).reduce((sum, requests) => sum + requests, 0),
    errors,
    endpoints: report.endpoints.map(({ endpoint, requests }) => ({ endpoint, requests })),
    series: report.series.map(({ startMs, requests, errors: refused }) => ({ start: toTime(startMs), requests, errors: refused })),
    last_used_at: toTimeOrNull(report.activity.lastUsedAtMs),
    last_used_ip: report.activity.lastUsedIp,
  };
};
