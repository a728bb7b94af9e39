import type { SkippedRequests } from "../model/logged-request.ts";
import type { Clock } from "../ports/clock.ts";
import type { VerifyCommand, VerifyOutcome } from "../verify.ts";

/** One verification that will be in the request log, as it was at its end. Never its key. */
export interface SeenRequest extends Pick<VerifyOutcome, "verdict" | "record" | "spent">, Pick<VerifyCommand, "scopes" | "ip" | "endpoint" | "cost"> {
  readonly id: string;
  readonly userAgent: string | null;
  readonly atMs: number;
}

/** What was seen since the last look, and in whose name how much was not kept. */
export interface SeenBatch {
  readonly seen: readonly SeenRequest[];
  readonly skipped: readonly SkippedRequests[];
}

/** Where a verification came in. */
export interface DoorInfo {
  /** null: there is none, and the verification is not recorded. */
  readonly requestId: string | null;
  readonly userAgent?: string | null;
}

export interface RequestRecorder {
  /** Costs a comparison and an addition where much is verified: then as many are kept as may be, and tenants are no longer told apart. */
  note(command: VerifyCommand, outcome: VerifyOutcome, door: DoorInfo): void;
  /** All since the last call. */
  take(): SeenBatch;
}

interface Options {
  readonly clock: Clock;
  /** Accepted, and besides refused verifications of one tenant that are kept between two calls of `take`, which is called every second. */
  readonly perTenant: number;
}

/** Those of all tenants together that are kept between two calls: bounds memory, and what keeping them costs. Refusals have a share of their own, and more. */
const maxKept = { accepted: 250, refused: 500 } as const;
/** Tenants that are told apart between two calls; whatever others there are is counted as no tenant's. */
const maxTenants = 10_000;
const noTenant = "";

interface Tally {
  accepted: number;
  refused: number;
  kept: number;
}

/** Nothing is recorded. */
export const silentRecorder: RequestRecorder = { note: () => {}, take: () => ({ seen: [], skipped: [] }) };

/** Keeps the first verifications of each tenant and moment, refusals beside successes, and counts the others. */
export const createRequestRecorder = ({ clock, perTenant }: Options): RequestRecorder => {
  const state = { seen: [] as SeenRequest[], tallies: new Map<string, Tally>(), accepted: 0, refused: 0, beyond: 0 };
  const tallyOf = (tenantId: string): Tally => {
    const known = state.tallies.get(tenantId);
    if (known !== undefined) return known;
    if (tenantId !== noTenant && state.tallies.size >= maxTenants) return tallyOf(noTenant);
    const tally = { accepted: 0, refused: 0, kept: 0 };
    state.tallies.set(tenantId, tally);
    return tally;
  };
  return {
    note: (command, outcome, { requestId, userAgent }) => {
      if (requestId === null || command.dryRun) return;
      const kind = outcome.verdict === "VALID" ? "accepted" : "refused";
      if (state[kind] >= maxKept[kind]) {
        state.beyond += 1;
        return;
      }
      const tally = tallyOf(outcome.record?.tenant?.id ?? noTenant);
      tally[kind] += 1;
      if (tally[kind] > perTenant) return;
      state[kind] += 1;
      tally.kept += 1;
      const { verdict, record, spent } = outcome;
      const { scopes, ip, endpoint, cost } = command;
      state.seen.push({ id: requestId, userAgent: userAgent ?? null, atMs: clock.nowMs(), verdict, record, spent, scopes, ip, endpoint, cost });
    },
    take: () => {
      const { seen, tallies, beyond } = state;
      Object.assign(state, { seen: [], tallies: new Map(), accepted: 0, refused: 0, beyond: 0 });
      return { seen, skipped: skippedOf(tallies, beyond) };
    },
  } satisfies RequestRecorder;
};

/** What was beyond all bounds is shared out as what was before them: whose it was is not known, how many there were is. */
const skippedOf = (tallies: ReadonlyMap<string, Tally>, beyond: number): readonly SkippedRequests[] => {
  const seenOf = ({ accepted, refused }: Tally): number => accepted + refused;
  let left = { tallied: [...tallies.values()].reduce((sum, tally) => sum + seenOf(tally), 0), beyond };
  const skipped = [...tallies].map(([tenantId, tally]) => {
    const share = left.tallied === 0 ? 0 : Math.round((left.beyond * seenOf(tally)) / left.tallied);
    left = { tallied: left.tallied - seenOf(tally), beyond: left.beyond - share };
    return { tenantId, requests: seenOf(tally) - tally.kept + share };
  });
  return skipped.filter(({ requests }) => requests > 0);
};
