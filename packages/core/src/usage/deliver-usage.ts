import type { UsageSource } from "../ports/usage-source.ts";
import type { UsageStore } from "../ports/usage-store.ts";

interface DeliverDeps {
  readonly source: UsageSource;
  readonly usage: Pick<UsageStore, "apply">;
}

/** Moves that one delivery makes at most; the rest waits for the next. */
const movesPerDelivery = 200;

/** Brings the ledger's counts to the store. A crash anywhere neither loses nor doubles a count: a move is applied once by its id. */
export const deliverUsage = async (deps: DeliverDeps): Promise<number> => {
  for (let moves = 0; moves < movesPerDelivery; moves++) {
    const move = await deps.source.take();
    if (move === undefined) return moves;
    await deps.usage.apply(move);
    await deps.source.confirm(move.id);
  }
  return movesPerDelivery;
};
