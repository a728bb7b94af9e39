import type { Epoch } from "../ports/epochs.ts";

/** The name of the ledger that reads revisions from the store's own rows: it never has to be told. */
export const storeLedgerName = "postgres";

/** How long a confirmation of the epoch is good for. */
export const leaseMs = 3_000;
export const confirmEveryMs = 1_000;
/** After it, no lease that was taken before a move stands, whatever two clocks differ by in that time. */
const settleMs = 3_500;
/** Nobody moves an epoch that is younger, except away from a ledger that is out of reach. */
const dwellMs = 5_000;
/** Between a change's own time and its telling, at most: deadlines of statements and transactions bound it. */
const markMarginMs = 60_000;
/** What is told to every new connection, whatever its mark says. */
const alwaysToldMs = 600_000;
/** Silent processes older than this count as dead, so a move that is older needs nobody's confirmation. */
export const silenceMs = 600_000;
/** Announcements are kept this long. */
const keptMs = 30 * 86_400_000;

/** Whether the ledger of this name has to be told of changes. */
export const isTold = (ledger: string): boolean => ledger !== "" && ledger !== storeLedgerName;

/** Whether a process that is connected to another ledger than the epoch's may make its own the current one. */
export const mayMove = (epoch: Epoch): boolean => epoch.ledger === "" || epoch.ageMs >= dwellMs;

/** From when on changes have to be told to a ledger that was marked then; undefined: it is older than what the store remembers. */
export const toldFrom = (markedAtMs: number | undefined, nowMs: number): number | undefined => {
  const recentMs = nowMs - alwaysToldMs;
  if (markedAtMs === undefined) return recentMs;
  if (markedAtMs - markMarginMs < nowMs - keptMs) return undefined;
  return Math.min(recentMs, markedAtMs - markMarginMs);
};

/** What a change still has to wait for until nobody holds a lease on a ledger that was left. */
export const remainingWaitMs = (epoch: Epoch): number => Math.max(0, settleMs - epoch.settledMs);
