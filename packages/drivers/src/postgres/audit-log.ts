import type { AuditEntry, AuditFilter, AuditLog, PageRequest } from "@keywright/core";
import type { ExpressionBuilder, Insertable, Kysely, Selectable } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import type { AuditTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresAuditLog = (db: Db) =>
  ({
    append: async (entry) => {
      await db.insertInto("audit_log").values(toRow(entry)).execute();
    },
    list: (filter, page) => listEntries(db, filter, page),
  }) satisfies AuditLog;

const listEntries = async (db: Db, filter: AuditFilter, page: PageRequest) => {
  const rows = await db
    .selectFrom("audit_log")
    .selectAll()
    .where((eb) => eb.and(conditions(eb, filter, page)))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, (entry) => entry.id);
};

const conditions = (eb: ExpressionBuilder<Tables, "audit_log">, filter: AuditFilter, { after }: PageRequest) => {
  const { tenantId, actorId, targetId, action, fromMs, toMs } = filter;
  return [
    ...(after === null ? [] : [eb("id", "<", after)]),
    ...(tenantId === undefined ? [] : [eb("tenant_id", "=", tenantId)]),
    ...(actorId === undefined ? [] : [eb("actor_id", "=", actorId)]),
    ...(targetId === undefined ? [] : [eb("target_id", "=", targetId)]),
    ...(action === undefined ? [] : [eb("action", "=", action)]),
    ...(fromMs === undefined ? [] : [eb("at_ms", ">=", fromMs)]),
    ...(toMs === undefined ? [] : [eb("at_ms", "<", toMs)]),
  ];
};

const toRow = (entry: AuditEntry): Insertable<AuditTable> => ({
  id: entry.id,
  tenant_id: entry.tenantId,
  at_ms: entry.atMs,
  actor_type: entry.actorType,
  actor_id: entry.actorId,
  action: entry.action,
  target_type: entry.targetType,
  target_id: entry.targetId,
  reason: entry.reason,
  ip: entry.ip,
  request_id: entry.requestId,
  before: entry.before && JSON.stringify(entry.before),
  after: entry.after && JSON.stringify(entry.after),
});

const fromRow = (row: Selectable<AuditTable>): AuditEntry => ({
  id: row.id,
  tenantId: row.tenant_id,
  atMs: row.at_ms,
  actorType: row.actor_type,
  actorId: row.actor_id,
  action: row.action,
  targetType: row.target_type,
  targetId: row.target_id,
  reason: row.reason,
  ip: row.ip,
  requestId: row.request_id,
  before: row.before,
  after: row.after,
});
