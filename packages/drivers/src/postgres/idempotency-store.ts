import type { IdempotencyStore, IdempotentAnswer } from "@keywright/core";
import { type Insertable, type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import type { IdempotentAnswerTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresIdempotencyStore = (db: Db) =>
  ({
    find: async (scope, sinceMs) => {
      const row = await db.selectFrom("idempotent_answers").selectAll().where("scope", "=", scope).where("created_at_ms", ">=", sinceMs).executeTakeFirst();
      return row && fromRow(row);
    },
    insert: (answer, sinceMs) => insert(db, answer, sinceMs),
    prune: (beforeMs, limit) => prune(db, beforeMs, limit),
  }) satisfies IdempotencyStore;

/** The conflict waits for a transaction that is about to insert or replace the same scope, and judges what that leaves behind. */
const insert = async (db: Db, answer: IdempotentAnswer, sinceMs: number): Promise<boolean> => {
  const { scope, ...values } = toRow(answer);
  const written = await db
    .insertInto("idempotent_answers")
    .values({ scope, ...values })
    .onConflict((conflict) => conflict.column("scope").doUpdateSet(values).where("idempotent_answers.created_at_ms", "<", sinceMs))
    .executeTakeFirst();
  return written.numInsertedOrUpdatedRows === 1n;
};

/** The array is read once: a subquery that is joined could be run again, and delete more than `limit`. */
const prune = async (db: Db, beforeMs: number, limit: number): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom("idempotent_answers")
    .where(
      sql<SqlBool>`scope = any(array(
        select scope from idempotent_answers where created_at_ms < ${beforeMs} order by created_at_ms limit ${limit} for update skip locked
      ))`,
    )
    .executeTakeFirst();
  return Number(numDeletedRows);
};

const toRow = (answer: IdempotentAnswer): Insertable<IdempotentAnswerTable> => ({
  scope: answer.scope,
  fingerprint: answer.fingerprint,
  sealed: answer.sealed,
  created_at_ms: answer.createdAtMs,
});

const fromRow = (row: Selectable<IdempotentAnswerTable>): IdempotentAnswer => ({
  scope: row.scope,
  fingerprint: row.fingerprint,
  sealed: row.sealed,
  createdAtMs: row.created_at_ms,
});
