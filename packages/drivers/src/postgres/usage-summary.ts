import type { UsageFilter, UsageSummary } from "@keywright/core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import { fromActivityRow, type JsonRow } from "./rows.ts";
import type { KeyActivityTable, Tables } from "./schema.ts";

const maxEndpoints = 50;

interface SummaryRow extends Omit<UsageSummary, "activity"> {
  readonly activity: JsonRow<KeyActivityTable> | null;
}

/** One statement, so that all parts tell of the same requests. */
export const summarizeUsage = async (db: Kysely<Tables>, filter: UsageFilter): Promise<UsageSummary> => {
  const { rows } = await sql<SummaryRow>`
    with hits as materialized (
      select hour_ms, endpoint, outcome, requests from usage_hourly where ${matching(filter)}
    )
    select ${outcomes} as outcomes, ${endpoints} as endpoints, ${series(filter.bucketMs)} as series, ${latestUse(filter)} as activity
  `.execute(db);
  const [row] = rows;
  if (row === undefined) throw new Error("A summary is one row.");
  return { ...row, activity: fromActivityRow(row.activity) };
};

const matching = ({ tenantId, keyId, endpoint, outcome, fromMs, toMs }: UsageFilter): RawBuilder<unknown> => {
  const conditions = [sql`hour_ms >= ${fromMs}`, sql`hour_ms < ${toMs}`];
  if (tenantId !== undefined) conditions.push(sql`tenant_id = ${tenantId}`);
  else if (keyId === undefined) conditions.push(sql`tenant_id is not null`);
  if (keyId !== undefined) conditions.push(sql`key_id = ${keyId}`);
  if (endpoint !== undefined) conditions.push(sql`endpoint = ${endpoint}`);
  if (outcome !== undefined) conditions.push(sql`outcome = ${outcome}`);
  return sql.join(conditions, sql` and `);
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
  select coalesce(json_agg(json_build_object('startMs', start_ms, 'requests', total, 'errors', errors) order by start_ms), '[]')
  from (
    select hour_ms - hour_ms % ${bucketMs}::bigint as start_ms, sum(requests)::bigint as total,
      coalesce(sum(requests) filter (where outcome <> 'VALID'), 0)::bigint as errors
    from hits group by 1
  ) as buckets
)`;

const latestUse = ({ tenantId, keyId }: UsageFilter): RawBuilder<unknown> => sql`(
  select to_json(key_activity) from key_activity
  where ${keyId === undefined ? sql`true` : sql`key_id = ${keyId}`}
    and ${tenantId === undefined ? sql`true` : sql`exists (select from api_keys where api_keys.id = key_id and api_keys.tenant_id = ${tenantId})`}
  order by last_used_at_ms desc limit 1
)`;
