import { latencySteps, type UsageFilter, type UsageSummary } from "@keywright/core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { fromActivityRow, type JsonRow } from "./rows.ts";
import type { KeyActivityTable, Tables } from "./schema.ts";
import { responseRows, totalRows } from "./usage-source-table.ts";

const maxEndpoints = 50;

interface SummaryRow extends Omit<UsageSummary, "activity"> {
  readonly activity: JsonRow<KeyActivityTable> | null;
}

/** One statement, so that all parts tell of the same requests. */
export const summarizeUsage = async (db: Kysely<Tables>, filter: UsageFilter): Promise<UsageSummary> => {
  const counted = totalRows(filter);
  const answered = responseRows(filter);
  const { rows } = await sql<SummaryRow>`
    with hits as materialized (
      select ${counted.start} as start_ms, endpoint, outcome, requests from ${counted.table} where ${counted.where}
    ), answers as materialized (
      select status, requests, latency_ms, latencies from ${answered.table} where ${answered.where}
    )
    select ${outcomes} as outcomes, ${endpoints} as endpoints, ${series(filter.bucketMs)} as series, ${responses} as responses, ${latestUse(filter)} as activity
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("A summary is one row.");
  return { ...row, activity: fromActivityRow(row.activity) };
};

const outcomes = sql`(
  select coalesce(json_object_agg(outcome, total), '{}')
  from (select outcome, sum(requests)::bigint as total from hits group by outcome) as by_outcome
)`;

const endpoints = sql`(
  select coalesce(json_agg(json_build_object('endpoint', endpoint, 'requests', total) order by total desc, endpoint), '[]')
  from (
    select endpoint, sum(requests)::bigint as total from hits group by endpoint order by total desc, endpoint limit ${sql.lit(maxEndpoints)}
  ) as busiest
)`;

const series = (bucketMs: number): RawBuilder<unknown> => sql`(
  select coalesce(json_agg(json_build_object('startMs', start_ms, 'requests', total, 'errors', errors, 'codes', codes) order by start_ms), '[]')
  from (
    select start_ms, sum(total)::bigint as total, coalesce(sum(total) filter (where outcome <> 'VALID'), 0)::bigint as errors,
      coalesce(json_object_agg(outcome, total) filter (where outcome <> 'VALID'), '{}') as codes
    from (
      select start_ms - start_ms % ${bucketMs}::bigint as start_ms, outcome, sum(requests)::bigint as total from hits group by 1, 2
    ) as parts
    group by start_ms
  ) as buckets
)`;

const steps = sql.lit(latencySteps.length + 1);

const responses = sql`(
  select json_build_object(
    'requests', coalesce(sum(requests), 0)::bigint,
    'statuses', (
      select coalesce(json_object_agg(status, total), '{}') from (select status, sum(requests)::bigint as total from answers group by status) as by_status
    ),
    'latencyMs', coalesce(sum(latency_ms), 0)::bigint,
    'latencies', (
      select json_agg(coalesce(total, 0) order by step)
      from generate_series(1, ${steps}) as step
      left join (select n, sum(number)::bigint as total from answers, unnest(latencies) with ordinality as l (number, n) group by n) as by_step on n = step
    )
  )
  from answers
)`;

const latestUse = ({ tenantId, keyId }: UsageFilter): RawBuilder<unknown> => sql`(
  select to_json(key_activity) from key_activity
  where ${keyId === undefined ? sql`true` : sql`key_id = ${keyId}`}
    and ${tenantId === undefined ? sql`true` : sql`key_activity.tenant_id = ${tenantId}`}
    and last_used_at_ms is not null
  order by last_used_hour desc, last_used_at_ms desc limit 1
)`;
