import type { BucketLevel, QuotaUse } from "./limits.ts";

/** Requests of one key in one hour at one endpoint with one outcome. */
export interface UsageCount {
  readonly keyId: string;
  readonly tenantId: string | null;
  /** Start of the hour, ms since the epoch. */
  readonly hourMs: number;
  readonly endpoint: string;
  readonly outcome: string;
  readonly requests: number;
}

export interface LastUse {
  readonly keyId: string;
  readonly atMs: number;
  readonly ip: string | null;
}

/** What a key or a tenant has left, as the ledger last saw it. `subjectId` is a key's or a tenant's id. */
export interface BudgetState {
  readonly subjectId: string;
  readonly bucket: BucketLevel | null;
  readonly quota: QuotaUse | null;
}

/** One delivery of the ledger's counts to the store. Applied once, however often it is handed over: `id` says whether it was. */
export interface UsageMove {
  readonly id: string;
  readonly counts: readonly UsageCount[];
  readonly lastUses: readonly LastUse[];
  readonly budgets: readonly BudgetState[];
}
