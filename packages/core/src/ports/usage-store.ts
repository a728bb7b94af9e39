import type { KeyActivity } from "../model/key.ts";
import type { UsageMove } from "../model/usage.ts";

export interface UsageFilter {
  /** Left out: every tenant's keys. Root keys belong to none and are counted only where `keyId` names one: a verification is not two. */
  readonly tenantId?: string;
  readonly keyId?: string;
  readonly endpoint?: string;
  readonly outcome?: string;
  /** From this moment (inclusive), to this one (exclusive), by the hour that a request fell in. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Width of a bucket of the series: 3,600,000 (hour) or 86,400,000 (day, UTC). */
  readonly bucketMs: number;
}

export interface UsageSummary {
  /** Outcome → requests. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The busiest endpoints, at most 50, busiest first. */
  readonly endpoints: readonly { readonly endpoint: string; readonly requests: number }[];
  /** Buckets that have requests, oldest first. `errors`: all outcomes but VALID. */
  readonly series: readonly { readonly startMs: number; readonly requests: number; readonly errors: number }[];
  /** The latest accepted use among the keys of the filter. */
  readonly activity: KeyActivity;
}

export interface UsageStore {
  /**
   * Adds a move's counts, merges its budgets (of a quota the later month or the greater use, of a bucket the later level), and advances last uses (never backwards), in one transaction.
   * A move that was applied before changes nothing: false.
   */
  apply(move: UsageMove): Promise<boolean>;
  summarize(filter: UsageFilter): Promise<UsageSummary>;
}
