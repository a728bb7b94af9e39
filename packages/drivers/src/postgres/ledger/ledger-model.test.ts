import { createMemoryLedger, type Known, type Ledger, type SpendRequest, type SpendResult, type UsageMove, type UsageSource } from "@keywright/core";
import fc from "fast-check";
import type { PostgresPool } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithPostgres } from "../../testing/postgres-engine.ts";
import { committing, ledgerBudget, stopClock } from "../../testing/stored-subjects.ts";
import { migrate } from "../migrate.ts";
import { openPostgres } from "../pool.ts";
import { createPostgresLedger, type PostgresLedger } from "./ledger.ts";

const startMs = Date.UTC(2026, 10, 21, 12, 30);
const dayMs = 86_400_000;

const limit = fc.option(
  fc.record({
    limit: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 12 }) }, fc.integer({ min: 1, max: 1_000_000_000 }), fc.constant(1_000_000_000)),
    windowSeconds: fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 1, max: 7 }) }, fc.integer({ min: 1, max: 2_592_000 }), fc.constant(2_592_000)),
  }),
);

const request = fc.record({
  key: fc.nat(3),
  isOld: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  decided: fc.oneof({ weight: 9, arbitrary: fc.constant("VALID" as const) }, fc.constantFrom("REVOKED" as const, "EXPIRED" as const)),
  keyLimit: limit,
  poolLimit: limit,
  monthlyQuota: fc.option(fc.oneof({ weight: 3, arbitrary: fc.nat(20) }, fc.constant(1_000_000_000_000))),
  cost: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 4 }) }, fc.integer({ min: 1, max: 1_000_000_000 })),
  dryRun: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, fc.constant(true)),
  endpoint: fc.constantFrom("GET /a", 'P "q" \\ ', "{b,c}", "NULL", "ü🔑", ""),
  ip: fc.constantFrom("203.0.113.7", "2001:db8::1", null),
});

/** A call that the request stands behind; null: it stands alone. */
const caller = fc.option(
  fc.record({
    isOld: request.map(({ isOld }) => isOld),
    decided: request.map(({ decided }) => decided),
    endpoint: fc.constantFrom("POST /v1/verify", "GET /v1/forward-auth"),
  }),
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("spend" as const), requests: fc.array(fc.tuple(request, caller), { minLength: 1, maxLength: 70 }) }) },
  fc.record({
    kind: fc.constant("advance" as const),
    ms: fc.oneof(fc.integer({ min: -3_000, max: 3_000 }), fc.integer({ min: 0, max: 40 * dayMs }), fc.constantFrom(1, 1_000, 3_600_000)),
  }),
  fc.record({ kind: fc.constant("change" as const), subject: fc.nat(6) }),
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
type Asked = Omit<typeof request extends fc.Arbitrary<infer T> ? T : never, "endpoint"> & { readonly endpoint: string };

/** Keys by their places, then tenants, then the callers' key; two keys share a tenant, and one has none. */
const names = ["key_a", "key_b", "key_c", "key_d", "ten_a", "ten_b", "key_caller"];
const tenantOf = [4, 4, 5, undefined];
const callerPlace = 6;

const introduction: Omit<Asked, "key"> = {
  isOld: false,
  decided: "VALID",
  keyLimit: null,
  poolLimit: null,
  monthlyQuota: null,
  cost: 1,
  dryRun: true,
  endpoint: "",
  ip: null,
};

/** Calls that cannot be told apart are one request, whose last use is then that of the first of them: all come from one address. */
const callOf = ({ isOld, decided, endpoint }: NonNullable<typeof caller extends fc.Arbitrary<infer T> ? T : never>): Asked => ({
  ...introduction,
  key: callerPlace,
  isOld,
  decided,
  dryRun: false,
  endpoint,
});

/** Spends as a verification does that finds the store as it is. */
const spend = async (ledger: Ledger, asked: SpendRequest): Promise<SpendResult> => {
  const result = await ledger.spend(asked);
  return result.state === "MISS" ? ledger.spend({ ...asked, install: { lease: result.lease, keyBudget: null, tenantBudget: null } }) : result;
};

const drain = async (source: UsageSource): Promise<readonly UsageMove[]> => {
  const moves: UsageMove[] = [];
  for (let move = await source.take(); move !== undefined; move = await source.take()) {
    moves.push(move);
    await source.confirm(move.id);
  }
  return moves;
};

