import Type, { type Static } from "typebox";
import { KeyId, TenantId } from "./key.ts";
import { bounds, VerdictCode } from "./limits.ts";
import { paging } from "./paging.ts";
import { closed, nullable, text, time } from "./text.ts";

/** Upper ends, in milliseconds, of the steps of a latency histogram; a last step has what is slower than all of them. */
export const latencySteps = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

/** By what usage can be told apart. */
export const usageDimensions = ["key", "endpoint", "code", "environment", "country"] as const;
export type UsageDimension = (typeof usageDimensions)[number];

const Granularity = Type.Union([Type.Literal("hour"), Type.Literal("day")], { default: "day" });
const range = {
  from: Type.Optional(time("Start, widened to its whole hour or day; 7 days before `to` if left out.")),
  to: Type.Optional(time("End, widened likewise; now if left out.")),
  granularity: Type.Optional(Granularity),
};
const grouping = {
  group_by: Type.Optional(
    text(
      60,
      `Up to three of ${usageDimensions.join(", ")}, with commas between; \`country\` stands alone, by day, and counts what the request log has recorded.`,
    ),
  ),
};
/** A cursor holds the values of the group that it goes on behind. */
const groupPaging = { ...paging, cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })) };
const filters = {
  tenant_id: Type.Optional(TenantId),
  key_id: Type.Optional(Type.String({ pattern: "^key_[0-9A-Za-z]{22}$" })),
  endpoint: Type.Optional(text(bounds.endpoint, "Requests of this endpoint alone.")),
  code: Type.Optional(VerdictCode),
};

export const UsageQuery = Type.Object({ ...range, ...grouping, ...groupPaging }, closed);
export const PlatformUsageQuery = Type.Object({ ...filters, ...range, ...grouping, ...groupPaging }, closed);
export const ExportUsageQuery = Type.Object(
  { ...filters, ...range, ...grouping, format: Type.Optional(Type.Union([Type.Literal("csv"), Type.Literal("json")], { default: "json" })) },
  closed,
);

const group = {
  key_id: Type.Optional(Type.String()),
  endpoint: Type.Optional(Type.String()),
  code: Type.Optional(Type.String()),
  environment: Type.Optional(Type.String()),
  country: Type.Optional(Type.String({ description: "ISO 3166-1 alpha-2; ZZ: not known." })),
};
const counts = { requests: Type.Integer(), errors: Type.Integer({ description: "Refusals among them; 0 where they are told apart by country." }) };

const Latency = Type.Object({
  mean: Type.Number(),
  p50: Type.Number({ description: "The step of the histogram that holds it, by its upper end." }),
  p90: Type.Number(),
  p99: Type.Number(),
});

export const Usage = Type.Object({
  from: time("Start of the first bucket."),
  to: time("End."),
  granularity: Type.Union([Type.Literal("hour"), Type.Literal("day")]),
  requests: Type.Integer({ description: "All verifications in the range." }),
  errors: Type.Record(Type.String(), Type.Integer(), { description: "Refusals by code." }),
  endpoints: Type.Array(Type.Object({ endpoint: Type.String(), requests: Type.Integer() }), { description: "The busiest endpoints, at most 50." }),
  series: Type.Array(
    Type.Object({
      start: time("Start of the bucket."),
      requests: Type.Integer(),
      errors: Type.Integer(),
      codes: Type.Record(Type.String(), Type.Integer(), { description: "The refusals among them by code." }),
    }),
  ),
  responses: Type.Object(
    {
      requests: Type.Integer(),
      statuses: Type.Record(Type.String(), Type.Integer(), { description: "By class of status, such as `2xx`." }),
      latency_ms: nullable(Latency),
    },
    { description: "What the guarded API has answered, as the middleware reports it." },
  ),
  groups: Type.Optional(Type.Array(Type.Object({ ...group, ...counts }), { description: "With `group_by`: the busiest first." })),
  next_cursor: Type.Optional(nullable(Type.String({ description: "With `group_by`: pass it as `cursor` for more groups; null: these were all." }))),
  last_used_at: nullable(time("The last accepted request.")),
  last_used_ip: nullable(Type.String()),
});

export const ExportedUsage = Type.Object({ data: Type.Array(Type.Object({ start: time("Start of the bucket."), ...group, ...counts })) });

const stepCount = latencySteps.length + 1;
/** More than any middleware counts in the minutes between two reports. */
const most = 1_000_000_000;

export const ReportResponses = Type.Object(
  {
    batch_id: Type.String({
      pattern: "^[0-9A-Za-z_-]{16,64}$",
      description: "Made anew for each batch, such as a UUID, and sent again with its repetition: a batch is counted once in 30 days.",
      examples: ["0b0b6e0e-7a52-4b51-9d40-5d1a2f6f0a11"],
    }),
    responses: Type.Array(
      Type.Object(
        {
          key_id: KeyId,
          endpoint: text(bounds.endpoint, "The route's template, such as `/v1/emails/{id}`, as it was verified under."),
          status: Type.Union([Type.Literal("1xx"), Type.Literal("2xx"), Type.Literal("3xx"), Type.Literal("4xx"), Type.Literal("5xx")], {
            description: "Class of the status that the client got.",
          }),
          at: Type.Optional(time("Any moment of the hour that these were answered in, at most 48 h ago; now if left out.")),
          requests: Type.Integer({ minimum: 1, maximum: most }),
          latency_ms: Type.Integer({ minimum: 0, maximum: most * 1_000, description: "The sum of all their latencies." }),
          latencies: Type.Array(Type.Integer({ minimum: 0, maximum: most }), {
            minItems: stepCount,
            maxItems: stepCount,
            description: `How many took at most ${latencySteps.join(", ")} ms and more than the step before, and how many longer: ${stepCount} numbers, together \`requests\`.`,
            examples: [[3, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
          }),
        },
        closed,
      ),
      { minItems: 1, maxItems: bounds.responses, description: "One entry for each key, endpoint, class of status and hour." },
    ),
  },
  closed,
);
export type ReportResponses = Static<typeof ReportResponses>;

export const ReportedResponses = Type.Object({
  status: Type.Union([Type.Literal("counted"), Type.Literal("repeated")], { description: "`repeated`: the batch had been counted before; nothing was added." }),
  ignored: Type.Integer({ description: "Entries of keys that do not exist." }),
});
