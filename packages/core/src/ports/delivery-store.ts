import type { Delivery, OutboxEvent, Webhook } from "../model/webhook.ts";
import type { Page, PageRequest } from "./page.ts";

export interface ClaimRequest {
  readonly nowMs: number;
  /** Until when it is the claimer's alone; then, if nothing has come of it, it is due again. */
  readonly leaseUntilMs: number;
  readonly limit: number;
  /** For one webhook at most; one where `failures` of it are `troubledFrom` or more. */
  readonly perWebhook: number;
  readonly troubledFrom: number;
  /** Webhooks that get none. */
  readonly except: readonly string[];
}

/** A delivery to be tried now, with all that it needs. */
export interface ClaimedDelivery {
  /** With this attempt counted. */
  readonly delivery: Delivery;
  readonly webhook: Webhook;
  readonly event: OutboxEvent;
}

export interface DeliveryFilter {
  readonly webhookId: string;
  readonly state?: Delivery["state"];
}

/** What is to leave and has not. */
export interface Backlog {
  /** Events and deliveries that are due; counted up to the bound that was asked for. */
  readonly waiting: number;
  /** Since when the oldest of them is; null: none is. */
  readonly oldestDueMs: number | null;
  /** Active webhooks whose last attempt has failed. */
  readonly failingWebhooks: number;
  /** Webhooks that were disabled because nothing came through. */
  readonly disabledWebhooks: number;
}

export interface DeliveryStore {
  add(deliveries: readonly Delivery[]): Promise<void>;
  find(id: string): Promise<Delivery | undefined>;
  /** Newest first, by id descending. */
  list(filter: DeliveryFilter, page: PageRequest): Promise<Page<Delivery>>;
  /** Takes pending deliveries that are due, of active webhooks that are not paused, oldest first. Those that another is taking are passed over. */
  claim(request: ClaimRequest): Promise<readonly ClaimedDelivery[]>;
  /** Replaces the row, if it is still at the attempt that is named; false: it has gone on meanwhile. */
  settle(delivery: Delivery, attempt: number): Promise<boolean>;
  /** Deliveries that are due are those of active webhooks that are not paused. */
  backlog(nowMs: number, countTo: number): Promise<Backlog>;
  /** Deletes those that were made before this moment, `limit` at most; answers how many. */
  prune(beforeMs: number, limit: number): Promise<number>;
}
