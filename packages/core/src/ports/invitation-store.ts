import type { Invitation } from "../model/tenant.ts";
import type { Page, PageRequest } from "./page.ts";

export interface InvitationStore {
  /** false, and nothing done, where one to this address (compared without case) is open: neither accepted nor withdrawn, expired or not. */
  insert(invitation: Invitation): Promise<boolean>;
  /** Replaces the row with the same id. Callers hold its lock. */
  update(invitation: Invitation): Promise<void>;
  /** The invitation, its row locked until the transaction ends. */
  lock(invitationId: string): Promise<Invitation | undefined>;
  find(invitationId: string): Promise<Invitation | undefined>;
  /** The invitation whose token has one of these digests (one per pepper version). */
  findByDigest(digests: readonly string[]): Promise<Invitation | undefined>;
  /** The open one to this address. */
  findOpen(tenantId: string, email: string): Promise<Invitation | undefined>;
  /** Newest first, by id descending; `after` is an id. */
  list(tenantId: string, page: PageRequest): Promise<Page<Invitation>>;
}
