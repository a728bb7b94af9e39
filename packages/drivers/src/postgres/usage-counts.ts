import type { UsageCount } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { numberArray, textArray } from "./text-array.ts";
import { coarsenLabels } from "./usage-labels.ts";
import { linesOf, type UsageLines } from "./usage-lines.ts";

type Db = Kysely<Tables>;

/** Endpoints that are told apart in the totals of one tenant, and of the platform, in a day. */
const labelsOfTotals = 1_000;
const dayMs = 86_400_000;

/**
 * Rows are written in one order, by hour, key, endpoint and outcome, so that two deliveries never wait for each other in a circle; each
 * table in one go. So either all rows of a move are there, as most are, and are changed in place; or, where one is missing, all are upserted.
 * Rows that are there have labels that were let in before.
 */
export const addCounts = async (db: Db, counts: readonly UsageCount[], lines: UsageLines): Promise<void> => {
  if (counts.length === 0) return;
  if (await addInPlace(db, lines)) return;
  const coarsened = await coarsenLabels(db, "usage_daily", counts);
  const hours = coarsened === counts ? lines : linesOf(coarsened);
  await upsert(db, hours, { table: "usage_hourly", start: "hour_ms" });
  await upsert(db, daysOf(hours, coarsened), { table: "usage_daily", start: "day_ms" });
  await sql`select ${addTotals} from ${columnsOf(hours)}`.execute(db);
};

/** As a row `m`: what several functions take is sent once. */
const columnsOf = ({ keysText, tenants, kindsOf, requests, tenantIds, kinds }: UsageLines) => sql`(select
  ${keysText}::text[] as keys, ${numberArray(tenants)}::integer[] as tenant, ${numberArray(kindsOf)}::integer[] as kind,
  ${numberArray(requests)}::bigint[] as requests, ${textArray(tenantIds)}::text[] as tenants, ${numberArray(kinds.map(({ hourMs }) => hourMs))}::bigint[] as hours,
  ${textArray(kinds.map(({ endpoint }) => endpoint))}::text[] as endpoints, ${textArray(kinds.map(({ outcome }) => outcome))}::text[] as outcomes
) as m`;

const addTotals = sql`usage_add_totals(m.keys, m.tenant, m.kind, m.requests, m.tenants, m.hours, m.endpoints, m.outcomes, ${sql.lit(labelsOfTotals)})`;

/** Kinds of lines beyond which it takes longer to find the texts of one than to upsert it. */
const fewKinds = 200;

/** Whether all rows were there. A move that an hour ends in is not among those. */
const addInPlace = async (db: Db, lines: UsageLines): Promise<boolean> => {
  if (lines.kinds.length > fewKinds || lines.kinds[0]?.hourMs !== lines.kinds.at(-1)?.hourMs) return false;
  const { rows } = await sql<{ done: boolean }>`
    select place.done, case when place.done then ${addTotals} end
    from ${columnsOf(lines)} cross join lateral (select usage_advance(m.hours[1], m.keys, m.kind, m.requests, m.endpoints, m.outcomes) as done offset 0) as place
  `.execute(db);
  return rows[0]?.done === true;
};

const toDay = (ms: number): number => ms - (ms % dayMs);

/** Of one hour, the lines of the day are those of the hour. */
const daysOf = (hours: UsageLines, counts: readonly UsageCount[]): UsageLines =>
  hours.kinds[0]?.hourMs === hours.kinds.at(-1)?.hourMs
    ? { ...hours, kinds: hours.kinds.map((kind) => ({ ...kind, hourMs: toDay(kind.hourMs) })) }
    : linesOf(counts.map((count) => ({ ...count, hourMs: toDay(count.hourMs) })));

interface Target {
  readonly table: "usage_hourly" | "usage_daily";
  readonly start: "hour_ms" | "day_ms";
}

const upsert = async (db: Db, lines: UsageLines, { table, start }: Target): Promise<void> => {
  await sql`
    insert into ${sql.table(table)} as known (key_id, tenant_id, ${sql.ref(start)}, endpoint, outcome, requests)
    select l.key_id, t.tenant_id, k.start_ms, k.endpoint, k.outcome, l.requests
    from ${columnsOf(lines)}
    cross join lateral unnest(m.keys, m.tenant, m.kind, m.requests) as l (key_id, tenant, kind, requests)
    join unnest(m.hours, m.endpoints, m.outcomes) with ordinality as k (start_ms, endpoint, outcome, n) on k.n = l.kind
    left join unnest(m.tenants) with ordinality as t (tenant_id, n) on t.n = l.tenant
    order by k.start_ms, l.key_id collate "C", l.kind
    on conflict (key_id, ${sql.ref(start)}, endpoint, outcome) do update set requests = known.requests + excluded.requests
  `.execute(db);
};
