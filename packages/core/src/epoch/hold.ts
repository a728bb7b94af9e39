import type { Clock } from "../ports/clock.ts";
import type { Epoch } from "../ports/epochs.ts";
import type { Stopwatch } from "../ports/stopwatch.ts";
import { leaseMs } from "./epoch-rules.ts";

/** A moment by both clocks: the monotonic one stands still while the machine is suspended, the other one may step. */
interface Moment {
  readonly elapsedMs: number;
  readonly wallMs: number;
}

/** Where this process spends: on the ledger that is told of changes, or on the store's own. */
type Via = "told" | "store";

interface State {
  number: number;
  via: Via;
  confirmed: Moment;
}

/** What this process knows of the epoch, and for how long. */
export interface Hold {
  /** To be taken before the store is asked: a lease counts from then. */
  now(): Moment;
  /** The number that is acted by; undefined before the first confirmation. */
  number(): number | undefined;
  /** Where to spend by the last confirmation; undefined before the first. */
  via(): Via | undefined;
  /** Whether the last confirmation is still good. */
  isStanding(): boolean;
  /** A confirmed epoch. Answers whether it is a newer one than was held: then only the store's own ledger is safe, until the current one is admitted. */
  confirm(epoch: Epoch, at: Moment): boolean;
  /** The ledger of this epoch has been told everything. false, with nothing changed, where a newer one has overtaken it. */
  admit(epoch: Epoch, at: Moment): boolean;
}

export const createHold = ({ clock, stopwatch }: { readonly clock: Clock; readonly stopwatch: Stopwatch }): Hold => {
  let held: State | undefined;
  const extend = (state: State, at: Moment): void => {
    if (at.elapsedMs > state.confirmed.elapsedMs) state.confirmed = at;
  };
  return {
    now: () => ({ elapsedMs: stopwatch.elapsedMs(), wallMs: clock.nowMs() }),
    number: () => held?.number,
    via: () => held?.via,
    isStanding: () => {
      if (held === undefined) return false;
      const { elapsedMs, wallMs } = held.confirmed;
      return stopwatch.elapsedMs() - elapsedMs < leaseMs && Math.abs(clock.nowMs() - wallMs) < leaseMs;
    },
    confirm: (epoch, at) => {
      if (held !== undefined && epoch.number <= held.number) {
        // An answer that was overtaken says nothing about now.
        if (epoch.number === held.number) extend(held, at);
        return false;
      }
      held = { number: epoch.number, via: "store", confirmed: at };
      return true;
    },
    admit: (epoch, at) => {
      if (held === undefined || epoch.number > held.number) held = { number: epoch.number, via: "told", confirmed: at };
      else if (epoch.number === held.number) held.via = "told";
      return epoch.number === held.number;
    },
  } satisfies Hold;
};
