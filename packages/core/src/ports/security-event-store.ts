import type { SecurityEvent } from "../model/security-event.ts";
import type { Page, PageRequest } from "./page.ts";

export interface SecurityEventFilter {
  /** Events of this tenant only; left out: all. */
  readonly tenantId?: string;
  readonly kind?: string;
  readonly severity?: string;
  readonly subjectId?: string;
  /** From this moment (inclusive), to this one (exclusive), by when it was first noticed. */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** A key, and where it was used from. */
export interface KeyOrigin {
  readonly keyId: string;
  readonly origin: string;
}

/** A key that had been used before, and from elsewhere. */
export interface NewOrigin extends KeyOrigin {
  readonly tenantId: string | null;
}

export interface SecurityEventStore {
  /** Keeps events, all or none. */
  add(events: readonly SecurityEvent[]): Promise<void>;
  /** Newest first, by id descending; `after` is an id. */
  list(filter: SecurityEventFilter, page: PageRequest): Promise<Page<SecurityEvent>>;
  /**
   * Notes where keys were used from, at most 100 origins a key, and answers those that are new for a key that has others. Keys that are not
   * there, and a key's very first origin, are no news.
   */
  noteOrigins(uses: readonly KeyOrigin[], atMs: number): Promise<readonly NewOrigin[]>;
  /** Deletes events from before this moment: `limit` at most; answers how many events. */
  prune(beforeMs: number, limit: number): Promise<number>;
}
