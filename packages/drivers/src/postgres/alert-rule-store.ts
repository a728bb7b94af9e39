import { type AlertMute, type AlertRuleStore, type AlertSettings, firstThreshold, type PageRequest } from "@keywright/core";
import { type Insertable, type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { AlertMuteTable, AlertSettingsTable } from "./alert-schema.ts";
import { pageOf, rowsFor } from "./page.ts";
import type { Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresAlertRules = (db: Db) =>
  ({
    settingsOf: async (tenantIds) => {
      const ids = tenantIds.map((id) => id ?? "");
      const rows = await db
        .selectFrom("alert_settings")
        .selectAll()
        .where(sql<SqlBool>`coalesce(tenant_id, '') = any(${ids}::text[])`)
        .orderBy("rule")
        .execute();
      return rows.map(fromSettingsRow);
    },
    saveSettings: async (settings) => {
      const { tenant_id: _tenant, rule: _rule, ...changed } = toSettingsRow(settings);
      await db
        .insertInto("alert_settings")
        .values(toSettingsRow(settings))
        .onConflict((conflict) => conflict.expression(sql`coalesce(tenant_id, ''), rule`).doUpdateSet(changed))
        .execute();
    },
    lowestThresholds: async () => {
      const { rows } = await sql<{ rule: AlertSettings["rule"]; lowest: number }>`
        select rule, min(first_threshold) as lowest from alert_settings where first_threshold is not null group by rule
      `.execute(db);
      return Object.fromEntries(rows.map(({ rule, lowest }) => [rule, lowest]));
    },
    insertMute: async (mute) => {
      await db.insertInto("alert_mutes").values(toMuteRow(mute)).execute();
    },
    findMute: async (id) => {
      const row = await db.selectFrom("alert_mutes").selectAll().where("id", "=", id).executeTakeFirst();
      return row && fromMuteRow(row);
    },
    removeMute: async (id) => {
      await db.deleteFrom("alert_mutes").where("id", "=", id).execute();
    },
    listMutes: ({ tenantId, nowMs }, page) => listMutes(db, { tenantId, nowMs }, page),
    countMutes: async (tenantId, nowMs) => {
      const row = await mutesThatLast(db, nowMs)
        .select(sql<number>`count(*)::int`.as("mutes"))
        .where("tenant_id", "is not distinct from", tenantId)
        .executeTakeFirstOrThrow();
      return row.mutes;
    },
    mutesOf: async (subjectIds, nowMs) => {
      const rows = await mutesThatLast(db, nowMs).selectAll().where(sql<SqlBool>`subject_id = any(${subjectIds}::text[])`).execute();
      return rows.map(fromMuteRow);
    },
    pruneMutes: async (beforeMs, limit) => {
      const old = sql<SqlBool>`id = any(array(select id from alert_mutes where until_ms < ${beforeMs} order by id limit ${limit} for update skip locked))`;
      const { numDeletedRows } = await db.deleteFrom("alert_mutes").where(old).executeTakeFirst();
      return Number(numDeletedRows);
    },
  }) satisfies AlertRuleStore;

const mutesThatLast = (db: Db, nowMs: number) => db.selectFrom("alert_mutes").where((eb) => eb.or([eb("until_ms", "is", null), eb("until_ms", ">", nowMs)]));

const listMutes = async (db: Db, { tenantId, nowMs }: { readonly tenantId: string | null; readonly nowMs: number }, page: PageRequest) => {
  const { after } = page;
  const rows = await mutesThatLast(db, nowMs)
    .selectAll()
    .where("tenant_id", "is not distinct from", tenantId)
    .$if(after !== null, (query) => query.where("id", "<", after ?? ""))
    .orderBy("id", "desc")
    .limit(rowsFor(page))
    .execute();
  return pageOf(rows.map(fromMuteRow), page, ({ id }) => id);
};

const toSettingsRow = ({ tenantId, rule, choices, slack, mutedUntilMs }: AlertSettings): Insertable<AlertSettingsTable> => ({
  tenant_id: tenantId,
  rule,
  choices: JSON.stringify(choices),
  first_threshold: choices.thresholds?.[firstThreshold(rule)] ?? null,
  slack_webhook_id: slack?.webhookId ?? null,
  slack_host: slack?.host ?? null,
  muted_until_ms: mutedUntilMs,
});

const fromSettingsRow = (row: Selectable<AlertSettingsTable>): AlertSettings => ({
  tenantId: row.tenant_id,
  rule: row.rule as AlertSettings["rule"],
  choices: row.choices,
  slack: row.slack_webhook_id === null ? null : { webhookId: row.slack_webhook_id, host: row.slack_host ?? "" },
  mutedUntilMs: row.muted_until_ms,
});

const toMuteRow = (mute: AlertMute): Insertable<AlertMuteTable> => ({
  id: mute.id,
  tenant_id: mute.tenantId,
  subject_id: mute.subjectId,
  rule: mute.rule,
  until_ms: mute.untilMs,
  reason: mute.reason,
  created_at_ms: mute.createdAtMs,
});

const fromMuteRow = (row: Selectable<AlertMuteTable>): AlertMute => ({
  id: row.id,
  tenantId: row.tenant_id,
  subjectId: row.subject_id,
  rule: row.rule as AlertMute["rule"],
  untilMs: row.until_ms,
  reason: row.reason,
  createdAtMs: row.created_at_ms,
});
