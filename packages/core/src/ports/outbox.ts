import type { OutboxEvent } from "../model/webhook.ts";

/** A key that has come to its end, of which nothing has been told yet. */
export interface ExpiredKey {
  readonly id: string;
  readonly tenantId: string | null;
  readonly expiresAtMs: number;
}

/** What is to leave, in the transaction of what it tells: what was rolled back was never there. */
export interface Outbox {
  /** Adds events. Of an id that is there already only the count is added, as long as the event has not left; else nothing happens. */
  add(events: readonly OutboxEvent[]): Promise<void>;
  /**
   * Takes at most `limit` events that are due, oldest first, and marks them as gone: whoever takes them puts what becomes of them into the same
   * transaction. Those that another transaction is taking are passed over.
   */
  take(nowMs: number, limit: number): Promise<readonly OutboxEvent[]>;
  /** Keys that were not revoked and ended after `fromMs`, up to `toMs`, whose end is not in the outbox under `expiryEventId`; by id, `limit` at most. */
  expiredKeys(range: { readonly fromMs: number; readonly toMs: number }, limit: number): Promise<readonly ExpiredKey[]>;
  /** Deletes events from before this moment, `limit` at most; answers how many. */
  prune(beforeMs: number, limit: number): Promise<number>;
}

/** What the end of a key is called in the outbox: so it is told once, however many look. */
export const expiryEventId = ({ id, expiresAtMs }: Pick<ExpiredKey, "id" | "expiresAtMs">): string => `evt_${id}_expired_${expiresAtMs}`;
