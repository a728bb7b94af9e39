import type { createStore } from "@keywright/drivers";
import { type Pool, runSql } from "../servers/run-sql.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const days = 90;
const tenants = 100;
const keysPerTenant = 5;
/** At least so many, spread over all keys, hours and endpoints. */
export const requests = 100_000_000;
export const keys = tenants * keysPerTenant;
export const tenantId = "ten_0000000000000000000042";
/** The end of the last hour that is counted: the present one, so that no hour is too old to be kept. */
export const newestMs = Math.floor(Date.now() / dayMs) * dayMs;

const perLine = Math.ceil(requests / (keys * days * 24 * 5));

/** Partitions are made where rows have come for them: one row a month is enough. */
const makePartitions = async (pool: Pool, usage: Pick<ReturnType<typeof createStore>["usage"], "keep">): Promise<void> => {
  for (const [table, start] of [
    ["usage_hourly", "hour_ms"],
    ["usage_totals_hourly", "hour_ms"],
  ] as const) {
    const key = table === "usage_hourly" ? "key_id, outcome" : "tenant_id, environment, outcome";
    const values = table === "usage_hourly" ? "'sentinel', 'VALID'" : "'sentinel', 'live', 'VALID'";
    await runSql(
      pool,
      `insert into ${table} (${key}, ${start}, endpoint, requests) select ${values}, ($1::bigint - n * $2::bigint), '/', 1 from generate_series(0, ${days}) as n`,
      [newestMs - hourMs, dayMs],
    );
  }
  await usage.keep(Date.now(), 400 * dayMs);
  for (const [table, column] of [
    ["usage_hourly", "key_id"],
    ["usage_totals_hourly", "tenant_id"],
  ])
    await runSql(pool, `delete from ${table} where ${column} = 'sentinel'`);
};

/** Counts as deliveries leave them, made in the database itself: in the order of time, as they come. */
export const fillUsage = async (pool: Pool, usage: Pick<ReturnType<typeof createStore>["usage"], "keep">): Promise<void> => {
  await makePartitions(pool, usage);
  for (let day = days; day > 0; day--) {
    await runSql(
      pool,
      `insert into usage_hourly (key_id, tenant_id, hour_ms, endpoint, outcome, requests)
       select 'key_' || lpad(k::text, 22, '0'), 'ten_' || lpad((1 + (k - 1) / ${keysPerTenant})::text, 22, '0'), $1::bigint + h * ${hourMs},
              case e when 5 then 'POST /v1/1' else 'POST /v1/' || e end, case e when 5 then 'RATE_LIMITED' else 'VALID' end, ${perLine}
       from generate_series(0, 23) as h, generate_series(1, ${keys}) as k, generate_series(1, 5) as e`,
      [newestMs - day * dayMs],
    );
  }
  const daily = (start: string) => `${start} - ${start} % ${dayMs}`;
  await runSql(
    pool,
    `insert into usage_daily (key_id, tenant_id, day_ms, endpoint, outcome, requests)
     select key_id, tenant_id, ${daily("hour_ms")}, endpoint, outcome, sum(requests) from usage_hourly group by 1, 2, 3, 4, 5 order by 3, 1`,
  );
  for (const [table, start, from] of [
    ["usage_totals_hourly", "hour_ms", "usage_hourly"],
    ["usage_totals_daily", "day_ms", "usage_daily"],
  ]) {
    for (const owner of ["tenant_id", "''"])
      await runSql(
        pool,
        `insert into ${table} (tenant_id, ${start}, environment, endpoint, outcome, requests)
         select ${owner}, ${start}, 'live', endpoint, outcome, sum(requests) from ${from} group by 1, 2, 4, 5 order by 2, 1`,
      );
  }
  await runSql(pool, "vacuum analyze");
};
