import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { textArray } from "./text-array.ts";

/** Whether this batch has not been added before: then it has now. One of the same id that is added at the same time waits on the id. */
export const noteBatch = async (db: Kysely<Tables>, id: string): Promise<boolean> => {
  const noted = await db
    .insertInto("usage_moves")
    .values({ id })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (noted.numInsertedOrUpdatedRows !== 1n) return false;
  await forgetMoves(db);
  return true;
};

/**
 * Whether these moves, which are written as one, have not been added before: then they have now. Rejects where that is so of some of them alone.
 *
 * A move of one part writes its rows in one order, as all of its kind do, and they never wait for each other in a circle. One of several parts begins anew with
 * each: it waits until no other is under way, and has the others wait.
 */
export const noteMoves = async (db: Kysely<Tables>, ids: readonly string[], hasParts: boolean): Promise<boolean> => {
  const lock = sql.raw(hasParts ? "pg_advisory_xact_lock" : "pg_advisory_xact_lock_shared");
  const { numAffectedRows } = await sql`
    with turn as materialized (select ${lock}(hashtextextended('keywright usage moves', 0)))
    insert into usage_moves (id) select m.id from turn cross join unnest(${textArray(ids)}::text[]) as m (id) order by m.id on conflict do nothing
  `.execute(db);
  const added = Number(numAffectedRows ?? 0);
  if (added === 0) return false;
  if (added < ids.length) throw new Error(`Of ${ids.length} moves that are written as one, ${ids.length - added} were applied before.`);
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
