import type { UsageMove } from "../model/usage.ts";

/** The ledger's side of usage delivery: counts leave it once, however often a process dies between. */
export interface UsageSource {
  /**
   * The counts since the last move, bounded; the same move again until it is confirmed, or, of one that has several ids, those moves by themselves; undefined when a delivery has had its share: all that was
   * there when it began, and little of what came meanwhile, so that it ends however many requests arrive. The next call begins another one.
   */
  take(): Promise<UsageMove | undefined>;
  /** The store holds this move: forget it. */
  confirm(moveId: string): Promise<void>;
  /** Rows of counts, at most, that the next delivery would write; left out where counts end with the process, and are not to wait for others. */
  waiting?(): number;
}
