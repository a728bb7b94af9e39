import type { AlertFacts, KeyAge, KeyQuota, KeyRate, NoticedQuestion, NoticedSum, QuotaQuestion, RateQuestion } from "@keywright/core";
import { type Kysely, type RawBuilder, sql } from "kysely";
import type { Tables } from "./schema.ts";

type Db = Kysely<Tables>;
const hourMs = 3_600_000;

export const postgresAlertFacts = (db: Db) =>
  ({
    noticed: (question) => noticed(db, question),
    rates: (question) => rates(db, question),
    quotas: (question) => quotas(db, question),
    ages: async ({ keyIds, after, limit }) => {
      const { rows } = await sql<KeyAge>`
        select k.tenant_id as "tenantId", k.id as "keyId", k.state, k.created_at_ms as "createdAtMs", k.expires_at_ms as "expiresAtMs",
          a.last_used_at_ms as "lastUsedAtMs"
        from api_keys k left join key_activity a on a.key_id = k.id
        where k.state <> 'revoked' and ${isAmong(sql`k.id`, keyIds)} and k.id > ${after ?? ""} order by k.id limit ${limit}
      `.execute(db);
      return rows;
    },
  }) satisfies AlertFacts;

const isAmong = (column: RawBuilder<unknown>, ids: readonly string[] | undefined): RawBuilder<unknown> =>
  ids === undefined ? sql`true` : sql`${column} = any(${ids}::text[])`;

const noticed = async (db: Db, { kind, fromMs, toMs, least, subjectIds, limit }: NoticedQuestion): Promise<readonly NoticedSum[]> => {
  const { rows } = await sql<NoticedSum>`
    select tenant_id as "tenantId", subject_type as "subjectType", subject_id as "subjectId", sum(count)::bigint as count,
      (array_agg(details order by last_at_ms desc, id desc))[1] as details
    from security_events where kind = ${kind} and at_ms >= ${fromMs} and at_ms < ${toMs} and ${isAmong(sql`subject_id`, subjectIds)}
    group by 1, 2, 3 having sum(count) >= ${least} order by 4 desc, 3 limit ${limit}
  `.execute(db);
  return rows;
};

const rates = async (db: Db, question: RateQuestion): Promise<readonly KeyRate[]> => {
  const { hourMs: runningMs, beforePerMille, leastRequests, leastPercent, keyIds, limit } = question;
  const weighed = sql`requests * case hour_ms when ${runningMs}::bigint then 1000 else ${beforePerMille}::int end`;
  const { rows } = await sql<KeyRate>`
    select * from (
      select tenant_id as "tenantId", key_id as "keyId", floor(sum(${weighed}) / 1000)::bigint as requests,
        floor(coalesce(sum(${weighed}) filter (where outcome <> 'VALID'), 0) / 1000)::bigint as refused
      from usage_hourly
      where hour_ms >= ${runningMs - hourMs} and hour_ms <= ${runningMs} and tenant_id is not null and ${isAmong(sql`key_id`, keyIds)}
      group by 1, 2
    ) as summed
    where requests >= ${leastRequests} and refused * 100 >= requests * ${leastPercent}::int order by refused desc, "keyId" limit ${limit}
  `.execute(db);
  return rows;
};

const quotas = async (db: Db, { month, leastPercent, keyIds, after, limit }: QuotaQuestion): Promise<readonly KeyQuota[]> => {
  const { rows } = await sql<KeyQuota>`
    select k.tenant_id as "tenantId", k.id as "keyId", b.quota_used as used, k.monthly_quota as quota
    from api_keys k join budget_states b on b.subject_id = k.id and b.quota_month = ${month}
    where k.monthly_quota is not null and k.tenant_id is not null and k.state <> 'revoked'
      and b.quota_used::numeric * 100 >= k.monthly_quota::numeric * ${leastPercent}::int and ${isAmong(sql`k.id`, keyIds)} and k.id > ${after ?? ""}
    order by k.id limit ${limit}
  `.execute(db);
  return rows;
};
