import type { PageRequest, Webhook, WebhookStore } from "@keywright/core";
import { type Insertable, type Kysely, type Selectable, sql } from "kysely";
import { pageOf, rowsFor } from "./page.ts";
import type { Tables, WebhookTable } from "./schema.ts";
import { requireChanged } from "./written.ts";

type Db = Kysely<Tables>;

export const postgresWebhooks = (db: Db) =>
  ({
    insert: async (webhook) => {
      await db.insertInto("webhooks").values(toRow(webhook)).execute();
    },
    update: async (webhook) => requireChanged(await db.updateTable("webhooks").set(toRow(webhook)).where("id", "=", webhook.id).executeTakeFirst(), webhook.id),
    remove: async (id) => {
      await db.deleteFrom("webhooks").where("id", "=", id).execute();
    },
    find: async (id) => {
      const row = await byId(db, id).executeTakeFirst();
      return row && fromWebhookRow(row);
    },
    lock: async (id) => {
      const row = await byId(db, id).forNoKeyUpdate().executeTakeFirst();
      return row && fromWebhookRow(row);
    },
    list: (tenantId, page) => listWebhooks(db, tenantId, page),
    count: async (tenantId) => {
      const row = await db
        .selectFrom("webhooks")
        .select(sql<number>`count(*)::int`.as("webhooks"))
        .where("tenant_id", "is not distinct from", tenantId)
        .where("format", "=", "standard")
        .executeTakeFirstOrThrow();
      return row.webhooks;
    },
    listeners: async (tenantIds) => {
      const rows = await db
        .selectFrom("webhooks")
        .selectAll()
        .where("state", "=", "active")
        .where((eb) => eb.or([eb("tenant_id", "is", null), eb("tenant_id", "=", sql<string>`any(${tenantIds}::text[])`)]))
        .orderBy("id")
        .execute();
      return rows.map(fromWebhookRow);
    },
    listMailDue: async (limit) => {
      const rows = await db.selectFrom("webhooks").selectAll().where("mail_due", "=", true).orderBy("id").limit(limit).execute();
      return rows.map(fromWebhookRow);
    },
  }) satisfies WebhookStore;

const byId = (db: Db, id: string) => db.selectFrom("webhooks").selectAll().where("id", "=", id);

const listWebhooks = async (db: Db, tenantId: string | null, page: PageRequest) => {
  const { after } = page;
  const rows = await db
    .selectFrom("webhooks")
    .selectAll()
    .where("tenant_id", "is not distinct from", tenantId)
    .where("format", "=", "standard")
    .$if(after !== null, (query) => query.where("id", "<", after ?? ""))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromWebhookRow), page, ({ id }) => id);
};

const toRow = (webhook: Webhook): Insertable<WebhookTable> => ({
  id: webhook.id,
  tenant_id: webhook.tenantId,
  format: webhook.format,
  url: webhook.url,
  description: webhook.description,
  events: webhook.events,
  state: webhook.state,
  disabled_reason: webhook.disabledReason,
  previous_secret_until_ms: webhook.previousSecretUntilMs,
  failures: webhook.failures,
  failing_since_ms: webhook.failingSinceMs,
  paused_until_ms: webhook.pausedUntilMs,
  mail_due: webhook.isMailDue,
  created_at_ms: webhook.createdAtMs,
  updated_at_ms: webhook.updatedAtMs,
});

export const fromWebhookRow = (row: Selectable<WebhookTable>): Webhook => ({
  id: row.id,
  tenantId: row.tenant_id,
  format: row.format as Webhook["format"],
  url: row.url,
  description: row.description,
  events: row.events,
  state: row.state as Webhook["state"],
  disabledReason: row.disabled_reason as Webhook["disabledReason"],
  previousSecretUntilMs: row.previous_secret_until_ms,
  failures: row.failures,
  failingSinceMs: row.failing_since_ms,
  pausedUntilMs: row.paused_until_ms,
  isMailDue: row.mail_due,
  createdAtMs: row.created_at_ms,
  updatedAtMs: row.updated_at_ms,
});
