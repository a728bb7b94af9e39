import type { Backlog, ClaimedDelivery, ClaimRequest, Delivery, DeliveryFilter, DeliveryStore, PageRequest } from "@keywright/core";
import { type Insertable, type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import { inParts } from "./in-parts.ts";
import { fromEventRow } from "./outbox.ts";
import { pageOf, rowsFor } from "./page.ts";
import type { DeliveryTable, Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";
import { fromWebhookRow } from "./webhook-store.ts";

type Db = Kysely<Tables>;

export const postgresDeliveries = (db: Db) =>
  ({
    add: (deliveries) => inParts(db, deliveries, (part, rows) => part.insertInto("webhook_deliveries").values(rows.map(toRow)).execute()),
    find: async (id) => {
      const row = await db.selectFrom("webhook_deliveries").selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromRow(row);
    },
    list: (filter, page) => listDeliveries(db, filter, page),
    claim: (request) => inTransaction(db, (transaction) => claim(transaction, request)),
    settle: async (delivery, attempt) => {
      const { numUpdatedRows } = await db
        .updateTable("webhook_deliveries")
        .set(toRow(delivery))
        .where("id", "=", delivery.id)
        .where("attempts", "=", attempt)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
    backlog: (nowMs, countTo) => backlogOf(db, nowMs, countTo),
    prune: async (beforeMs, limit) => {
      const old = sql<SqlBool>`id = any(array(
        select id from webhook_deliveries where created_at_ms < ${beforeMs} order by created_at_ms limit ${limit} for update skip locked
      ))`;
      const { numDeletedRows } = await db.deleteFrom("webhook_deliveries").where(old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  }) satisfies DeliveryStore;

const listDeliveries = async (db: Db, { webhookId, state }: DeliveryFilter, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("webhook_deliveries")
    .selectAll()
    .where("webhook_id", "=", webhookId)
    .$if(state !== undefined, (query) => query.where("state", "=", state ?? ""))
    .$if(after !== null, (query) => query.where("id", "<", after ?? ""))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromRow), page, ({ id }) => id);
};

const backlogOf = async (db: Db, nowMs: number, countTo: number): Promise<Backlog> => {
  const { rows } = await sql<Backlog>`
    with due as (
      (select due_at_ms as at_ms from outbox_events where gone_at_ms is null and due_at_ms <= ${nowMs} order by due_at_ms limit ${countTo})
      union all
      (select d.next_at_ms from webhooks w cross join lateral (
         select next_at_ms from webhook_deliveries
         where webhook_id = w.id and state = 'pending' and next_at_ms <= ${nowMs} order by next_at_ms limit ${countTo}
       ) d where w.state = 'active' and w.paused_until_ms <= ${nowMs} limit ${countTo})
    )
    select
      least((select count(*) from due), ${countTo}::int)::int as "waiting",
      (select min(at_ms) from due) as "oldestDueMs",
      (select count(*)::int from webhooks where state = 'active' and failures > 0) as "failingWebhooks",
      (select count(*)::int from webhooks where disabled_reason is not null) as "disabledWebhooks"
  `.execute(db);
  const [found] = rows;
  if (found === undefined) throw new TypeError("The backlog is always one row.");
  return found;
};

const claim = async (db: Db, request: ClaimRequest): Promise<readonly ClaimedDelivery[]> => {
  const { nowMs, leaseUntilMs, limit, perWebhook, troubledFrom, except } = request;
  // By webhook, so that one with thousands waiting takes no other's turn.
  const { rows: claimed } = await sql<Selectable<DeliveryTable> & { readonly was_due_ms: number }>`
    with due as (
      select p.id, p.next_at_ms from webhooks w cross join lateral (
        select d.id, d.next_at_ms from webhook_deliveries d
        where d.webhook_id = w.id and d.state = 'pending' and d.next_at_ms <= ${nowMs}
          and exists (select from outbox_events e where e.id = d.event_id)
        order by d.next_at_ms, d.id limit case when w.failures >= ${troubledFrom} then 1 else ${perWebhook}::int end
        for update of d skip locked
      ) p
      where w.state = 'active' and w.paused_until_ms <= ${nowMs} and w.id <> all(${except}::text[])
      order by p.next_at_ms, p.id limit ${limit}
    )
    update webhook_deliveries d set attempts = d.attempts + 1, next_at_ms = ${leaseUntilMs}
    from due where d.id = due.id returning d.*, due.next_at_ms as was_due_ms
  `.execute(db);
  if (claimed.length === 0) return [];
  const events = new Map(
    (
      await rowsById(
        db,
        "outbox_events",
        claimed.map(({ event_id: id }) => id),
      )
    ).map((row) => [row.id, fromEventRow(row)]),
  );
  const webhooks = new Map(
    (
      await rowsById(
        db,
        "webhooks",
        claimed.map(({ webhook_id: id }) => id),
      )
    ).map((row) => [row.id, fromWebhookRow(row)]),
  );
  return claimed
    .sort((a, b) => a.was_due_ms - b.was_due_ms || (a.id < b.id ? -1 : 1))
    .flatMap((row) => {
      const [event, webhook] = [events.get(row.event_id), webhooks.get(row.webhook_id)];
      return event === undefined || webhook === undefined ? [] : [{ delivery: fromRow(row), webhook, event }];
    });
};

const rowsById = <T extends "outbox_events" | "webhooks">(db: Db, table: T, ids: readonly string[]) =>
  sql<Selectable<Tables[T]>>`select * from ${sql.table(table)} where id = any(${ids}::text[])`.execute(db).then(({ rows }) => rows);

const toRow = (delivery: Delivery): Insertable<DeliveryTable> => ({
  id: delivery.id,
  webhook_id: delivery.webhookId,
  tenant_id: delivery.tenantId,
  event_id: delivery.eventId,
  type: delivery.type,
  state: delivery.state,
  attempts: delivery.attempts,
  next_at_ms: delivery.nextAtMs,
  created_at_ms: delivery.createdAtMs,
  last_at_ms: delivery.lastAtMs,
  last_status: delivery.lastStatus,
  last_problem: delivery.lastProblem,
  last_answer: delivery.lastAnswer,
});

const fromRow = (row: Selectable<DeliveryTable>): Delivery => ({
  id: row.id,
  webhookId: row.webhook_id,
  tenantId: row.tenant_id,
  eventId: row.event_id,
  type: row.type,
  state: row.state as Delivery["state"],
  attempts: row.attempts,
  nextAtMs: row.next_at_ms,
  createdAtMs: row.created_at_ms,
  lastAtMs: row.last_at_ms,
  lastStatus: row.last_status,
  lastProblem: row.last_problem,
  lastAnswer: row.last_answer,
});
