import type { Verdict } from "@keywright/contract";
import type { BucketLevel, QuotaUse, RateLimit } from "../model/limits.ts";
import type { BudgetState } from "../model/usage.ts";
import type { Clock } from "../ports/clock.ts";
import type { BucketView, Installation, Known, Ledger, QuotaView, SpendRequest, SpendResult } from "../ports/ledger.ts";
import type { UsageSource } from "../ports/usage-source.ts";
import { monthOf, monthStartMs } from "../rules/month.ts";
import { fullBucket, refill, take, waitMs } from "../rules/token-bucket.ts";
import { createUsageTally, type UsageTally } from "./usage-tally.ts";

/** What is live of one key or tenant. */
interface Entry {
  revision: number;
  bucket: BucketLevel | null;
  quota: QuotaUse | null;
}

export interface MemoryLedgerOptions {
  readonly clock: Clock;
  /** Makes the id of a usage move. */
  readonly newMoveId: () => string;
  /** How many keys and tenants are held at most; those whose state the store has are let go first. */
  readonly maxEntries: number;
}

interface State {
  readonly options: MemoryLedgerOptions;
  readonly entries: Map<string, Entry>;
  /** Subject → the lease under which it may be installed. */
  readonly leases: Map<string, number>;
  readonly tally: UsageTally;
  lastLease: number;
}

/** The ledger of one process: every step is synchronous, and so atomic. */
export const createMemoryLedger = (options: MemoryLedgerOptions): Ledger & UsageSource => {
  const entries = new Map<string, Entry>();
  const tally = createUsageTally({ newMoveId: options.newMoveId, readBudget: (id) => budgetOf(id, entries.get(id)) });
  const state: State = { options, entries, leases: new Map(), tally, lastLease: 0 };
  const isTaken = (first: SpendRequest): boolean => {
    const result = spend(state, first);
    return result.state === "DONE" && result.outcome === "VALID";
  };
  const spendAll = (requests: readonly SpendRequest[]) => requests.map((request) => spend(state, request));
  return {
    spend: (request) => Promise.resolve(spend(state, request)),
    spendBehind: (first, request) => Promise.resolve(isTaken(first) ? spend(state, request) : undefined),
    spendAll: (requests) => Promise.resolve(spendAll(requests)),
    spendAllBehind: (first, requests) => Promise.resolve(isTaken(first) ? spendAll(requests) : undefined),
    spendEachBehind: (first, requests) => Promise.resolve(requests.map((request) => (isTaken(first) ? spend(state, request) : undefined))),
    announce: (changed) => {
      for (const known of changed) announce(state, known);
      return Promise.resolve();
    },
    take: () => Promise.resolve(tally.take()),
    confirm: (moveId) => {
      tally.confirm(moveId);
      return Promise.resolve();
    },
  } satisfies Ledger & UsageSource;
};

const budgetOf = (subjectId: string, entry: Entry | undefined): BudgetState => ({ subjectId, bucket: entry?.bucket ?? null, quota: entry?.quota ?? null });

const announce = (state: State, { id, revision }: Known): void => {
  state.leases.delete(id);
  const entry = state.entries.get(id);
  if (entry !== undefined && entry.revision < revision) entry.revision = revision;
};

const spend = (state: State, request: SpendRequest): SpendResult => {
  if (request.install !== null) install(state, request, request.install);
  const key = state.entries.get(request.key.id);
  const tenant = request.tenant === null ? null : state.entries.get(request.tenant.id);
  if (key === undefined || tenant === undefined) return { state: "MISS", lease: leaseFor(state, request) };
  if (!(isCurrent(key, request.key) && (tenant === null || request.tenant === null || isCurrent(tenant, request.tenant)))) return { state: "STALE" };
  const spent = charge(state, request, { key, tenant });
  makeRoom(state);
  return spent;
};

/** Adopts a newer revision: the caller has it from the store. */
const isCurrent = (entry: Entry, known: Known): boolean => {
  if (known.revision > entry.revision) entry.revision = known.revision;
  return known.revision === entry.revision;
};

const subjects = (request: SpendRequest): readonly Known[] => (request.tenant === null ? [request.key] : [request.key, request.tenant]);

/** One number a subject; several readers may share one, for it falls with the first change. */
const leaseFor = (state: State, request: SpendRequest): string =>
  subjects(request)
    .map(({ id }) => {
      const standing = state.leases.get(id);
      if (standing !== undefined || state.entries.has(id)) return standing ?? 0;
      state.lastLease += 1;
      state.leases.set(id, state.lastLease);
      dropOldest(state.leases, state.options.maxEntries);
      return state.lastLease;
    })
    .join(":");

