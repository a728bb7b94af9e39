import type { UsageDimension } from "@keywright/contract";
import type { KeyActivity } from "../model/key.ts";
import type { CountryCount, ResponseBatch, UsageMove } from "../model/usage.ts";

export interface UsageFilter {
  /** Left out: every tenant's keys. Root keys belong to none and are counted only where `keyId` names one: a verification is not two. */
  readonly tenantId?: string;
  readonly keyId?: string;
  readonly endpoint?: string;
  readonly outcome?: string;
  /** From this moment (inclusive), to this one (exclusive), by the hour or the day that a request fell in. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Width of a bucket of the series: 3,600,000 (hour) or 86,400,000 (day, UTC). Days are read from what is kept by day, for ever. */
  readonly bucketMs: number;
}

/** What the guarded API has answered, as it was reported. */
export interface ResponseSummary {
  readonly requests: number;
  /** First digit of the status → requests. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Sum of all latencies, and how many took how long: by `latencySteps` of the contract, and one more. */
  readonly latencyMs: number;
  readonly latencies: readonly number[];
}

export interface UsageSummary {
  /** Outcome → requests. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The busiest endpoints, at most 50, busiest first. */
  readonly endpoints: readonly { readonly endpoint: string; readonly requests: number }[];
  /** Buckets that have requests, oldest first. `errors`: all outcomes but VALID. */
  readonly series: readonly {
    readonly startMs: number;
    readonly requests: number;
    readonly errors: number;
    /** The errors among them by code. */
    readonly codes: Readonly<Record<string, number>>;
  }[];
  /** By key, endpoint and time; an outcome that is filtered by is none of a response's. */
  readonly responses: ResponseSummary;
  /** The latest accepted use among the keys of the filter. */
  readonly activity: KeyActivity;
}

/** Values in the order of the dimensions that were asked for; '' where a key's environment, or an address's country, is not known. */
export interface UsageGroup {
  readonly values: readonly string[];
  readonly requests: number;
  readonly errors: number;
}

export interface UsageRow extends UsageGroup {
  readonly startMs: number;
}

/** Where a page of groups ended: the requests and the values of its last one. */
export interface GroupPlace {
  readonly requests: number;
  readonly values: readonly string[];
}

export interface AddedResponses {
  /** The batch had been added before, and changes nothing. */
  readonly isRepeated: boolean;
  /** Counts of keys that do not exist. */
  readonly ignored: number;
}

export interface GroupPage {
  readonly limit: number;
  readonly after: GroupPlace | null;
}

export interface RowPage {
  readonly limit: number;
  readonly after: Pick<UsageRow, "startMs" | "values"> | null;
}

export interface UsageStore {
  /**
   * Adds a move's counts, merges its budgets (of a quota the later month or the greater use, of a bucket the later level), and advances last uses (never backwards), in one transaction.
   * A move that was applied before changes nothing: false. One of whose ids some were applied before, and others not, is rejected, and changes nothing. Of a key's endpoints of one day the first 200 keep their names, the others are "other".
   */
  apply(move: UsageMove): Promise<boolean>;
  /** Adds what was reported, once for each id of a batch; again at most 200 endpoints a key and day. Counts of keys that do not exist are left out. */
  addResponses(batch: ResponseBatch): Promise<AddedResponses>;
  addCountries(counts: readonly CountryCount[]): Promise<void>;
  summarize(filter: UsageFilter): Promise<UsageSummary>;
  /** Groups behind `after` (null: from the first), busiest first, then by their values; at most `limit`. `country` is asked for alone, by the day. */
  groups(filter: UsageFilter, by: readonly UsageDimension[], page: GroupPage): Promise<readonly UsageGroup[]>;
  /** Rows of buckets and groups behind `after` (null: from the first), by time, then by their values; at most `limit`. */
  rows(filter: UsageFilter, by: readonly UsageDimension[], page: RowPage): Promise<readonly UsageRow[]>;
  /** Makes room for the hours and days to come, and forgets the hours before `nowMs` - `hoursKeptMs`, a month later at the latest; to be called often. What was done, for a log. */
  keep(nowMs: number, hoursKeptMs: number): Promise<readonly string[]>;
}
