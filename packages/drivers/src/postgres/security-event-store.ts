import type { KeyOrigin, NewOrigin, PageRequest, SecurityEvent, SecurityEventFilter, SecurityEventStore } from "@keywright/core";
import { type ExpressionBuilder, type Insertable, type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import { inParts } from "./in-parts.ts";
import { pageOf, rowsFor } from "./page.ts";
import type { SecurityEventTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresSecurityEvents = (db: Db) =>
  ({
    add: (events) => inParts(db, events, (part, rows) => part.insertInto("security_events").values(rows.map(toRow)).execute()),
    list: (filter, page) => listEvents(db, filter, page),
    noteOrigins: (uses, atMs) => noteOrigins(db, uses, atMs),
    prune: (beforeMs, limit) => prune(db, beforeMs, limit),
  }) satisfies SecurityEventStore;

const listEvents = async (db: Db, filter: SecurityEventFilter, page: PageRequest) => {
  const rows = await db
    .selectFrom("security_events")
    .selectAll()
    .where((eb) => eb.and(conditions(eb, filter, page)))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, ({ id }) => id);
};

const conditions = (eb: ExpressionBuilder<Tables, "security_events">, filter: SecurityEventFilter, { after }: PageRequest) => {
  const { tenantId, kind, severity, subjectId, fromMs, toMs } = filter;
  return [
    ...(after === null ? [] : [eb("id", "<", after)]),
    ...(tenantId === undefined ? [] : [eb("tenant_id", "=", tenantId)]),
    ...(kind === undefined ? [] : [eb("kind", "=", kind)]),
    ...(severity === undefined ? [] : [eb("severity", "=", severity)]),
    ...(subjectId === undefined ? [] : [eb("subject_id", "=", subjectId)]),
    ...(fromMs === undefined ? [] : [eb("at_ms", ">=", fromMs)]),
    ...(toMs === undefined ? [] : [eb("at_ms", "<", toMs)]),
  ];
};

/** One statement: a key's rows as they were before it decide what is news. Whoever notes the same origin at the same time notes it once. */
const noteOrigins = async (db: Db, uses: readonly KeyOrigin[], atMs: number): Promise<readonly NewOrigin[]> => {
  if (uses.length === 0) return [];
  const { rows } = await sql<{ keyId: string; origin: string; tenantId: string | null }>`
    with used as (
      select distinct u.key_id, u.origin from unnest(${uses.map(({ keyId }) => keyId)}::text[], ${uses.map(({ origin }) => origin)}::text[]) as u (key_id, origin)
    ), standing as (
      select k.id as key_id, k.tenant_id, (select count(*) from key_origins o where o.key_id = k.id) as origins
      from api_keys k where k.id in (select key_id from used)
    ), added as (
      insert into key_origins (key_id, origin, first_at_ms)
      select u.key_id, u.origin, ${atMs} from used u join standing s on s.key_id = u.key_id and s.origins < 100 order by u.key_id, u.origin
      on conflict do nothing returning key_id, origin
    )
    select a.key_id as "keyId", a.origin, s.tenant_id as "tenantId" from added a join standing s on s.key_id = a.key_id
    where s.origins > 0 order by a.key_id, a.origin
  `.execute(db);
  return rows;
};

const prune = async (db: Db, beforeMs: number, limit: number): Promise<number> => {
  const old = sql<SqlBool>`id = any(array(select id from security_events where at_ms < ${beforeMs} order by at_ms limit ${limit} for update skip locked))`;
  const { numDeletedRows } = await db.deleteFrom("security_events").where(old).executeTakeFirst();
  return Number(numDeletedRows);
};

const toRow = (event: SecurityEvent): Insertable<SecurityEventTable> => ({
  id: event.id,
  tenant_id: event.tenantId,
  kind: event.kind,
  severity: event.severity,
  subject_type: event.subjectType,
  subject_id: event.subjectId,
  at_ms: event.atMs,
  last_at_ms: event.lastAtMs,
  count: event.count,
  details: JSON.stringify(event.details),
});

const fromRow = (row: Selectable<SecurityEventTable>): SecurityEvent => ({
  id: row.id,
  tenantId: row.tenant_id,
  kind: row.kind as SecurityEvent["kind"],
  severity: row.severity as SecurityEvent["severity"],
  subjectType: row.subject_type as SecurityEvent["subjectType"],
  subjectId: row.subject_id,
  atMs: row.at_ms,
  lastAtMs: row.last_at_ms,
  count: row.count,
  details: row.details,
});
