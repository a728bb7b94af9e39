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
  readonly number: number;
  readonly ledger: string;
  via: Via;
  confirmed: Moment;
  /** When this epoch was first heard of, by the stopwatch. */
  readonly heardMs: number;
  /** When the store was last found behind what it had answered. */
  readonly fellBackMs: number;
}

/** What this process knows of the epoch, and for how long. */
export interface Hold {
  /** To be taken before the store is asked: a lease counts from then. */
  now(): Moment;
  /** The number that is acted by; undefined before the first confirmation. */
  number(): number | undefined;
  /** Where to spend by the last confirmation; undefined before the first. */
  via(): Via | undefined;
  /** Whether this very ledger is spent on by the last confirmation. */
  isOn(ledger: string): boolean;
  /** Whether the last confirmation is still good. */
  isStanding(): boolean;
  /**
   * A confirmed epoch. Answers whether it is another one than was held: then only the store's own ledger is safe, until the current one is admitted.
   * Another one may be an earlier one: a store that fails over without its last commits has lost moves, and may then make them anew, elsewhere to.
   */
  confirm(epoch: Epoch, at: Moment): boolean;
  /** The ledger of this epoch has been told everything. false, with nothing changed, where another one has overtaken it. */
  admit(epoch: Epoch, at: Moment): boolean;
}

export const createHold = ({ clock, stopwatch }: { readonly clock: Clock; readonly stopwatch: Stopwatch }): Hold => {
  let held: State | undefined;
  const take = ({ number, ledger }: Epoch, via: Via, confirmed: Moment): void => {
    const heardMs = stopwatch.elapsedMs();
    const isBehind = held !== undefined && number <= held.number;
    held = { number, ledger, via, confirmed, heardMs, fellBackMs: isBehind ? heardMs : (held?.fellBackMs ?? never) };
  };
  return {
    now: () => ({ elapsedMs: stopwatch.elapsedMs(), wallMs: clock.nowMs() }),
    number: () => held?.number,
    via: () => held?.via,
    isOn: (ledger) => held?.via === "told" && held.ledger === ledger,
    isStanding: () => {
      if (held === undefined) return false;
      const { elapsedMs, wallMs } = held.confirmed;
      return stopwatch.elapsedMs() - elapsedMs < leaseMs && Math.abs(clock.nowMs() - wallMs) < leaseMs;
    },
    confirm: (epoch, at) => {
      if (held !== undefined && isSame(held, epoch)) {
        if (at.elapsedMs > held.confirmed.elapsedMs) held.confirmed = at;
        return false;
      }
      if (held !== undefined && isOvertaken(held, epoch, at)) return false;
      take(epoch, "store", at);
      return true;
    },
    admit: (epoch, at) => {
      // What was told while the store was ahead of what it has now says nothing of the changes since it fell back.
      if (held !== undefined && at.elapsedMs <= held.fellBackMs) return false;
      if (held === undefined || epoch.number > held.number) take(epoch, "told", at);
      else if (isSame(held, epoch)) held.via = "told";
      else return false;
      return true;
    },
  } satisfies Hold;
};

const never = Number.NEGATIVE_INFINITY;

const isSame = (held: State, { number, ledger }: Epoch): boolean => number === held.number && ledger === held.ledger;

/**
 * Whether the answer may have been given before the held epoch began, and says nothing about now. One that was asked for after that epoch was
 * heard of was not: the store answers with what is committed, and where that is an earlier epoch, it has lost the held one.
 */
const isOvertaken = (held: State, epoch: Epoch, at: Moment): boolean => epoch.number <= held.number && at.elapsedMs <= held.heardMs;
