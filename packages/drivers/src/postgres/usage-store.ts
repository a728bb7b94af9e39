import type { UsageMove, UsageStore } from "@keywright/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./schema.ts";
import { inTransaction } from "./transaction.ts";
import { mergeBudgets } from "./usage-budgets.ts";
import { addCounts } from "./usage-counts.ts";
import { addCountries, addResponses } from "./usage-extras.ts";
import { usageGroups, usageRows } from "./usage-groups.ts";
import { linesOf } from "./usage-lines.ts";
import { noteMove } from "./usage-moves.ts";
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

const keep = async (db: Db, nowMs: number, hoursKeptMs: number): Promise<readonly string[]> => {
  const { rows } = await sql<{ done: readonly string[] }>`select usage_keep(${nowMs}::bigint, ${hoursKeptMs}::bigint) as done`.execute(db);
  return rows[0]?.done ?? [];
};

const applyMove = async (db: Db, move: UsageMove): Promise<boolean> => {
  if (!(await noteMove(db, move.id))) return false;
  const lines = linesOf(move.counts);
  await addCounts(db, move.counts, lines);
  await advanceUses(db, move.lastUses, lines);
  await mergeBudgets(db, move.budgets);
  return true;
};
