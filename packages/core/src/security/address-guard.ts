import type { Origins } from "../ports/origins.ts";
import type { Stopwatch } from "../ports/stopwatch.ts";
import type { SecurityWatch } from "./watch.ts";

/** What is done about an address that tries one credential after the other. off: nothing; slow: its refusals come late; block: and then it is blocked. */
export type BruteForcePolicy = "off" | "slow" | "block";

/** Slows down, and then blocks for a while, whoever tries one credential after the other from one address, or from the addresses of one site. */
export interface AddressGuard {
  /** Milliseconds until the address may try a credential that is not known; 0: now. Costs nothing while nobody is blocked. */
  blockedForMs(address: string | null): number;
  /** A credential from there was not valid. Answers in milliseconds how long its refusal is held back. */
  failed(address: string | null): number;
}

export interface GuardDeps {
  readonly origins: Origins;
  readonly stopwatch: Pick<Stopwatch, "elapsedMs">;
  readonly watch: Pick<SecurityWatch, "noticed">;
  readonly policy: BruteForcePolicy;
  /** Addresses that are many people's, and ours: they are slowed down at most. */
  readonly isSpared: (address: string) => boolean;
}

const minuteMs = 60_000;
/** Failures within a minute, of a caller and of a site. */
const limits = { caller: { slow: 10, block: 50 }, site: { slow: 100, block: 500 } } as const;
const slowMs = 1_000;
const blockMs = 300_000;
const maxSubjects = 10_000;

interface Standing {
  minute: number;
  count: number;
  blockedUntilMs: number;
}

export const createAddressGuard = (deps: GuardDeps): AddressGuard => {
  const { origins, stopwatch, policy } = deps;
  const standings = new Map<string, Standing>();
  const state = { blockedUntilMs: 0 };
  const blockedFor = (subject: string | undefined, nowMs: number): number =>
    subject === undefined ? 0 : Math.max(0, (standings.get(subject)?.blockedUntilMs ?? 0) - nowMs);
  const fail = (subject: string, kind: keyof typeof limits, mayBlock: boolean): number => {
    const nowMs = stopwatch.elapsedMs();
    const standing = countFailure(standings, subject, nowMs);
    const { slow, block } = limits[kind];
    if (mayBlock && standing.count >= block) {
      if (standing.blockedUntilMs <= nowMs) notice(deps, "address.blocked", subject);
      standing.blockedUntilMs = nowMs + blockMs;
      state.blockedUntilMs = nowMs + blockMs;
    } else if (standing.count === slow) notice(deps, "address.slowed", subject);
    return standing.count >= slow ? slowMs : 0;
  };
  return {
    blockedForMs: (address) => {
      const nowMs = state.blockedUntilMs === 0 ? 0 : stopwatch.elapsedMs();
      if (address === null || state.blockedUntilMs <= nowMs || deps.isSpared(address)) return 0;
      return Math.max(blockedFor(origins.callerOf(address), nowMs), blockedFor(origins.siteOf(address), nowMs));
    },
    failed: (address) => {
      const caller = address === null || policy === "off" ? undefined : origins.callerOf(address);
      if (address === null || caller === undefined) return 0;
      const mayBlock = policy === "block" && !deps.isSpared(address);
      const site = origins.siteOf(address);
      const bySite = site === undefined ? 0 : fail(site, "site", mayBlock);
      return Math.max(bySite, fail(caller, "caller", mayBlock));
    },
  };
};

const notice = ({ watch }: GuardDeps, kind: "address.slowed" | "address.blocked", subjectId: string): void =>
  watch.noticed({ kind, subjectType: "address", subjectId, tenantId: null });

/** Counts in the minute by the stopwatch. Where there is no room, whoever was seen first makes it. */
const countFailure = (standings: Map<string, Standing>, subject: string, nowMs: number): Standing => {
  const minute = Math.floor(nowMs / minuteMs);
  const standing = standings.get(subject) ?? { minute, count: 0, blockedUntilMs: 0 };
  if (standing.minute !== minute) {
    standing.minute = minute;
    standing.count = 0;
  }
  standing.count += 1;
  if (!standings.has(subject)) {
    if (standings.size >= maxSubjects) makeRoom(standings, nowMs);
    standings.set(subject, standing);
  }
  return standing;
};

const sweepAtOnce = 100;

/** Goes over the oldest few: those of past minutes go, unless they are blocked. If none does, the oldest goes: a flood of addresses forgets itself. */
const makeRoom = (standings: Map<string, Standing>, nowMs: number): void => {
  let looked = 0;
  for (const [subject, { minute, blockedUntilMs }] of standings) {
    if (minute !== Math.floor(nowMs / minuteMs) && blockedUntilMs <= nowMs) standings.delete(subject);
    looked += 1;
    if (looked >= sweepAtOnce) break;
  }
  if (standings.size >= maxSubjects) standings.delete(standings.keys().next().value ?? "");
};
