import { Unavailable } from "./errors.ts";
import type { Ledger, Settled, SpendRequest, SpendResult } from "./ports/ledger.ts";

/** `Ledger.spendBehind` in two steps, for ledgers that have no way to do it in one. */
export const spendInTurn = async ({ spend }: Pick<Ledger, "spend">, first: SpendRequest, request: SpendRequest): Promise<SpendResult | undefined> => {
  const result = await spend(first);
  return result.state === "DONE" && result.outcome === "VALID" ? spend(request) : undefined;
};

/** `Ledger.spendAllBehind` in two steps. */
export const spendAllInTurn = async (
  { spend, spendAll }: Pick<Ledger, "spend" | "spendAll">,
  first: SpendRequest,
  requests: readonly SpendRequest[],
): Promise<readonly Settled[] | undefined> => {
  const result = await spend(first);
  return result.state === "DONE" && result.outcome === "VALID" ? spendAll(requests) : undefined;
};

/** `Ledger.spendAll` by single steps, for ledgers that batch them by themselves. */
export const spendEach = ({ spend }: Pick<Ledger, "spend">, requests: readonly SpendRequest[]): Promise<readonly Settled[]> => settle(requests.map(spend));

/** `Ledger.spendEachBehind` by single steps. */
export const spendEachBehind = (
  { spendBehind }: Pick<Ledger, "spendBehind">,
  first: SpendRequest,
  requests: readonly SpendRequest[],
): Promise<readonly (Settled | undefined)[]> => settle(requests.map((request) => spendBehind(first, request)));

const settle = async <Result>(spending: readonly Promise<Result>[]): Promise<readonly (Result | Unavailable)[]> => {
  const settled = await Promise.all(spending.map((one) => one.catch(asSettled)));
  const [first] = settled;
  if (first instanceof Unavailable && settled.every((one) => one instanceof Unavailable)) throw first;
  return settled;
};

/** What failed, for a place among `Settled`: only an engine out of reach is part of an answer. */
export const asSettled = (error: unknown): Unavailable => {
  if (error instanceof Unavailable) return error;
  throw error;
};