/** What was counted, in an order of its own. */
const usageOf = (moves: readonly UsageMove[]) => ({
  counts: moves
    .flatMap(({ counts }) => counts)
    .map((count) => JSON.stringify([count.keyId, count.tenantId, count.hourMs, count.endpoint, count.outcome, count.requests]))
    .sort(),
  lastUses: moves
    .flatMap(({ lastUses }) => lastUses)
    .map(({ keyId, atMs, ip }) => JSON.stringify([keyId, atMs, ip]))
    .sort(),
});

await describeWithPostgres("PostgreSQL", (server) => {
  let pool: PostgresPool;
  let ledger: PostgresLedger;
  let clock: Awaited<ReturnType<typeof stopClock>>;
  const made = { runs: 0, ids: 0, nowMs: startMs };
  const newMoveId = (): string => {
    made.ids += 1;
    return `mov_${made.ids}`;
  };

  beforeAll(async () => {
    pool = openPostgres({ url: await server().newDatabase() });
    await migrate(pool);
    clock = await stopClock(pool, startMs);
    // One batch at a time keeps the order in which the requests are made.
    ledger = createPostgresLedger({ pool, newMoveId, deadlineMs: 10_000, maxBatches: 1 });
  });
  afterAll(async () => {
    await ledger.close();
    await pool.end();
  });

  const openBench = async () => {
    // A run that failed leaves its counts behind.
    await drain(ledger);
    made.runs += 1;
    const revisions = names.map(() => 1);
    const model = createMemoryLedger({ clock: { nowMs: () => made.nowMs }, newMoveId, maxEntries: 1_000 });
    const commit = committing(pool);
    const known = (place: number): Known => ({ id: `${names[place]}_${made.runs}`, revision: revisions[place] ?? 0 });
    const all = names.map((_, place) => known(place));
    await commit({ keys: all.filter(({ id }) => id.startsWith("key")), tenants: all.filter(({ id }) => id.startsWith("ten")) });

    const change = async (place: number): Promise<void> => {
      revisions[place] = (revisions[place] ?? 0) + 1;
      const changed = known(place);
      await commit(changed.id.startsWith("key") ? { keys: [changed] } : { tenants: [changed] });
      await model.announce([changed]);
    };
    const advance = async (ms: number): Promise<void> => {
      made.nowMs += ms;
      await clock.advance(ms);
    };
    const toRequest = ({ key: place, isOld, ...rest }: Asked): SpendRequest => {
      const { id, revision } = known(place);
      const tenant = tenantOf[place];
      return { ...rest, key: { id, revision: isOld ? revision - 1 : revision }, tenant: tenant === undefined ? null : known(tenant), install: null };
    };
    // The memory ledger learns a revision from the first who asks.
    for (const key of [...tenantOf.keys(), callerPlace]) await spend(model, toRequest({ ...introduction, key }));
    return { model, change, advance, toRequest };
  };

  const take = async (bench: Awaited<ReturnType<typeof openBench>>, next: Step): Promise<void> => {
    if (next.kind === "advance") return bench.advance(next.ms);
    if (next.kind === "change") return bench.change(next.subject);
    const ways = next.requests.map(([asked, call]) => {
      const request = bench.toRequest(asked);
      if (call === null) return (to: Ledger) => spend(to, request);
      const first = bench.toRequest(callOf(call));
      return (to: Ledger) => to.spendBehind(first, request);
    });
    const expected: (SpendResult | undefined)[] = [];
    for (const ask of ways) expected.push(await ask(bench.model));
    expect(await Promise.all(ways.map((ask) => ask(ledger)))).toEqual(expected);
  };

  it("answers, charges and counts as the memory ledger does, whatever is asked of it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const bench = await openBench();
        for (const next of steps) await take(bench, next);
        const [ours, theirs] = [await drain(ledger), await drain(bench.model)];
        expect(usageOf(ours)).toEqual(usageOf(theirs));
        for (const budget of theirs.flatMap(({ budgets }) => budgets)) expect(await ledgerBudget(pool, budget.subjectId)).toEqual(budget);
      }),
      { numRuns: 150 },
    );
  });
});
