import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";

/** Whether this move or batch has not been added before: then it has now. One of the same id that is added at the same time waits on the id. */
export const noteMove = async (db: Kysely<Tables>, id: string): Promise<boolean> => {
  const noted = await db
    .insertInto("usage_moves")
    .values({ id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (noted.numInsertedOrUpdatedRows !== 1n) return false;
  await forgetMoves(db);
  return true;
};

/** Longer than any ledger holds a move back. */
const moveMemory = "30 days";
/** Each move forgets more than the one that it adds, so the table shrinks to what is young. */
const forgottenAtOnce = 100;

const forgetMoves = async (db: Kysely<Tables>): Promise<void> => {
  await sql`
    delete from usage_moves where id = any(array(
      select id from usage_moves where applied_at < now() - ${sql.lit(moveMemory)}::interval
      order by applied_at limit ${sql.lit(forgottenAtOnce)} for update skip locked
    ))
  `.execute(db);
};
