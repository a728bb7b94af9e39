import {
  type BudgetState,
  createMemoryLedger,
  type Ledger,
  type RateLimit,
  type SpendRequest,
  type SpendResult,
  type UsageMove,
  type UsageSource,
} from "@keywright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithRedis, type RedisProcess, startRedis } from "../testing/redis-engine.ts";
import { createRedisLedger } from "./ledger.ts";

const start = Date.UTC(2026, 10, 30, 23, 30);

/** Of every size: the largest make products beyond 2^53. */
const limits: readonly (RateLimit | null)[] = [
  null,
  { limit: 1, windowSeconds: 1 },
  { limit: 7, windowSeconds: 3 },
  { limit: 10, windowSeconds: 86_400 },
  { limit: 999_999_937, windowSeconds: 2_592_000 },
  { limit: 1_000_000_000, windowSeconds: 7 },
];
const quotas = [null, 0, 3, 50, 1_000_000_000_000] as const;
const verdicts = ["VALID", "VALID", "VALID", "REVOKED", "INSUFFICIENT_SCOPE"] as const;
const endpoints = ["GET /a", "POST /b c", "-"] as const;
const keys = [0, 1, 2, 3].map((n) => ({ id: `key_${n}`, tenantId: n === 3 ? null : `ten_${n % 2}` }));
const subjects = [...keys.map(({ id }) => id), "ten_0", "ten_1"];

