import { Unavailable } from "../errors.ts";
import type { Epoch, Epochs } from "../ports/epochs.ts";
import type { Known } from "../ports/ledger.ts";
import type { Stopwatch } from "../ports/stopwatch.ts";
import type { ToldLedger } from "../ports/told-ledger.ts";
import { isTold, remainingWaitMs, silenceMs, storeLedgerName } from "./epoch-rules.ts";

export interface TellDeps {
  readonly epochs: Pick<Epochs, "read" | "move" | "countBehind">;
  /** undefined: this process knows no ledger but the store's own. */
  readonly told: Pick<ToldLedger, "announceTo" | "reconnect"> | undefined;
  readonly stopwatch: Stopwatch;
}

/** Moves that may come in between before a change gives up. */
const maxRounds = 5;
/** How often, a second apart, it is asked whether the last process has confirmed. */
const maxQuestions = 3;

/**
 * Resolves when these committed changes are in force in every process. The epoch is read after the commit: a move before that read is seen, and
 * whoever adopts a later one finds the change in the store. Rejects with `Unavailable` where that cannot be had.
 */
export const tellChange = async (deps: TellDeps, changed: readonly Known[]): Promise<void> => {
  if (changed.length === 0) return;
  for (let round = 0; round < maxRounds; round++) {
    const epoch = await deps.epochs.read();
    if (!isTold(epoch.ledger) || (await tellTo(deps, epoch.ledger, changed))) return settle(deps, epoch);
    await deps.epochs.move(epoch.number, storeLedgerName, true);
  }
  throw new Unavailable("ledger", new Error("The current ledger changed at every attempt to tell it."));
};

const tellTo = async ({ told }: TellDeps, ledger: string, changed: readonly Known[]): Promise<boolean> => {
  if (told === undefined) return false;
  try {
    if (await told.announceTo(ledger, changed)) return true;
    // The connection may be the one that is behind.
    told.reconnect();
    return await told.announceTo(ledger, changed);
  } catch (error) {
    if (error instanceof Unavailable) return false;
    throw error;
  }
};

/** Waits until nobody holds a lease on a ledger that was left. */
const settle = async ({ epochs, stopwatch }: TellDeps, epoch: Epoch): Promise<void> => {
  const waitMs = remainingWaitMs(epoch);
  if (waitMs > 0) await stopwatch.wait(waitMs);
  if (epoch.settledMs >= silenceMs) return;
  for (let question = 0; question < maxQuestions; question++) {
    if (question > 0) await stopwatch.wait(1_000);
    if ((await epochs.countBehind(epoch.settledFrom)) === 0) return;
  }
  throw new Unavailable("ledger", new Error("A process that serves without the store has not confirmed which ledger is current."));
};
