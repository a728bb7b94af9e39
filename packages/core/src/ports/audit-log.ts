import type { AuditEntry } from "../model/audit.ts";
import type { Page, PageRequest } from "./page.ts";

export interface AuditFilter {
  /** Entries of this tenant only; left out: all. */
  readonly tenantId?: string;
  readonly actorId?: string;
  readonly targetId?: string;
  readonly action?: string;
  /** From this moment (inclusive) … */
  readonly fromMs?: number;
  /** … to this one (exclusive). */
  readonly toMs?: number;
}

/** Append-only. An entry belongs to the transaction of the change that it tells, and continues its tenant's chain (`AuditChains`) as it commits. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /** Newest first, by id descending; `after` is an id. */
  list(filter: AuditFilter, page: PageRequest): Promise<Page<AuditEntry>>;
}
