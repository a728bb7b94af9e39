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
  /** Ids of other moves whose counts are in this one, summed up: those that would otherwise have been applied by themselves, and have not been. */
  readonly alsoIds?: readonly string[];
  readonly counts: readonly UsageCount[];
  readonly lastUses: readonly LastUse[];
  readonly budgets: readonly BudgetState[];
}

/** What the guarded API has answered in one hour at one endpoint to one key, with one class of status. */
export interface ResponseCount {
  readonly keyId: string;
  readonly hourMs: number;
  readonly endpoint: string;
  /** First digit of the status, 1 to 5. */
  readonly status: number;
  readonly requests: number;
  /** Sum of the latencies. */
  readonly latencyMs: number;
  /** By `latencySteps` of the contract, and one more. */
  readonly latencies: readonly number[];
}

export interface ResponseBatch {
  readonly id: string;
  /** Those whose key exists are counted. */
  readonly counts: readonly ResponseCount[];
}

/** Requests of one key from one country on one day. */
export interface CountryCount {
  readonly keyId: string;
  readonly tenantId: string | null;
  readonly dayMs: number;
  /** ISO 3166-1 alpha-2; '': not known. */
  readonly country: string;
  readonly requests: number;
}
