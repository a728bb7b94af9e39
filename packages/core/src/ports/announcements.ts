import type { Known } from "./ledger.ts";

/** A committed change of a key or tenant, in the order of its making. */
export interface Announcement extends Known {
  readonly sequence: number;
}

/** Where a read of announcements goes on, and how far. */
export interface AnnouncementPage {
  /** The last sequence that was seen; 0: none. */
  readonly after: number;
  readonly limit: number;
}

/**
 * What ledgers have to be told: one entry for each revision of a key or tenant, written in the transaction that makes it. They are kept for
 * 30 days, so that a ledger that comes back as it was can be brought up to date.
 */
export interface Announcements {
  add(changed: readonly Known[]): Promise<void>;
  /** Those settled since `sinceMs` by the store's clock, or never; by sequence, ascending. */
  since(sinceMs: number, page: AnnouncementPage): Promise<readonly Announcement[]>;
  /** Those that were never settled, made at least `ageMs` ago; by sequence, ascending. */
  unsettled(ageMs: number, page: AnnouncementPage): Promise<readonly Announcement[]>;
  /** Notes that these revisions, and all earlier ones of the same ids, are in force everywhere. */
  settle(changed: readonly Known[]): Promise<void>;
  /** Deletes those that were settled more than 30 days ago, `limit` at most; answers how many. */
  prune(limit: number): Promise<number>;
}
