import type { ExpiredKey, Outbox, OutboxEvent } from "@keywright/core";
import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import { inParts } from "./in-parts.ts";
import type { OutboxEventTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresOutbox = (db: Db) =>
  ({
    add: (events) => inParts(db, merged(events), addPart),
    take: (nowMs, limit) => take(db, nowMs, limit),
    expiredKeys: (range, limit) => expiredKeys(db, range, limit),
    prune: async (beforeMs, limit) => {
      const old = sql<SqlBool>`id = any(array(select id from outbox_events where at_ms < ${beforeMs} order by at_ms limit ${limit} for update skip locked))`;
      const { numDeletedRows } = await db.deleteFrom("outbox_events").where(old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  }) satisfies Outbox;

const addPart = (db: Db, events: readonly OutboxEvent[]) =>
  db
    .insertInto("outbox_events")
    .values(events.map(toRow))
    .onConflict((conflict) =>
      conflict
        .column("id")
        .doUpdateSet({ count: sql`outbox_events.count + excluded.count` })
        .where(sql<SqlBool>`outbox_events.gone_at_ms is null and excluded.count is not null`),
    )
    .execute();

/** One statement writes no row twice; and in one order, so that two of them never wait for each other in a circle. */
const merged = (events: readonly OutboxEvent[]): readonly OutboxEvent[] => {
  const byId = new Map<string, OutboxEvent>();
  for (const event of events) {
    const standing = byId.get(event.id);
    const count = standing === undefined || standing.count === null || event.count === null ? null : standing.count + event.count;
    if (standing === undefined) byId.set(event.id, event);
    else byId.set(event.id, { ...standing, count });
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
};

const take = async (db: Db, nowMs: number, limit: number): Promise<readonly OutboxEvent[]> => {
  const due = sql<SqlBool>`id = any(array(
    select id from outbox_events where gone_at_ms is null and due_at_ms <= ${nowMs} order by due_at_ms, id limit ${limit} for update skip locked
  ))`;
  const rows = await db.updateTable("outbox_events").set({ gone_at_ms: nowMs }).where(due).returningAll().execute();
  return rows.map(fromEventRow).sort((a, b) => a.dueAtMs - b.dueAtMs || (a.id < b.id ? -1 : 1));
};

const expiredKeys = async (db: Db, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }, limit: number): Promise<readonly ExpiredKey[]> => {
  const { rows } = await sql<ExpiredKey>`
    select k.id, k.tenant_id as "tenantId", k.expires_at_ms as "expiresAtMs" from api_keys k
    where k.state <> 'revoked' and k.expires_at_ms > ${fromMs} and k.expires_at_ms <= ${toMs}
      and not exists (select from outbox_events e where e.id = 'evt_' || k.id || '_expired_' || k.expires_at_ms)
    order by k.id limit ${limit}
  `.execute(db);
  return rows;
};

const toRow = (event: OutboxEvent) => ({
  id: event.id,
  type: event.type,
  tenant_id: event.tenantId,
  at_ms: event.atMs,
  due_at_ms: event.dueAtMs,
  payload: JSON.stringify(event.data),
  count: event.count,
});

export const fromEventRow = (row: Selectable<OutboxEventTable>): OutboxEvent => ({
  id: row.id,
  type: row.type as OutboxEvent["type"],
  tenantId: row.tenant_id,
  atMs: row.at_ms,
  dueAtMs: row.due_at_ms,
  data: row.payload,
  count: row.count,
});
