import type { Webhook } from "../model/webhook.ts";
import type { Page, PageRequest } from "./page.ts";

export interface WebhookStore {
  insert(webhook: Webhook): Promise<void>;
  /** Replaces the row; the caller holds its lock. */
  update(webhook: Webhook): Promise<void>;
  /** Removes it with its deliveries. */
  remove(id: string): Promise<void>;
  find(id: string): Promise<Webhook | undefined>;
  /** The same, locked until the transaction ends. */
  lock(id: string): Promise<Webhook | undefined>;
  /** Newest first, by id descending, of the standard format; `tenantId` null: the operators' own. */
  list(tenantId: string | null, page: PageRequest): Promise<Page<Webhook>>;
  /** Of the standard format. */
  count(tenantId: string | null): Promise<number>;
  /** The active ones of these tenants, and of the operators. */
  listeners(tenantIds: readonly string[]): Promise<readonly Webhook[]>;
  /** Disabled ones whose people are still to be told; at most `limit`. */
  listMailDue(limit: number): Promise<readonly Webhook[]>;
}
