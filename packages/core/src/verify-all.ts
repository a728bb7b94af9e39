import { Unavailable } from "./errors.ts";
import type { KeyRecord } from "./ports/key-records.ts";
import type { Settled, SpendRequest, SpendResult } from "./ports/ledger.ts";
import { decideNow, outcomeOf, renew, spendRequest, type VerifyCommand, type VerifyDeps, type VerifyOutcome, verifyFrom } from "./verify.ts";

/** A key whose record `recordAtHand` has found. */
export interface KeyAtHand {
  readonly command: VerifyCommand;
  readonly atHand: KeyRecord;
}

/**
 * Verifies several keys as `verify` does each, in this order, with one promise for all while the ledger agrees with their records. Rejects where one of them
 * cannot be verified for want of an engine; the others may have been charged.
 */
export const verifyAll = async (deps: VerifyDeps, all: readonly KeyAtHand[]): Promise<readonly VerifyOutcome[]> =>
  outcomesOf(deps, all, await deps.ledger.spendAll(requestsOf(deps, all)));

export const requestsOf = (deps: VerifyDeps, all: readonly KeyAtHand[]): readonly SpendRequest[] =>
  all.map(({ command, atHand }) => spendRequest(command, { record: atHand, decided: decideNow(deps, command, atHand), install: null }));

/** Of what the ledger has settled: the outcomes, once what it knows better has been read anew. */
export const outcomesOf = (
  deps: VerifyDeps,
  all: readonly KeyAtHand[],
  settled: readonly Settled[],
): readonly VerifyOutcome[] | Promise<readonly VerifyOutcome[]> => {
  const results = all.map((_, place) => resultOf(settled[place]));
  const outcomes = all.map(({ atHand }, place) => doneOf(atHand, results[place]));
  return outcomes.every((outcome) => outcome !== undefined)
    ? outcomes
    : Promise.all(all.map(async (one, place) => outcomes[place] ?? again(deps, one, results[place])));
};

const resultOf = (settled: Settled | undefined): SpendResult => {
  if (settled === undefined) throw new RangeError("The ledger has not answered every request.");
  if (settled instanceof Unavailable) throw settled;
  return settled;
};

const doneOf = (record: KeyRecord, result: SpendResult | undefined): VerifyOutcome | undefined =>
  result?.state === "DONE" ? outcomeOf(record, result) : undefined;

/** With what the store says now. */
const again = async (deps: VerifyDeps, { command }: KeyAtHand, result: SpendResult | undefined): Promise<VerifyOutcome> =>
  verifyFrom(deps, command, await renew(deps, command, resultOf(result)));
