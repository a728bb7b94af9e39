import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";

/** Removes sessions, links and counts of attempts that have ended by `nowMs`, at most `limit` of each; resolves with how many there were of the most. */
export const pruneAccounts = async (pool: PostgresPool, nowMs: number, limit: number): Promise<number> => {
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  const now = new Date(nowMs);
  const most = sql`limit ${limit}::integer`;
  const statements = [
    sql`delete from account_sessions where id in (select id from account_sessions where expires_at <= ${now} ${most})`,
    sql`delete from account_verifications where id in (select id from account_verifications where expires_at <= ${now} ${most})`,
    sql`delete from account_attempts where subject in (select subject from account_attempts where ends_at_ms <= ${nowMs}::bigint ${most})`,
  ];
  const counts: number[] = [];
  for (const statement of statements) counts.push(Number((await statement.execute(db)).numAffectedRows ?? 0));
  return Math.max(...counts);
};
