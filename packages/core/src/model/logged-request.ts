import type { Verdict } from "@keywright/contract";
import type { BucketView, QuotaView } from "../ports/ledger.ts";

/** What a verdict was decided by, as small as it can be kept: `rules/trace-decision.ts` says it in full. Never the text of a key. */
export interface DecisionFacts {
  readonly cost: number;
  /** Scopes that the request needed. */
  readonly needed: readonly string[];
  /** Those of them that the key lacks. */
  readonly missing: readonly string[];
  /** null: the key was not recognised. */
  readonly key: {
    readonly state: string;
    readonly environment: string;
    /** When the key, or this replaced secret, ends; null: never. */
    readonly expiresAtMs: number | null;
    /** Whether it takes some addresses alone. */
    readonly hasAllowlist: boolean;
    readonly tenantStatus: string | null;
  } | null;
  /** The budgets after the request; null where none was looked at. */
  readonly spent: { readonly key: BucketView | null; readonly pool: BucketView | null; readonly quota: QuotaView | null } | null;
}

/** One verification, as the request log keeps it. */
export interface LoggedRequest {
  /** The request's id; where a request asked for several verifications, with a point and the place behind it. Ids sort by time. */
  readonly id: string;
  /** '': no tenant's key was recognised. */
  readonly tenantId: string;
  readonly keyId: string | null;
  readonly atMs: number;
  readonly endpoint: string;
  readonly verdict: Verdict;
  /** As it was given, or shortened; null: not given. */
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly facts: DecisionFacts;
}

/** Verifications of one tenant that were not kept, because there were too many in too short a time. */
export interface SkippedRequests {
  readonly tenantId: string;
  readonly requests: number;
}
