import type { UsageMove, UsageStore } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";
import { mergeBudgets } from "./usage-budgets.ts";
import { addCounts } from "./usage-counts.ts";
import { addCountries, addResponses } from "./usage-extras.ts";
import { usageGroups, usageRows } from "./usage-groups.ts";
import { linesOf } from "./usage-lines.ts";
import { noteMoves } from "./usage-moves.ts";
import { summarizeUsage } from "./usage-summary.ts";
import { advanceUses } from "./usage-uses.ts";

type Db = Kysely<Tables>;

export const postgresUsageStore = (db: Db) =>
  ({
    apply: (move) => inTransaction(db, (transaction) => applyMove(transaction, move)),
    addResponses: (batch) => inTransaction(db, (transaction) => addResponses(transaction, batch)),
    addCountries: (counts) => addCountries(db, counts),
    summarize: (filter) => summarizeUsage(db, filter),
    groups: (filter, by, page) => usageGroups(db, { filter, by }, page),
    rows: (filter, by, page) => usageRows(db, { filter, by }, page),
    keep: (nowMs, hoursKeptMs) => keep(db, nowMs, hoursKeptMs),
  }) satisfies UsageStore;

/**
 * One table after the other, each in a transaction of its own, which waits for nothing else: see `migrations/0027-keep-by-table.ts`. A table that somebody
 * reads for long keeps none of the others waiting; rejects in the end with what went wrong first.
 */
const keep = async (db: Db, nowMs: number, hoursKeptMs: number): Promise<readonly string[]> => {
  const { rows: tables } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relkind = 'p' and relname like 'usage\\_%' and relnamespace = quote_ident(current_schema())::regnamespace order by 1`.execute(db);
  const results: PromiseSettledResult<readonly string[]>[] = [];
  for (const { name } of tables) results.push(...(await Promise.allSettled([keepTable(db, name, [nowMs, hoursKeptMs])])));
  const failed = results.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
  return results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
};

const keepTable = async (db: Db, table: string, [nowMs, hoursKeptMs]: readonly [number, number]): Promise<readonly string[]> => {
  const { rows } = await sql<{ done: readonly string[] }>`select usage_keep_table(${table}, ${nowMs}::bigint, ${hoursKeptMs}::bigint) as done`.execute(db);
  return rows[0]?.done ?? [];
};

/** Lines that one statement writes: some seconds' work of a busy database. */
const linesOfPart = 20_000;

const applyMove = async (db: Db, move: UsageMove): Promise<boolean> => {
  const parts = partsOf(move);
  if (!(await noteMoves(db, [move.id, ...(move.alsoIds ?? [])], parts.length > 1))) return false;
  for (const { counts, lastUses } of parts) {
    const lines = linesOf(counts);
    await addCounts(db, counts, lines);
    await advanceUses(db, lastUses, lines);
  }
  await mergeBudgets(db, move.budgets);
  return true;
};

/** Of most large moves a part's counts and last uses are of the same keys, and then the keys are sent once. */
const partsOf = ({ counts, lastUses }: UsageMove): readonly Pick<UsageMove, "counts" | "lastUses">[] => {
  const parts = Math.ceil(Math.max(counts.length, lastUses.length) / linesOfPart);
  const within = <T>(items: readonly T[], part: number): readonly T[] => items.slice(part * linesOfPart, (part + 1) * linesOfPart);
  return Array.from({ length: parts }, (_, part) => ({ counts: within(counts, part), lastUses: within(lastUses, part) }));
};
