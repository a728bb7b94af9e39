import type { UsageMove } from "../model/usage.ts";
import type { Ledger, SpendRequest, SpendResult } from "../ports/ledger.ts";
import type { UsageSource } from "../ports/usage-source.ts";

/** Spends, installing where the ledger misses: as the verification does. */
export const spendInstalling = async (ledger: Ledger, request: SpendRequest): Promise<SpendResult> => {
  const result = await ledger.spend(request);
  if (result.state !== "MISS") return result;
  const again = await ledger.spend({ ...request, install: { lease: result.lease, keyBudget: null, tenantBudget: null } });
  return again.state === "MISS" ? spendInstalling(ledger, request) : again;
};

/** The ledger's clock, read from the bucket that a request of a throw-away key leaves. */
export const nowOf = async (ledger: Ledger & UsageSource, probe: SpendRequest): Promise<number> => {
  await spendInstalling(ledger, probe);
  const budget = (await drain(ledger)).flatMap(({ budgets }) => budgets).find(({ subjectId }) => subjectId === probe.key.id);
  if (!budget?.bucket) throw new Error("The request has left no bucket.");
  return budget.bucket.atMs;
};

export const outcomes = (results: readonly SpendResult[]): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const result of results) {
    const name = result.state === "DONE" ? result.outcome : result.state;
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
};

/** Deliveries until one finds nothing. */
export const drain = async (source: UsageSource): Promise<UsageMove[]> => {
  const moves: UsageMove[] = [];
  for (let round = 0, empty = 0; round < 100; round++) {
    const move = await source.take();
    empty = move === undefined ? empty + 1 : 0;
    if (empty === 2) return moves;
    if (move === undefined) continue;
    moves.push(move);
    await source.confirm(move.id);
  }
  throw new Error("The usage source never runs dry.");
};
