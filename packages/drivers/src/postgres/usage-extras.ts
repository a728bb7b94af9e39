import type { AddedResponses, CountryCount, ResponseBatch, ResponseCount } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { coarsenLabels } from "./usage-labels.ts";
import { noteBatch } from "./usage-moves.ts";

type Db = Kysely<Tables>;

/** What stands in the key's place for all keys together: read by `usage-summary.ts` and `usage-groups.ts`. */
export const platformTotal = "";

interface OwnedResponses extends ResponseCount {
  readonly tenantId: string | null;
}

export const addResponses = async (db: Db, { id, counts }: ResponseBatch): Promise<AddedResponses> => {
  if (!(await noteBatch(db, id))) return { isRepeated: true, ignored: 0 };
  const tenants = await tenantsOf(db, [...new Set(counts.map(({ keyId }) => keyId))]);
  const known = counts.flatMap((count): OwnedResponses[] => {
    const tenantId = tenants.get(count.keyId);
    return tenantId === undefined ? [] : [{ ...count, tenantId }];
  });
  // A tenant's totals, and everybody's, stand beside the keys'.
  const lines = known.flatMap((count) => (count.tenantId === null ? [count] : withTotals({ ...count, tenantId: count.tenantId })));
  if (lines.length > 0) await addLines(db, await coarsenLabels(db, "usage_responses_daily", lines));
  return { isRepeated: false, ignored: counts.length - known.length };
};

const withTotals = <T extends { readonly tenantId: string }>(line: T) => [
  line,
  { ...line, keyId: line.tenantId },
  { ...line, keyId: platformTotal, tenantId: platformTotal },
];

const tenantsOf = async (db: Db, keyIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> => {
  const rows = await db.selectFrom("api_keys").select(["id", "tenant_id"]).where("id", "=", sql<string>`any(${keyIds}::text[])`).execute();
  return new Map(rows.map((row) => [row.id, row.tenant_id]));
};

const addLines = async (db: Db, lines: readonly OwnedResponses[]): Promise<void> => {
  for (const [name, start, width] of [
    ["usage_responses_hourly", "hour_ms", 3_600_000],
    ["usage_responses_daily", "day_ms", 86_400_000],
  ] as const) {
    const merged = mergeLines(lines.map((line) => ({ ...line, hourMs: line.hourMs - (line.hourMs % width) })));
    await sql`
      insert into ${sql.table(name)} as known (key_id, tenant_id, ${sql.ref(start)}, endpoint, status, requests, latency_ms, latencies)
      select key_id, tenant_id, start_ms, endpoint, status, requests, latency_ms, array(select json_array_elements_text(latencies)::bigint)
      from unnest(
        ${merged.map(({ keyId }) => keyId)}::text[], ${merged.map(({ tenantId }) => tenantId)}::text[], ${merged.map(({ hourMs }) => hourMs)}::bigint[],
        ${merged.map(({ endpoint }) => endpoint)}::text[], ${merged.map(({ status }) => status)}::smallint[],
        ${merged.map(({ requests }) => requests)}::bigint[], ${merged.map(({ latencyMs }) => latencyMs)}::bigint[],
        ${merged.map(({ latencies }) => JSON.stringify(latencies))}::json[]
      ) as moved (key_id, tenant_id, start_ms, endpoint, status, requests, latency_ms, latencies)
      order by key_id, start_ms, endpoint, status
      on conflict (key_id, ${sql.ref(start)}, endpoint, status) do update set
        requests = known.requests + excluded.requests, latency_ms = known.latency_ms + excluded.latency_ms,
        latencies = usage_add(known.latencies, excluded.latencies)
    `.execute(db);
  }
};

/** One statement may not write a row twice. */
const mergeLines = (lines: readonly OwnedResponses[]): readonly OwnedResponses[] => {
  const merged = new Map<string, OwnedResponses>();
  for (const line of lines) {
    const name = JSON.stringify([line.keyId, line.hourMs, line.endpoint, line.status]);
    const known = merged.get(name);
    merged.set(name, known === undefined ? line : sumOf(known, line));
  }
  return [...merged.values()];
};

const sumOf = (a: OwnedResponses, b: OwnedResponses): OwnedResponses => ({
  ...a,
  requests: a.requests + b.requests,
  latencyMs: a.latencyMs + b.latencyMs,
  latencies: a.latencies.map((number, step) => number + (b.latencies[step] ?? 0)),
});

export const addCountries = async (db: Db, counts: readonly CountryCount[]): Promise<void> => {
  const lines = counts.flatMap((count) => (count.tenantId === null ? [count] : withTotals({ ...count, tenantId: count.tenantId })));
  if (lines.length === 0) return;
  await sql`
    insert into usage_countries (key_id, tenant_id, day_ms, country, requests)
    select key_id, max(tenant_id), day_ms, country, sum(requests)
    from unnest(
      ${lines.map(({ keyId }) => keyId)}::text[], ${lines.map(({ tenantId }) => tenantId)}::text[], ${lines.map(({ dayMs }) => dayMs)}::bigint[],
      ${lines.map(({ country }) => country)}::text[], ${lines.map(({ requests }) => requests)}::bigint[]
    ) as moved (key_id, tenant_id, day_ms, country, requests)
    group by key_id, day_ms, country
    order by key_id, day_ms, country
    on conflict (key_id, day_ms, country) do update set requests = usage_countries.requests + excluded.requests
  `.execute(db);
};
