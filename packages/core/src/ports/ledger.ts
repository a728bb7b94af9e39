import type { Verdict } from "@keywright/contract";
import type { Unavailable } from "../errors.ts";
import type { RateLimit } from "../model/limits.ts";
import type { BudgetState } from "../model/usage.ts";

/** A key or a tenant, and the change counter under which the caller knows it. */
export interface Known {
  readonly id: string;
  readonly revision: number;
  /** The ledger's own note on this very object, so that it need not look the id up each time. Another ledger may have left its own: none trusts it unseen. */
  note?: unknown;
}

/** Proof of when a caller began to read the store: entries are installed from that read only while it stands. */
export type Lease = string;

/** What the store knew of the budgets when the lease was taken out. */
export interface Installation {
  readonly lease: Lease;
  readonly keyBudget: BudgetState | null;
  readonly tenantBudget: BudgetState | null;
}

export interface SpendRequest {
  readonly key: Known;
  readonly tenant: Known | null;
  /** What was decided before the budgets; only VALID is charged. */
  readonly decided: Verdict;
  readonly keyLimit: RateLimit | null;
  readonly poolLimit: RateLimit | null;
  readonly monthlyQuota: number | null;
  /** Tokens and quota that one VALID takes. ≥ 1. */
  readonly cost: number;
  /** true: check as always, but charge and count nothing. */
  readonly dryRun: boolean;
  /** Label for the usage count, already bounded. */
  readonly endpoint: string;
  readonly ip: string | null;
  readonly install: Installation | null;
}

/** A bucket after the request. Seconds are rounded up. */
export interface BucketView {
  readonly limit: number;
  readonly windowSeconds: number;
  readonly remaining: number;
  /** Until it is full. */
  readonly resetSeconds: number;
  /** Until it holds the request's cost; 0 where it does now. */
  readonly retrySeconds: number;
}

export interface QuotaView {
  readonly limit: number;
  readonly remaining: number;
  /** Until the month ends. */
  readonly resetSeconds: number;
}

export interface Spent {
  readonly state: "DONE";
  /** `decided`, or the budget's refusal. */
  readonly outcome: Verdict;
  readonly key: BucketView | null;
  readonly pool: BucketView | null;
  readonly quota: QuotaView | null;
}

export type SpendResult =
  | Spent
  /** The caller's revision is older than the ledger's: drop the record and read it again. */
  | { readonly state: "STALE" }
  /** The ledger knows nothing of the key or the tenant: read the store after this answer, then spend with the lease. */
  | { readonly state: "MISS"; readonly lease: Lease };

/** Of one request among several: its result, or why its step failed. That may have charged it all the same, as a `spend` that rejects may have. */
export type Settled = SpendResult | Unavailable;

/**
 * Live state and budgets of keys and tenants.
 *
 * - `spend` is one atomic step: revisions current, every budget sufficient, then all of them charged and the request counted, or none charged.
 *   A caller's newer revision is adopted (it came from the store). A refusal is counted and charges nothing. Denials are values, not errors.
 * - Buckets are exact integers (`rules/token-bucket.ts`); the ledger's own clock decides.
 * - After `announce` resolves, no `spend` with an older revision of that id answers DONE, and no lease from before it installs anything.
 * - An engine out of reach rejects with `Unavailable("ledger")` within its deadline.
 */
export interface Ledger {
  spend(request: SpendRequest): Promise<SpendResult>;
  /**
   * Spends `first`, and behind it `request`, if `first` is DONE and VALID; in the same step where the ledger can. undefined: `first` was not, and
   * `request` has charged and counted nothing. `first` charges no budget.
   */
  spendBehind(first: SpendRequest, request: SpendRequest): Promise<SpendResult | undefined>;
  /** Spends each by itself, in this order, as `spend` does; in fewer steps where the ledger can. Rejects with `Unavailable` where all of them failed. */
  spendAll(requests: readonly SpendRequest[]): Promise<readonly Settled[]>;
  /** Spends `first`, and behind it each of these as `spendAll` does, with what `spendBehind` promises: undefined where `first` was not DONE and VALID. */
  spendAllBehind(first: SpendRequest, requests: readonly SpendRequest[]): Promise<readonly Settled[] | undefined>;
  /** Spends each of these as `spendBehind` does with `first`, which is spent as often; in fewer steps where the ledger can. Rejects with `Unavailable` where all of them failed. */
  spendEachBehind(first: SpendRequest, requests: readonly SpendRequest[]): Promise<readonly (Settled | undefined)[]>;
  /** Tells that these ids have committed these revisions to the store. Older ones than the ledger's are ignored. */
  announce(changed: readonly Known[]): Promise<void>;
}

/** The steps of a ledger, without its news of changes. */
export type SpendSteps = Pick<Ledger, "spend" | "spendBehind" | "spendAll" | "spendAllBehind" | "spendEachBehind">;
