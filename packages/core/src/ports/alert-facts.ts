import type { SecurityEventKind } from "@keywright/contract";
import type { KeyState } from "../model/key.ts";
import type { SubjectType } from "../model/security-event.ts";

/** Security events of one kind, summed by subject. */
export interface NoticedSum {
  readonly tenantId: string | null;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly count: number;
  /** Of the last of them. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface NoticedQuestion {
  readonly kind: SecurityEventKind;
  /** First noticed from this moment (inclusive), to this one (exclusive). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly least: number;
  /** These alone; left out: any. */
  readonly subjectIds?: readonly string[];
  readonly limit: number;
}

/** A key's requests within about an hour: those of the running hour, and of the one before as much as is still within. */
export interface KeyRate {
  readonly tenantId: string;
  readonly keyId: string;
  readonly requests: number;
  readonly refused: number;
}

export interface RateQuestion {
  /** Start of the running hour, and how much of the one before counts, in per mille. */
  readonly hourMs: number;
  readonly beforePerMille: number;
  readonly leastRequests: number;
  readonly leastPercent: number;
  readonly keyIds?: readonly string[];
  readonly limit: number;
}

export interface KeyQuota {
  readonly tenantId: string;
  readonly keyId: string;
  readonly used: number;
  readonly quota: number;
}

export interface QuotaQuestion {
  /** As `monthOf` counts. */
  readonly month: number;
  readonly leastPercent: number;
  /** These alone; left out: any, by id, behind `after`. */
  readonly keyIds?: readonly string[];
  readonly after: string | null;
  readonly limit: number;
}

export interface KeyAge {
  readonly tenantId: string | null;
  readonly keyId: string;
  readonly state: KeyState;
  readonly createdAtMs: number;
  readonly expiresAtMs: number | null;
  /** null: never. */
  readonly lastUsedAtMs: number | null;
}

/** What rules of alerts look at: sums that are there anyway. Each answer is bounded by its limit. */
export interface AlertFacts {
  /** The subjects with the most first. */
  noticed(question: NoticedQuestion): Promise<readonly NoticedSum[]>;
  /** Keys of tenants, the most refused first. */
  rates(question: RateQuestion): Promise<readonly KeyRate[]>;
  /** Keys of tenants that have a quota and are not revoked, as their use was last brought home; by id. */
  quotas(question: QuotaQuestion): Promise<readonly KeyQuota[]>;
  /** Keys that are not revoked, by id, behind `after`; root keys too. */
  ages(question: { readonly keyIds?: readonly string[]; readonly after: string | null; readonly limit: number }): Promise<readonly KeyAge[]>;
}