const install = (state: State, request: SpendRequest, installation: Installation): void => {
  const leases = installation.lease.split(":").map(Number);
  subjects(request).forEach(({ id, revision }, index) => {
    if (state.entries.has(id) || state.leases.get(id) !== leases[index]) return;
    const budget = index === 0 ? installation.keyBudget : installation.tenantBudget;
    state.leases.delete(id);
    state.entries.set(id, { revision, bucket: budget?.bucket ?? null, quota: budget?.quota ?? null });
  });
};

/** How many entries one step looks at to find one that can go. */
const evictionTries = 16;

/** Lets go of entries whose budgets the store already has; a later request installs them from there. */
const makeRoom = (state: State): void => {
  let tries = 0;
  for (const [id, entry] of state.entries) {
    if (state.entries.size <= state.options.maxEntries || tries >= evictionTries) return;
    tries += 1;
    state.entries.delete(id);
    if (state.tally.owes(id)) state.entries.set(id, entry);
  }
};

const dropOldest = (map: Map<string, unknown>, maxSize: number): void => {
  for (const id of map.keys()) {
    if (map.size <= maxSize) return;
    map.delete(id);
  }
};

interface Pair {
  readonly key: Entry;
  readonly tenant: Entry | null;
}

/** Every gate is looked at before anything is taken. */
const charge = (state: State, request: SpendRequest, { key, tenant }: Pair): SpendResult => {
  const nowMs = state.options.clock.nowMs();
  const keyLevel = levelNow(key, request.keyLimit, nowMs);
  const poolLevel = tenant && levelNow(tenant, request.poolLimit, nowMs);
  const quota = quotaNow(key, request.monthlyQuota, nowMs);
  const outcome = settle(request, { keyLevel, poolLevel, quota });
  const paid = outcome === "VALID" && !request.dryRun ? request.cost : 0;
  const after = {
    keyLevel: keyLevel && take(keyLevel, paid),
    poolLevel: poolLevel && take(poolLevel, paid),
    quota: quota && { month: quota.month, used: quota.used + paid },
  };
  if (!request.dryRun) {
    key.bucket = after.keyLevel ?? key.bucket;
    key.quota = after.quota ?? key.quota;
    if (tenant !== null) tenant.bucket = after.poolLevel ?? tenant.bucket;
    state.tally.count(request, outcome, nowMs);
  }
  return {
    state: "DONE",
    outcome,
    key: bucketView(after.keyLevel, request.keyLimit, request.cost),
    pool: bucketView(after.poolLevel, request.poolLimit, request.cost),
    quota: quotaView(after.quota, request.monthlyQuota, nowMs),
  };
};

const levelNow = (entry: Entry, limit: RateLimit | null, nowMs: number): BucketLevel | null => {
  if (limit === null) return null;
  return entry.bucket === null ? fullBucket(limit, nowMs) : refill(entry.bucket, limit, nowMs);
};

const quotaNow = (entry: Entry, limit: number | null, nowMs: number): QuotaUse | null => {
  if (limit === null) return null;
  const month = monthOf(nowMs);
  // A clock that stepped back over the turn of a month does not hand out that month's quota again.
  return entry.quota !== null && entry.quota.month >= month ? entry.quota : { month, used: 0 };
};

interface Levels {
  readonly keyLevel: BucketLevel | null;
  readonly poolLevel: BucketLevel | null;
  readonly quota: QuotaUse | null;
}

const settle = (request: SpendRequest, { keyLevel, poolLevel, quota }: Levels): Verdict => {
  if (request.decided !== "VALID") return request.decided;
  if ((keyLevel !== null && keyLevel.tokens < request.cost) || (poolLevel !== null && poolLevel.tokens < request.cost)) return "RATE_LIMITED";
  if (quota !== null && request.monthlyQuota !== null && quota.used + request.cost > request.monthlyQuota) return "QUOTA_EXCEEDED";
  return "VALID";
};

const bucketView = (level: BucketLevel | null, limit: RateLimit | null, cost: number): BucketView | null => {
  if (level === null || limit === null) return null;
  return {
    limit: limit.limit,
    windowSeconds: limit.windowSeconds,
    remaining: level.tokens,
    resetSeconds: Math.ceil(waitMs(level, limit, limit.limit) / 1000),
    retrySeconds: Math.ceil(waitMs(level, limit, cost) / 1000),
  };
};

const quotaView = (use: QuotaUse | null, limit: number | null, nowMs: number): QuotaView | null => {
  if (use === null || limit === null) return null;
  return { limit, remaining: Math.max(0, limit - use.used), resetSeconds: Math.ceil((monthStartMs(use.month + 1) - nowMs) / 1000) };
};
