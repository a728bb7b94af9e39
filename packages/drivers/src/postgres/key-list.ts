import { type KeyFilter, type KeySort, neverEndsMs, neverUsedMs, type PageRequest, readKeyPlace } from "@keywright/core";
import { type ExpressionBuilder, type Kysely, type RawBuilder, type SqlBool, sql } from "kysely";
import { rowsFor } from "./page.ts";
import { folded } from "./rows.ts";
import type { Tables } from "./schema.ts";

interface Asked {
  readonly filter: KeyFilter;
  readonly page: PageRequest;
  readonly sort: KeySort;
}

/**
 * The ids of one page of keys, each with what it is in order by, `value`. Only then are rows put together: a sort would carry whole keys otherwise.
 * The orders have indexes (`migrations/0018-key-orders.ts`), which these expressions must match word by word.
 */
export const pageOfIds = (db: Kysely<Tables>, { filter, page, sort }: Asked) => {
  const direction = sort.isDescending ? "desc" : "asc";
  const ids = db
    .selectFrom("api_keys")
    .leftJoin("key_activity", "key_activity.key_id", "api_keys.id")
    .select(["api_keys.id as id", values[sort.by].as("value")])
    .where((eb) => eb.and([...conditions(eb, filter), ...placeIn({ filter, page, sort })]))
    .limit(rowsFor(page));
  if (sort.by === "createdAt") return ids.orderBy("api_keys.id", direction);
  if (sort.by === "lastUsedAt") return ids.orderBy("last_used_hour", direction).orderBy(values.lastUsedAt, direction).orderBy("key_activity.key_id", direction);
  return ids.orderBy(values[sort.by], direction).orderBy("api_keys.id", direction);
};

const values: Readonly<Record<KeySort["by"], RawBuilder<string | number>>> = {
  createdAt: sql<string>`api_keys.id`,
  name: sql<string>`api_keys.folded_name`,
  lastUsedAt: sql<number>`coalesce(key_activity.last_used_at_ms, ${sql.lit(neverUsedMs)})`,
  expiresAt: sql<number>`coalesce(api_keys.expires_at_ms, ${sql.lit(neverEndsMs)})`,
};

type Keys = ExpressionBuilder<Tables, "api_keys">;

const hourMs = 3_600_000;

/** Behind the page before. An order by last use is walked by rows of activity, so that these must be the tenant's too. */
const placeIn = (asked: Asked): readonly RawBuilder<SqlBool>[] => {
  const { filter, page, sort } = asked;
  const own = filter.tenantId === null ? sql<SqlBool>`key_activity.tenant_id is null` : sql<SqlBool>`key_activity.tenant_id = ${filter.tenantId}`;
  return [...(sort.by === "lastUsedAt" ? [own] : []), ...(page.after === null ? [] : [behind(page.after, sort)])];
};

const behind = (after: string, { by, isDescending }: KeySort): RawBuilder<SqlBool> => {
  const beyond = sql.raw(isDescending ? "<" : ">");
  const { id, value } = readKeyPlace(after, by);
  if (by === "createdAt") return sql`api_keys.id ${beyond} ${id}`;
  if (by !== "lastUsedAt") return sql`(${values[by]}, api_keys.id) ${beyond} (${value}, ${id})`;
  return sql`last_used_hour ${beyond}= ${Math.trunc(Number(value) / hourMs)} and (${values[by]}, key_activity.key_id) ${beyond} (${value}, ${id})`;
};

const conditions = (eb: Keys, filter: KeyFilter) => {
  const { tenantId, status, environment, scope, ownerId, q, nowMs } = filter;
  const all = [tenantId === null ? eb("api_keys.tenant_id", "is", null) : eb("api_keys.tenant_id", "=", tenantId)];
  if (status !== undefined) all.push(hasStatus(eb, status, nowMs));
  if (environment !== undefined) all.push(eb("api_keys.environment", "=", environment));
  if (scope !== undefined) all.push(eb(sql`${scope}`, "=", sql`any(api_keys.scopes)`));
  if (ownerId !== undefined) all.push(eb("api_keys.owner_id", "=", ownerId));
  if (q !== undefined) all.push(eb.or([namePart(eb, q), hintEnd(eb, q)]));
  return all;
};

/** A key's status as its verdict has it: what was switched off or revoked is that, whether it has expired or not. */
const hasStatus = (eb: Keys, status: NonNullable<KeyFilter["status"]>, nowMs: number) => {
  if (status === "revoked" || status === "disabled") return eb("api_keys.state", "=", status);
  const over = isExpired(eb, nowMs);
  return eb.and([eb("api_keys.state", "=", "active"), status === "expired" ? over : eb.not(over)]);
};

export const isExpired = (eb: Keys, nowMs: number) => eb(eb.fn.coalesce(sql`api_keys.expires_at_ms <= ${nowMs}`, sql<SqlBool>`false`), "=", true);

/** `strpos` takes the text as it is: nothing in it is a wildcard. */
const namePart = (eb: Keys, q: string) => eb(sql`strpos(api_keys.folded_name, ${folded(q)})`, ">", 0);

const lastCharacter = "\u{10ffff}";

/** In the order of `migrations/0024-hint-search.ts`: from what is turned round up to what begins so with the last of all characters behind it. */
const hintEnd = (eb: Keys, q: string) =>
  eb.exists(
    eb
      .selectFrom("key_secrets")
      .select("key_secrets.id")
      .whereRef("key_secrets.key_id", "=", "api_keys.id")
      .where("key_secrets.valid_until_ms", "is", null)
      .where(sql<SqlBool>`key_secrets.hint_reversed >= reverse(${q}) and key_secrets.hint_reversed < reverse(${q}) || ${lastCharacter}::text`),
  );
