import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";

/** Runs `work` in the transaction that `db` stands for, or else in one of its own. */
export const inTransaction = <T>(db: Kysely<Tables>, work: (transaction: Kysely<Tables>) => Promise<T>): Promise<T> =>
  db.isTransaction ? work(db) : db.transaction().setIsolationLevel("read committed").execute(work);
