import type { Ledger, SpendRequest, SpendResult } from "./ports/ledger.ts";

/** `Ledger.spendBehind` in two steps, for ledgers that have no way to do it in one. */
export const spendInTurn = async ({ spend }: Pick<Ledger, "spend">, first: SpendRequest, request: SpendRequest): Promise<SpendResult | undefined> => {
  const result = await spend(first);
  return result.state === "DONE" && result.outcome === "VALID" ? spend(request) : undefined;
};