const anyIndex = (list: readonly unknown[]) => fc.nat({ max: list.length - 1 });
const bucket = fc.option(
  fc.record({ tokens: fc.nat({ max: 1_000_000_000 }), fraction: fc.nat({ max: 2_591_999_999 }), ageMs: fc.integer({ min: -9, max: 9_999_999 }) }),
);
const quotaUse = fc.option(fc.record({ monthsAgo: fc.nat({ max: 1 }), used: fc.nat({ max: 60 }) }));
const budget = fc.option(fc.record({ bucket, quota: quotaUse }));
const spend = fc.record({
  key: anyIndex(keys),
  keyRevision: fc.integer({ min: 1, max: 4 }),
  tenantRevision: fc.integer({ min: 1, max: 3 }),
  keyLimit: anyIndex(limits),
  poolLimit: anyIndex(limits),
  quota: anyIndex(quotas),
  verdict: anyIndex(verdicts),
  cost: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 1_000_000 })),
  dryRun: fc.boolean(),
  endpoint: anyIndex(endpoints),
  /** Costs what the one before costs, of the same budgets: a batch does not say that twice. */
  hasTermsOfLast: fc.boolean(),
  install: fc.option(fc.record({ key: budget, tenant: budget }), { freq: 3 }),
});
type Spend = typeof spend extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("burst" as const), spends: fc.array(spend, { minLength: 1, maxLength: 40 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("announce" as const), subject: anyIndex(subjects), revision: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("advance" as const),
      ms: fc.oneof(fc.integer({ min: -3_000, max: 3_000 }), fc.integer({ min: 0, max: 40_000_000 })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("deliver" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

type Source = Ledger & UsageSource;

const requestOf = (chosen: Spend, lease: string, nowMs: number): SpendRequest => {
  const key = keys[chosen.key] ?? { id: "", tenantId: null };
  const now = new Date(nowMs);
  const month = now.getUTCFullYear() * 12 + now.getUTCMonth();
  const state = (subjectId: string, given: Exclude<Spend["install"], null>["key"]): BudgetState | null =>
    given && {
      subjectId,
      bucket: given.bucket && { tokens: given.bucket.tokens, fraction: given.bucket.fraction, atMs: nowMs - given.bucket.ageMs },
      quota: given.quota && { month: month - given.quota.monthsAgo, used: given.quota.used },
    };
  return {
    key: { id: key.id, revision: chosen.keyRevision },
    tenant: key.tenantId === null ? null : { id: key.tenantId, revision: chosen.tenantRevision },
    decided: verdicts[chosen.verdict] ?? "VALID",
    keyLimit: limits[chosen.keyLimit] ?? null,
    poolLimit: key.tenantId === null ? null : (limits[chosen.poolLimit] ?? null),
    monthlyQuota: quotas[chosen.quota] ?? null,
    cost: chosen.cost,
    dryRun: chosen.dryRun,
    endpoint: endpoints[chosen.endpoint] ?? "-",
    ip: chosen.cost % 2 === 0 ? null : "2001:db8::1",
    install: chosen.install && { lease, keyBudget: state(key.id, chosen.install.key), tenantBudget: state(key.tenantId ?? "", chosen.install.tenant) },
  };
};

const withTerms = (spends: readonly Spend[]): readonly Spend[] => {
  let last: Spend | undefined;
  return spends.map((chosen) => {
    const { keyLimit, poolLimit, quota, cost } = chosen.hasTermsOfLast && last !== undefined ? last : chosen;
    last = { ...chosen, keyLimit, poolLimit, quota, cost };
    return last;
  });
};

const drain = async (source: UsageSource): Promise<readonly UsageMove[]> => {
  const moves: UsageMove[] = [];
  for (;;) {
    const move = await source.take();
    if (move === undefined) return moves;
    moves.push(move);
    await source.confirm(move.id);
  }
};

/** All that moves tell, whatever their sizes and order. */
const summaryOf = (moves: readonly UsageMove[]) => {
  const counts: Record<string, number> = {};
  for (const { keyId, tenantId, hourMs, endpoint, outcome, requests } of moves.flatMap((move) => move.counts)) {
    const line = `${keyId} ${tenantId} ${hourMs} ${outcome} ${endpoint}`;
    counts[line] = (counts[line] ?? 0) + requests;
  }
  return {
    counts,
    lastUses: Object.fromEntries(moves.flatMap(({ lastUses }) => lastUses).map((use) => [use.keyId, use])),
    budgets: Object.fromEntries(moves.flatMap(({ budgets }) => budgets).map((state) => [state.subjectId, state])),
  };
};

interface Both {
  readonly time: { nowMs: number };
  readonly prefix: string;
  readonly memory: Source;
  readonly redis: Source;
}

/** Spends at once, each with the lease that its ledger last gave to the key; a MISS is answered without its lease. */
const burstOn = (both: Both) => {
  const leases = new Map<Source, Map<string, string>>();
  return async (ledger: Source, spends: readonly Spend[]): Promise<readonly unknown[]> => {
    const own = leases.get(ledger) ?? new Map<string, string>();
    leases.set(ledger, own);
    const requests = withTerms(spends).map((chosen) => requestOf(chosen, own.get(keys[chosen.key]?.id ?? "") ?? "none:none", both.time.nowMs));
    const results = await Promise.all(requests.map((request) => ledger.spend(request)));
    return results.map((result, index) => {
      if (result.state !== "MISS") return result;
      own.set(requests[index]?.key.id ?? "", result.lease);
      return "MISS";
    });
  };
};

const takeStep = async (both: Both, each: Step, burst: ReturnType<typeof burstOn>): Promise<void> => {
  if (each.kind === "advance") both.time.nowMs += each.ms;
  if (each.kind === "burst") expect(await burst(both.redis, each.spends)).toEqual(await burst(both.memory, each.spends));
  if (each.kind === "announce") {
    const known = { id: subjects[each.subject] ?? "", revision: each.revision };
    await Promise.all([both.memory.announce([known]), both.redis.announce([known])]);
  }
  if (each.kind === "deliver") expect(summaryOf(await drain(both.redis))).toEqual(summaryOf(await drain(both.memory)));
};

const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ key: fc.nat({ max: 2 }), times: fc.integer({ min: 1, max: 6 }), decided: fc.constantFrom("VALID" as const, "DISABLED" as const) }),
  },
  { weight: 1, arbitrary: fc.record({ ms: fc.nat({ max: 90_000 }) }) },
  { weight: 5, arbitrary: fc.constantFrom("begin delivery" as const, "end delivery" as const, "deliver" as const, "evict" as const, "evict" as const) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** A spend that installs from this store where the ledger misses. */
const spendFrom = async (store: ReadonlyMap<string, BudgetState>, ledger: Source, request: SpendRequest): Promise<SpendResult> => {
  const result = await ledger.spend(request);
  if (result.state !== "MISS") return result;
  const known = (id: string | undefined) => store.get(id ?? "") ?? null;
  return ledger.spend({ ...request, install: { lease: result.lease, keyBudget: known(request.key.id), tenantBudget: known(request.tenant?.id) } });
};

const takeAct = async (server: RedisProcess, both: Both, { each, store }: { readonly each: Act; readonly store: Map<string, BudgetState> }): Promise<void> => {
  if (each === "evict") await evict(server, both.prefix);
  else if (each === "begin delivery") await beginDelivery(both.redis);
  else if (each === "end delivery") await endDelivery(both.redis, store);
  else if (each === "deliver") await deliver(both.redis, store);
  else if ("ms" in each) both.time.nowMs += each.ms;
  else {
    const request: SpendRequest = {
      key: { id: `key_${each.key}`, revision: 1 },
      tenant: { id: "ten_0", revision: 1 },
      decided: each.decided,
      keyLimit: { limit: 5 + each.key, windowSeconds: 60 * (each.key + 1) },
      poolLimit: { limit: 12, windowSeconds: 30 },
      monthlyQuota: 20,
      cost: 1,
      dryRun: false,
      endpoint: "-",
      ip: null,
      install: null,
    };
    for (let time = 0; time < each.times; time++) expect(await spendFrom(store, both.redis, request)).toEqual(await spendFrom(new Map(), both.memory, request));
  }
};

/** Deletes every entry that has an expiry: what time, or `maxmemory` under a `volatile-` policy, may delete at any moment. */
const evict = (server: RedisProcess, prefix: string): Promise<string> =>
  server.cli(
    "EVAL",
    `local gone = 0
     for _, name in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
       if redis.call('PTTL', name) > 0 then gone = gone + redis.call('DEL', name) end
     end
     return gone`,
    "0",
    prefix,
  );

/** Until budgets are on their way to the store. */
const beginDelivery = async (source: UsageSource): Promise<void> => {
  for (;;) {
    const move = await source.take();
    if (move === undefined || move.budgets.length > 0) return;
    await source.confirm(move.id);
  }
};

/** As the store does it with one move: applied before it is confirmed. */
const endDelivery = async (source: UsageSource, store: Map<string, BudgetState>): Promise<boolean> => {
  const move = await source.take();
  for (const state of move?.budgets ?? []) store.set(state.subjectId, state);
  await source.confirm(move?.id ?? "");
  return move !== undefined;
};

const deliver = async (source: UsageSource, store: Map<string, BudgetState>): Promise<void> => {
  while (await endDelivery(source, store));
};

await describeWithRedis("Redis", () => {
  let server: RedisProcess;
  let opened = 0;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server.stop());

  const withBoth = async (work: (both: Both) => Promise<void>): Promise<void> => {
    const time = { nowMs: start };
    const ids = { last: 0 };
    const newMoveId = () => {
      ids.last += 1;
      return `mov_${ids.last}`;
    };
    opened += 1;
    const prefix = `agree${opened}.`;
    const nowMs = () => time.nowMs;
    const memory = createMemoryLedger({ clock: { nowMs }, newMoveId, maxEntries: 10_000 });
    const redis = createRedisLedger({ connection: server.url, newMoveId, prefix, nowMs, commandDeadlineMs: 5_000 });
    try {
      await work({ time, prefix, memory, redis });
    } finally {
      await redis.close();
    }
  };

  describe("the Redis ledger beside the memory ledger", () => {
    it("answers the same to every sequence of bursts, changes, steps of the clock and deliveries", async () => {
      const property = (steps: readonly Step[]) =>
        withBoth(async (both) => {
          const burst = burstOn(both);
          for (const each of steps) await takeStep(both, each, burst);
          await takeStep(both, { kind: "deliver" }, burst);
        });
      await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), property), { numRuns: 150 });
    });

    it("forgets no budget when entries go, at any time, that may go", async () => {
      const property = (acts: readonly Act[]) =>
        withBoth(async (both) => {
          const store = new Map<string, BudgetState>();
          for (const each of acts) await takeAct(server, both, { each, store });
        });
      await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 60 }), property), { numRuns: 100 });
    });
  });
});
