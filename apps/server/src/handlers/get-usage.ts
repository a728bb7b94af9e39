import type { EndpointReply } from "@keywright/contract";
import {
  type Actor,
  type Granularity,
  latencyFigures,
  summarizeUsage,
  type UsageDimension,
  type UsageFilter,
  type UsageGroups,
  type UsageReport,
  type UsageRequest,
} from "@keywright/core";
import type { Engine } from "../engine.ts";
import type { Handler } from "../http/route.ts";
import { fromGroupCursor, toGroupCursor } from "./usage-cursor.ts";
import { fromTime, toTime, toTimeOrNull } from "./wire-form.ts";

export const getUsageHandler =
  (engine: Engine): Handler<"get-usage"> =>
  async ({ actor, query }) => ({ status: 200, body: await reportUsage(engine, { actor, query, filter: toUsageFilter(query) }) });

interface FilterFields {
  readonly tenant_id?: string;
  readonly key_id?: string;
  readonly endpoint?: string;
  readonly code?: string;
}

type Filter = Omit<UsageFilter, "fromMs" | "toMs" | "bucketMs">;

export const toUsageFilter = (query: FilterFields): Filter => ({
  ...(query.tenant_id !== undefined && { tenantId: query.tenant_id }),
  ...(query.key_id !== undefined && { keyId: query.key_id }),
  ...(query.endpoint !== undefined && { endpoint: query.endpoint }),
  ...(query.code !== undefined && { outcome: query.code }),
});

interface RangeFields {
  readonly from?: string;
  readonly to?: string;
  readonly granularity?: Granularity;
  readonly group_by?: string;
}

interface Asked {
  readonly actor: Actor;
  readonly query: RangeFields & { readonly limit?: number; readonly cursor?: string };
  readonly filter: Filter;
}

export const toUsageRequest = (engine: Engine, { actor, query, filter }: Asked): UsageRequest => ({
  actor,
  filter,
  granularity: query.granularity ?? "day",
  groupBy: query.group_by,
  nowMs: engine.clock.nowMs(),
  fromMs: query.from === undefined ? undefined : fromTime("/from", query.from),
  toMs: query.to === undefined ? undefined : fromTime("/to", query.to),
});

/** Usage up to this moment: what the ledger has counted is brought to the store first. */
export const reportUsage = async (engine: Engine, asked: Asked): Promise<EndpointReply<"get-usage">> => {
  const { query, filter } = asked;
  const request = toUsageRequest(engine, asked);
  const question = [filter, query.from, query.to, request.granularity, query.group_by];
  const page = { limit: query.limit ?? defaultLimit, after: fromGroupCursor(query.cursor, question) };
  await engine.deliverUsage();
  const report = await summarizeUsage(engine, request, page);
  return { ...toWireUsage(report), granularity: request.granularity, ...(report.groups !== null && toWireGroups(report.groups, question)) };
};

const defaultLimit = 50;

const toWireUsage = (report: UsageReport) => {
  const { VALID: _, ...errors } = report.outcomes;
  return {
    from: toTime(report.fromMs),
    to: toTime(report.toMs),
    requests: Object.values(report.outcomes).reduce((sum, requests) => sum + requests, 0),
    errors,
    endpoints: report.endpoints.map(({ endpoint, requests }) => ({ endpoint, requests })),
    series: report.series.map(({ startMs, requests, errors: refused, codes }) => ({ start: toTime(startMs), requests, errors: refused, codes })),
    responses: {
      requests: report.responses.requests,
      statuses: Object.fromEntries(Object.entries(report.responses.statuses).map(([digit, requests]) => [`${digit}xx`, requests])),
      latency_ms: latencyFigures(report.responses),
    },
    last_used_at: toTimeOrNull(report.activity.lastUsedAtMs),
    last_used_ip: report.activity.lastUsedIp,
  };
};

const toWireGroups = ({ by, items, next }: UsageGroups, question: unknown) => ({
  groups: items.map(({ values, requests, errors }) => ({ ...toGroupFields(by, values), requests, errors })),
  next_cursor: next && toGroupCursor(next, question),
});

const fieldNames = { key: "key_id", endpoint: "endpoint", code: "code", environment: "environment", country: "country" } as const satisfies Record<
  UsageDimension,
  string
>;

/** The fields that tell a group apart, by the names that they have on the wire. */
export const groupFields = (by: readonly UsageDimension[]) => by.map((dimension) => fieldNames[dimension]);

/** Of user-assigned codes of ISO 3166-1, the one that is taken for what is not known. */
const unknownCountry = "ZZ";

export const toGroupFields = (by: readonly UsageDimension[], values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(groupFields(by).map((name, place) => [name, values[place] || (name === "country" ? unknownCountry : "")]));
