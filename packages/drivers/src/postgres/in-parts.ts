import type { Kysely } from "kysely";
import type { Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

/** PostgreSQL takes 65,535 values a statement at most; no row that is written this way has more than forty. */
const rowsAtOnce = 1_000;

type Write<T> = (db: Kysely<Tables>, part: readonly T[]) => Promise<unknown>;

/** Writes rows in their order, in as many statements as it takes: all of them, or none. */
export const inParts = async <T>(db: Kysely<Tables>, rows: readonly T[], write: Write<T>): Promise<void> => {
  if (rows.length === 0) return;
  if (rows.length <= rowsAtOnce) {
    await write(db, rows);
    return;
  }
  await inTransaction(db, async (transaction) => {
    for (let from = 0; from < rows.length; from += rowsAtOnce) await write(transaction, rows.slice(from, from + rowsAtOnce));
  });
};
