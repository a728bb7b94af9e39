import type { UsageFilter } from "@keywright/core";
import { type RawBuilder, sql } from "kysely";
import { platformTotal } from "./usage-extras.ts";

const dayMs = 86_400_000;

/** Rows of usage, and which of them are meant. */
export interface UsageRows {
  readonly table: RawBuilder<unknown>;
  readonly start: RawBuilder<unknown>;
  readonly where: RawBuilder<unknown>;
}

const isDaily = ({ bucketMs }: UsageFilter): boolean => bucketMs >= dayMs;

const rowsOf = (name: string, filter: UsageFilter, conditions: readonly RawBuilder<unknown>[]): UsageRows => {
  const start = sql.ref(isDaily(filter) ? "day_ms" : "hour_ms");
  const all = [sql`${start} >= ${filter.fromMs}`, sql`${start} < ${filter.toMs}`, ...conditions];
  return { table: sql.table(`${name}_${isDaily(filter) ? "daily" : "hourly"}`), start, where: sql.join(all, sql` and `) };
};

const labels = ({ endpoint, outcome }: Pick<UsageFilter, "endpoint" | "outcome">): RawBuilder<unknown>[] => [
  ...(endpoint === undefined ? [] : [sql`endpoint = ${endpoint}`]),
  ...(outcome === undefined ? [] : [sql`outcome = ${outcome}`]),
];

/** Key by key. */
export const keyRows = (filter: UsageFilter): UsageRows => {
  const { keyId, tenantId } = filter;
  const conditions = [
    ...(keyId === undefined ? [] : [sql`key_id = ${keyId}`]),
    ...(tenantId === undefined ? [] : [sql`tenant_id = ${tenantId}`]),
    ...(keyId === undefined && tenantId === undefined ? [sql`tenant_id is not null`] : []),
  ];
  return rowsOf("usage", filter, [...conditions, ...labels(filter)]);
};

/** Of one key; or the totals of a tenant, or of the platform, whatever the keys. */
export const totalRows = (filter: UsageFilter): UsageRows =>
  filter.keyId === undefined ? rowsOf("usage_totals", filter, [sql`tenant_id = ${filter.tenantId ?? platformTotal}`, ...labels(filter)]) : keyRows(filter);

const inKeysPlace = ({ keyId, tenantId }: UsageFilter): RawBuilder<unknown>[] => [
  sql`key_id = ${keyId ?? tenantId ?? platformTotal}`,
  ...(keyId === undefined || tenantId === undefined ? [] : [sql`tenant_id = ${tenantId}`]),
];

export const responseRows = (filter: UsageFilter): UsageRows => {
  const { endpoint } = filter;
  return rowsOf("usage_responses", filter, [...inKeysPlace(filter), ...(endpoint === undefined ? [] : [sql`endpoint = ${endpoint}`])]);
};

export const countryRows = (filter: UsageFilter): UsageRows => ({
  table: sql.table("usage_countries"),
  start: sql.ref("day_ms"),
  where: sql.join([sql`day_ms >= ${filter.fromMs}`, sql`day_ms < ${filter.toMs}`, ...inKeysPlace(filter)], sql` and `),
});
