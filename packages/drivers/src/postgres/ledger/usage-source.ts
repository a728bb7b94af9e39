import type { BudgetState, LastUse, UsageCount, UsageMove, UsageSource } from "@keywright/core";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import { ledgerFailure } from "./connection.ts";

/** Requests whose counts one cut takes at most, and lines of a move. A cut is one short statement. */
const requestsPerCut = 16_384;
const linesPerMove = 5_000;
/** Endpoint labels that one key may have in one hour; later ones are counted as "other". */
const labelsPerKey = 200;

type CountLine = readonly [keyId: string, tenantId: string | null, hourMs: number, endpoint: string, outcome: string, requests: number];
type BudgetLine = readonly [subjectId: string, tokens: number | null, fraction: number | null, atMs: number | null, month: number | null, used: number | null];
type UseLine = readonly [keyId: string, atMs: number, ip: string | null];

interface MoveRow {
  readonly id: string;
  readonly counts: readonly CountLine[];
  readonly last_uses: readonly UseLine[];
  readonly budgets: readonly BudgetLine[];
}

interface Options {
  readonly pool: PostgresPool;
  readonly newMoveId: () => string;
}

/** A move of fewer requests says that what was waiting has been cut; the second of them has what came meanwhile. */
const smallMove = requestsPerCut / 2;
const smallMovesADelivery = 2;

/** Moves are cut in the database, and kept there until they are confirmed. */
export const createUsageSource = (options: Options): UsageSource => {
  const delivery = { smallMoves: 0, lastId: "" };
  const take = async (): Promise<UsageMove | undefined> => {
    if (delivery.smallMoves >= smallMovesADelivery) return undefined;
    const move = await takeMove(options);
    if (move !== undefined && move.id !== delivery.lastId && requestsOf(move) < smallMove) delivery.smallMoves += 1;
    delivery.lastId = move?.id ?? "";
    return move;
  };
  return {
    take: async () => {
      const move = await take();
      if (move === undefined) delivery.smallMoves = 0;
      return move;
    },
    confirm: async (moveId) => {
      await ask(options.pool, (client) => client.query("delete from ledger_moves where id = $1", [moveId]));
    },
  } satisfies UsageSource;
};

const requestsOf = ({ counts }: UsageMove): number => counts.reduce((sum, { requests }) => sum + requests, 0);

const takeMove = async ({ pool, newMoveId }: Options): Promise<UsageMove | undefined> => {
  const rows = await ask(pool, (client) =>
    client.query<MoveRow>("select id, counts, last_uses, budgets from ledger_take($1, $2, $3, $4)", [newMoveId(), requestsPerCut, linesPerMove, labelsPerKey]),
  );
  return rows[0] && toMove(rows[0]);
};

const ask = async <Row>(pool: PostgresPool, query: (client: PostgresPoolClient) => Promise<{ readonly rows: readonly Row[] }>): Promise<readonly Row[]> => {
  try {
    const client = await pool.connect();
    try {
      return (await query(client)).rows;
    } finally {
      client.release();
    }
  } catch (error) {
    throw ledgerFailure(error);
  }
};

const toMove = ({ id, counts, last_uses: lastUses, budgets }: MoveRow): UsageMove => ({
  id,
  counts: counts.map(([keyId, tenantId, hourMs, endpoint, outcome, requests]): UsageCount => ({ keyId, tenantId, hourMs, endpoint, outcome, requests })),
  lastUses: lastUses.map(([keyId, atMs, ip]): LastUse => ({ keyId, atMs, ip })),
  budgets: budgets.map(toBudget),
});

const toBudget = ([subjectId, tokens, fraction, atMs, month, used]: BudgetLine): BudgetState => ({
  subjectId,
  bucket: tokens === null || fraction === null || atMs === null ? null : { tokens, fraction, atMs },
  quota: month === null || used === null ? null : { month, used },
});
