/** Which ledger is the current one, as the store knows it. Times are by the store's clock. */
export interface Epoch {
  /** Raised by every move; from 0. */
  readonly number: number;
  /** The ledger's identity, or the name of the one that is the store's own; empty before the first move. */
  readonly ledger: string;
  /** Since the last move. */
  readonly ageMs: number;
  /** Since a ledger was last left that has to be told of changes: whoever held a lease on it then has none after the lease's length. */
  readonly settledMs: number;
  /** The number of the epoch that began then. */
  readonly settledFrom: number;
  /** The store's time of this answer. */
  readonly nowMs: number;
}

/** A process that confirms the epoch. */
export interface ConfirmingProcess {
  readonly id: string;
  /** Whether it goes on with a ledger when it can no longer confirm the epoch. */
  readonly servesAlone: boolean;
  /** The number of the epoch that it acts by, not of the one that it is about to hear of: that answer may be lost. null: none, nor is about to. */
  readonly holds: number | null;
}

/**
 * The one row that says which ledger is current, and who has seen it (`docs/adr/0007-the-epoch-in-the-store.md`).
 * Every answer is what was committed when it was asked. A store out of reach rejects with `Unavailable("store")` within a second or two.
 */
export interface Epochs {
  read(): Promise<Epoch>;
  /** The epoch, and a note that this process lives, and what it holds. */
  confirm(process: ConfirmingProcess): Promise<Epoch>;
  /**
   * Makes `ledger` the current one, if the epoch's number is still `from`; answers the epoch as it is afterwards. `isTold`: the ledger that is left has
   * to be told of changes. `settledMs` counts from a moment at which the move could be seen: nobody confirms the former epoch after it.
   */
  move(from: number, ledger: string, isTold: boolean): Promise<Epoch>;
  /** Processes that serve alone, have not said that they end, were heard of in the last ten minutes, and hold an epoch before `number`. */
  countBehind(number: number): Promise<number>;
  /** The process ends: nobody waits for it. */
  leave(processId: string): Promise<void>;
}
