import type { LoggedRequest, SkippedRequests } from "../model/logged-request.ts";
import type { Page, PageRequest } from "./page.ts";

export interface RequestFilter {
  /** Left out: every tenant's, and those of no tenant; then the newest 100,000 are searched. */
  readonly tenantId?: string;
  readonly keyId?: string;
  readonly endpoint?: string;
  readonly verdict?: string;
  /** true: refusals alone; false: none of them. */
  readonly isRefused?: boolean;
  readonly ip?: string;
  /** Part of the user agent or the endpoint, without regard to case. */
  readonly q?: string;
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** How much of a tenant's requests is in the log. */
export interface RequestCoverage {
  readonly kept: number;
  /** Verifications that were never kept, since the log began. */
  readonly skipped: number;
}

/** Requests with a key that has two secrets. */
export interface UseQuestion {
  readonly tenantId: string;
  readonly keyId: string;
  /** Since when the newest secret is there: what came before has the other's requests among it. */
  readonly sinceMs: number;
  /** When the secret ends that is asked about, by which its requests are known: see `DecisionFacts`. */
  readonly endsAtMs: number;
}

/** What the log holds of the requests with one secret. */
export interface SecretUse {
  readonly requests: number;
  /** Addresses that they came from, as the log has them; 0 where it has none. */
  readonly addresses: number;
  /** null: there was none. */
  readonly lastUsedAtMs: number | null;
}

/** The latest verifications of each tenant, bounded. */
export interface RequestLog {
  /**
   * Adds entries, once for each id, and forgets what is more than a tenant may have: `keptPerTenant` (and a tenth, so that it need not be
   * done every time), of which refusals have at least half, the oldest first.
   */
  append(entries: readonly LoggedRequest[], skipped: readonly SkippedRequests[], keptPerTenant: number): Promise<void>;
  /** Newest first, by id descending; `after` is an id. */
  list(filter: RequestFilter, page: PageRequest): Promise<Page<LoggedRequest>>;
  /** The newest entries of each of these tenants that were made since, at most so many of each. */
  recent(tenantIds: readonly string[], sinceMs: number, limitOfEach: number): Promise<readonly LoggedRequest[]>;
  /** The uses of the secret that ends then, and of the other one since it is there. */
  useOfSecrets(question: UseQuestion): Promise<{ readonly ending: SecretUse; readonly others: SecretUse }>;
  find(id: string): Promise<LoggedRequest | undefined>;
  coverage(tenantId: string): Promise<RequestCoverage>;
}
