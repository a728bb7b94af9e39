import type { Alert, AlertCursors, AlertFilter, AlertStore, AlertTopic, PageRequest } from "@keywright/core";
import { type ExpressionBuilder, type Insertable, type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { AlertTable } from "./alert-schema.ts";
import { pageOf, rowsFor } from "./page.ts";
import type { Tables } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;
const onlyPass = "rules";

export const postgresAlerts = (db: Db) =>
  ({
    beginPass: (nowMs, everyMs) => beginPass(db, nowMs, everyMs),
    endPass: async (cursors) => {
      await db
        .updateTable("alert_passes")
        .set({ cursors: JSON.stringify(cursors) })
        .where("name", "=", onlyPass)
        .execute();
    },
    insert: async (alert) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("alerts")
        .values(toRow(alert))
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },
    update: async (alert) => requireChanged(await db.updateTable("alerts").set(toRow(alert)).where("id", "=", alert.id).executeTakeFirst(), alert.id),
    find: async (id) => {
      const row = await byId(db, id).executeTakeFirst();
      return row && fromRow(row);
    },
    lock: async (id) => {
      const row = await byId(db, id).forNoKeyUpdate().executeTakeFirst();
      return row && fromRow(row);
    },
    list: (filter, page) => listAlerts(db, filter, page),
    latest: (topics) => latest(db, topics),
    listOpen: (page) => listOpen(db, page),
    listMailDue: async (limit) => {
      const rows = await db
        .selectFrom("alerts")
        .selectAll()
        .where("mail_due", "<>", "none")
        .orderBy(sql`coalesce(tenant_id, '')`)
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(fromRow);
    },
    prune: async (beforeMs, limit) => {
      const old = sql<SqlBool>`id = any(array(
        select id from alerts where ended_at_ms < ${beforeMs} order by ended_at_ms limit ${limit} for update skip locked
      ))`;
      const { numDeletedRows } = await db.deleteFrom("alerts").where(old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  }) satisfies AlertStore;

/** One statement: of processes that begin at once, one gets the row. */
const beginPass = async (db: Db, nowMs: number, everyMs: number): Promise<AlertCursors | undefined> => {
  const row = await db
    .insertInto("alert_passes")
    .values({ name: onlyPass, at_ms: nowMs, cursors: "{}" })
    .onConflict((conflict) => conflict.column("name").doUpdateSet({ at_ms: nowMs }).where(sql<SqlBool>`abs(alert_passes.at_ms - ${nowMs}) >= ${everyMs}`))
    .returning("cursors")
    .executeTakeFirst();
  return row?.cursors;
};

const byId = (db: Db, id: string) => db.selectFrom("alerts").selectAll().where("id", "=", id);

const listAlerts = async (db: Db, filter: AlertFilter, page: PageRequest) => {
  const rows = await db
    .selectFrom("alerts")
    .selectAll()
    .where((eb) => eb.and(conditions(eb, filter, page)))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, ({ id }) => id);
};

const conditions = (eb: ExpressionBuilder<Tables, "alerts">, filter: AlertFilter, { after }: PageRequest) => {
  const { tenantId, state, rule, subjectId, fromMs, toMs } = filter;
  const acknowledged = eb("acknowledged_at_ms", state === "open" ? "is" : "is not", null);
  return [
    tenantId === null ? eb("tenant_id", "is", null) : eb("tenant_id", "=", tenantId),
    ...(after === null ? [] : [eb("id", "<", after)]),
    ...(state === undefined ? [] : [eb("ended_at_ms", state === "ended" ? "is not" : "is", null)]),
    ...(state === undefined || state === "ended" ? [] : [acknowledged]),
    ...(rule === undefined ? [] : [eb("rule", "=", rule)]),
    ...(subjectId === undefined ? [] : [eb("subject_id", "=", subjectId)]),
    ...(fromMs === undefined ? [] : [eb("started_at_ms", ">=", fromMs)]),
    ...(toMs === undefined ? [] : [eb("started_at_ms", "<", toMs)]),
  ];
};

const latest = async (db: Db, topics: readonly AlertTopic[]): Promise<readonly Alert[]> => {
  if (topics.length === 0) return [];
  const { rows } = await sql<Selectable<AlertTable>>`
    select distinct on (a.subject_id, a.rule, a.tenant_id) a.*
    from unnest(
      ${topics.map(({ rule }) => rule)}::text[], ${topics.map(({ tenantId }) => tenantId)}::text[], ${topics.map(({ subjectId }) => subjectId)}::text[]
    ) as t (rule, tenant_id, subject_id)
    join alerts a on a.subject_id = t.subject_id and a.rule = t.rule and a.tenant_id is not distinct from t.tenant_id
    order by a.subject_id, a.rule, a.tenant_id, a.ended_at_ms desc nulls first, a.id desc
  `.execute(db);
  return rows.map(fromRow);
};

const listOpen = async (db: Db, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("alerts")
    .selectAll()
    .where("ended_at_ms", "is", null)
    .$if(after !== null, (query) => query.where("id", ">", after ?? ""))
    .orderBy("id")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, ({ id }) => id);
};

const toRow = (alert: Alert): Insertable<AlertTable> => ({
  id: alert.id,
  tenant_id: alert.tenantId,
  rule: alert.rule,
  subject_type: alert.subjectType,
  subject_id: alert.subjectId,
  value: alert.value,
  threshold: alert.threshold,
  detail: alert.detail,
  muted: alert.isMuted,
  event_told: alert.isEventTold,
  mail_due: alert.mailDue,
  started_at_ms: alert.startedAtMs,
  last_seen_at_ms: alert.lastSeenAtMs,
  ended_at_ms: alert.endedAtMs,
  acknowledged_at_ms: alert.acknowledgedAtMs,
  acknowledged_by_type: alert.acknowledgedBy?.type ?? null,
  acknowledged_by_id: alert.acknowledgedBy?.id ?? null,
});

const fromRow = (row: Selectable<AlertTable>): Alert => ({
  id: row.id,
  tenantId: row.tenant_id,
  rule: row.rule as Alert["rule"],
  subjectType: row.subject_type as Alert["subjectType"],
  subjectId: row.subject_id,
  value: row.value,
  threshold: row.threshold,
  detail: row.detail,
  isMuted: row.muted,
  isEventTold: row.event_told,
  mailDue: row.mail_due as Alert["mailDue"],
  startedAtMs: row.started_at_ms,
  lastSeenAtMs: row.last_seen_at_ms,
  endedAtMs: row.ended_at_ms,
  acknowledgedAtMs: row.acknowledged_at_ms,
  acknowledgedBy: row.acknowledged_by_type === null ? null : { type: row.acknowledged_by_type, id: row.acknowledged_by_id },
});
