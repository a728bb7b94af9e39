import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { numberArray, textArray } from "./text-array.ts";

/** Endpoints of one key that are told apart in a day; later ones are counted as `otherEndpoints`. */
const labelsPerKey = 200;
const otherEndpoints = "other";
const dayMs = 86_400_000;

interface Labelled {
  readonly keyId: string;
  readonly hourMs: number;
  readonly endpoint: string;
}

type Daily = "usage_daily" | "usage_responses_daily";

/**
 * The same lines, with the endpoints coarsened that are too many for their key and day. Most lines bring no endpoint that is new that day, which one
 * look tells; those that do take turns until they commit, so that several deliveries together do not bring too many.
 */
export const coarsenLabels = async <T extends Labelled>(db: Kysely<Tables>, daily: Daily, lines: readonly T[]): Promise<readonly T[]> => {
  const fresh = distinctLabels(await freshOf(db, daily, lines));
  if (fresh.length === 0) return lines;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`keywright ${daily}`}, 0))`.execute(db);
  const surplus = await surplusOf(db, daily, fresh);
  return surplus.size === 0 ? lines : lines.map((line) => (surplus.has(nameOf(line)) ? { ...line, endpoint: otherEndpoints } : line));
};

const dayOf = ({ hourMs }: Labelled): number => hourMs - (hourMs % dayMs);
const nameOf = (line: Labelled): string => `${line.keyId} ${dayOf(line)} ${line.endpoint}`;

const distinctLabels = (lines: readonly Labelled[]): readonly Labelled[] => [...new Map(lines.map((line) => [nameOf(line), line])).values()];

const columnsOf = (labels: readonly Labelled[]) => sql`unnest(
  ${textArray(labels.map(({ keyId }) => keyId))}::text[], ${numberArray(labels.map(dayOf))}::bigint[], ${textArray(labels.map(({ endpoint }) => endpoint))}::text[]
) with ordinality as asked (key_id, day_ms, endpoint, n)`;

/**
 * A subquery with a limit is looked up by the index for each line; as a join it may become a scan of all that was ever counted. Of one day, which
 * most deliveries are of, the plan goes to that day's partition at once.
 */
const isFresh = (daily: Daily, labels: readonly Labelled[]) => {
  const days = new Set(labels.map(dayOf));
  return sql`(
    select 1 from ${sql.table(daily)} as known
    where known.key_id = asked.key_id and known.day_ms = ${days.size === 1 ? sql`${[...days][0]}::bigint` : sql`asked.day_ms`} and known.endpoint = asked.endpoint limit 1
  ) is null`;
};

/** Looks in the order of the index: neighbours are on a page of it that is at hand. */
const freshOf = async (db: Kysely<Tables>, daily: Daily, lines: readonly Labelled[]): Promise<readonly Labelled[]> => {
  const { rows } = await sql<{ fresh: readonly number[] }>`
    select array(
      select n::integer from (select * from ${columnsOf(lines)} order by key_id collate "C") as asked
      where endpoint <> ${otherEndpoints} and ${isFresh(daily, lines)} order by n
    ) as fresh
  `.execute(db);
  return (rows[0]?.fresh ?? []).flatMap((n) => lines[n - 1] ?? []);
};

const surplusOf = async (db: Kysely<Tables>, daily: Daily, labels: readonly Labelled[]): Promise<ReadonlySet<string>> => {
  const { rows } = await sql<{ n: number }>`
    with fresh as (
      select key_id, day_ms, n, row_number() over (partition by key_id, day_ms order by n) as rank from ${columnsOf(labels)} where ${isFresh(daily, labels)}
    ), stored as (
      select of_key.key_id, of_key.day_ms, (
        select count(distinct known.endpoint) from ${sql.table(daily)} as known
        where known.key_id = of_key.key_id and known.day_ms = of_key.day_ms and known.endpoint <> ${otherEndpoints}
      ) as labels
      from (select distinct key_id, day_ms from fresh) as of_key
    )
    select n from fresh join stored using (key_id, day_ms) where rank + labels > ${labelsPerKey}
  `.execute(db);
  return new Set(rows.map(({ n }) => labels[n - 1]).flatMap((label) => (label === undefined ? [] : [nameOf(label)])));
};
