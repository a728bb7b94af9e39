import type { GroupPage, RowPage, UsageDimension, UsageFilter, UsageGroup, UsageRow } from "@keywright/core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { countryRows, keyRows, totalRows, type UsageRows } from "./usage-source-table.ts";

interface Asked {
  readonly filter: UsageFilter;
  readonly by: readonly UsageDimension[];
}

interface Source extends UsageRows {
  readonly errors: RawBuilder<unknown>;
  /** What a dimension is told apart by in the table, and from that its value. */
  readonly columns: Partial<Record<UsageDimension, string>>;
}

const refusals = sql`coalesce(sum(requests) filter (where outcome <> 'VALID'), 0)`;
const common = { endpoint: "endpoint", code: "outcome" };

/** By country from what the request log has recorded; key by key only where keys are told apart; else from the totals. */
const sourceOf = ({ filter, by }: Asked): Source => {
  if (by.includes("country")) return { ...countryRows(filter), errors: sql`0`, columns: { country: "country" } };
  if (by.includes("key") || filter.keyId !== undefined)
    return { ...keyRows(filter), errors: refusals, columns: { ...common, key: "key_id", environment: "key_id" } };
  return { ...totalRows(filter), errors: refusals, columns: { ...common, environment: "environment" } };
};

/** A key's environment is looked up once a key, after its requests are added up. */
const valueIn = (column: string, dimension: UsageDimension): RawBuilder<unknown> =>
  dimension === "environment" && column === "key_id"
    ? sql`coalesce((select environment from api_keys where api_keys.id = key_id), '') collate "C"`
    : sql`${sql.ref(column)}`;

const columnsOf = ({ columns }: Source, by: readonly UsageDimension[]): readonly string[] => by.map((dimension) => columns[dimension] ?? dimension);

/** Values as v0, v1, …; none where nothing is told apart. */
const names = (by: readonly UsageDimension[]): readonly string[] => by.map((_, place) => `v${place}`);

const list = (parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql.join(parts);

const summed = (asked: Asked, bucket: RawBuilder<unknown>): RawBuilder<unknown> => {
  const source = sourceOf(asked);
  const columns = columnsOf(source, asked.by);
  const inner = [sql`start_ms`, ...[...new Set(columns)].map((column) => sql.ref(column))];
  const values = columns.map((column, place) => sql`${valueIn(column, asked.by[place] ?? "key")} as ${sql.ref(`v${place}`)}`);
  return sql`
    select ${list([sql`start_ms`, ...values])}, sum(requests)::bigint as requests, sum(errors)::bigint as errors
    from (
      select ${list([sql`${bucket} as start_ms`, ...inner.slice(1)])}, sum(requests) as requests, ${source.errors} as errors
      from ${source.table} where ${source.where} group by ${list(inner)}
    ) as apart
    group by ${list([sql`start_ms`, ...names(asked.by).map((name) => sql.ref(name))])}`;
};

const place = (asked: Asked) => list(names(asked.by).map((name) => sql.ref(name)));
const shown = (asked: Asked) => (asked.by.length === 0 ? sql`'{}'::text[]` : sql`array[${place(asked)}]::text[]`);

/** `(v0, v1) > (…)` by byte. */
const behind = (asked: Asked, values: readonly string[], first: readonly (readonly [RawBuilder<unknown>, number])[] = []): RawBuilder<unknown> => {
  const left = [...first.map(([column]) => column), ...names(asked.by).map((name) => sql`${sql.ref(name)} collate "C"`)];
  const right = [...first.map(([, value]) => sql`${value}::bigint`), ...values.map((value) => sql`${value}::text`)];
  return left.length === 0 ? sql`false` : sql`(${list(left)}) > (${list(right)})`;
};

export const usageGroups = async (db: Kysely<Tables>, asked: Asked, { limit, after }: GroupPage): Promise<readonly UsageGroup[]> => {
  const where =
    after === null ? sql`true` : sql`requests < ${after.requests}::bigint or (requests = ${after.requests}::bigint and ${behind(asked, after.values)})`;
  const { rows } = await sql<UsageGroup>`
    select ${shown(asked)} as values, requests, errors from (${summed(asked, sql`0::bigint`)}) as told
    where ${where} order by ${list([sql`requests desc`, ...names(asked.by).map((name) => sql.ref(name))])} limit ${limit}
  `.execute(db);
  return rows;
};

export const usageRows = async (db: Kysely<Tables>, asked: Asked, { limit, after }: RowPage): Promise<readonly UsageRow[]> => {
  const { start } = sourceOf(asked);
  const bucket = sql`${start} - ${start} % ${asked.filter.bucketMs}::bigint`;
  const where = after === null ? sql`true` : behind(asked, after.values, [[sql`start_ms`, after.startMs]]);
  const { rows } = await sql<UsageRow>`
    select start_ms as "startMs", ${shown(asked)} as values, requests, errors from (${summed(asked, bucket)}) as told
    where ${where} order by ${list([sql`start_ms`, ...names(asked.by).map((name) => sql.ref(name))])} limit ${limit}
  `.execute(db);
  return rows;
};
