import type { UsageMove } from "@keywright/core";
import { deliverUsage } from "@keywright/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Keeper } from "./keeper.ts";
import { mergePages } from "./merge-pages.ts";
import { shardNames } from "./names.ts";
import { countsOf, lastUsesOf } from "./page-lines.ts";
import { createPages, type Page } from "./pages.ts";
import type { SpendShard } from "./spend-shard.ts";
import { createSubjects } from "./subjects.ts";
import { createUsageMoves } from "./usage-moves.ts";

const hourMs = 3_600_000;
const away = new Error("The store is away.");

/** As the port `UsageStore` has it, with no more than sums. */
const openStore = () => {
  const applied = new Set<string>();
  const requests = new Map<string, number>();
  const uses = new Map<string, string>();
  const moves: UsageMove[] = [];
  const write = (move: UsageMove): void => {
    for (const count of move.counts) {
      const line = `${count.keyId} ${count.tenantId} ${count.hourMs} ${count.endpoint} ${count.outcome}`;
      requests.set(line, (requests.get(line) ?? 0) + count.requests);
    }
    for (const { keyId, atMs, ip } of move.lastUses) {
      const use = `${String(atMs).padStart(15)} ${ip}`;
      if (use > (uses.get(keyId) ?? "")) uses.set(keyId, use);
    }
    moves.push(move);
  };
  const apply = async (move: UsageMove): Promise<boolean> => {
    const ids = [move.id, ...(move.alsoIds ?? [])];
    const known = ids.filter((id) => applied.has(id)).length;
    if (known === ids.length) return false;
    if (known > 0) throw new Error("Some of this were applied before.");
    for (const id of ids) applied.add(id);
    write(move);
    return true;
  };
  return { apply, requests, uses, moves };
};

/** A process whose ledger holds nothing but its pages. */
const openProcess = () => {
  const made = { moves: 0, nowMs: 7_200_000 };
  const newMoveId = (): string => {
    made.moves += 1;
    return `mov_${made.moves}`;
  };
  const [pages, subjects] = [createPages(newMoveId), createSubjects()];
  const shard = { names: shardNames("kw", null), pages } as SpendShard;
  const keeper: Keeper = { run: async () => null as never, current: () => undefined, drop: () => {}, close: () => {} };
  const source = createUsageMoves({ shards: [shard], keeper, newMoveId, caller: "one", nowMs: () => made.nowMs });
  const begun: Page[] = [];
  const count = (key: number, outcome: string, isLater: boolean): void => {
    made.nowMs += isLater ? hourMs : 1;
    const page = pages.begin();
    page.isUsed = true;
    if (!begun.includes(page)) begun.push(page);
    const counted = { tenantId: "ten_1", endpoint: `GET /${key % 2}`, outcome, nowMs: made.nowMs, ip: `192.0.2.${key}`, times: 2 };
    pages.count(page, subjects.of({ id: `key_${key}`, revision: 1 }), counted);
    pages.settle(page);
  };
  return { source, pages, count, begun, now: () => made.nowMs };
};

type Step =
  | { readonly kind: "count"; readonly key: number; readonly outcome: string; readonly isLater: boolean }
  | { readonly kind: "turn" }
  | { readonly kind: "deliver"; readonly fault: "none" | "before" | "after" }
  | { readonly kind: "inherit"; readonly page: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant("count" as const),
        key: fc.nat(4),
        outcome: fc.constantFrom("VALID", "VALID", "RATE_LIMITED"),
        isLater: fc.nat(9).map((n) => n === 0),
      }),
    },
    { weight: 3, arbitrary: fc.constant({ kind: "turn" as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("deliver" as const), fault: fc.constantFrom("none" as const, "before" as const, "after" as const) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("inherit" as const), page: fc.nat(20) }) },
  ),
  { maxLength: 60 },
);

/** What is done with one process and one store, and what the store has to have in the end. */
const openWorld = (onTorn: () => void) => {
  const process = openProcess();
  const store = openStore();
  const [requests, uses] = [new Map<string, number>(), new Map<string, string>()];
  const count = ({ key, outcome, isLater }: Extract<Step, { readonly kind: "count" }>): void => {
    process.count(key, outcome, isLater);
    const nowMs = process.now();
    const line = `key_${key} ten_1 ${nowMs - (nowMs % hourMs)} GET /${key % 2} ${outcome}`;
    requests.set(line, (requests.get(line) ?? 0) + 2);
    if (outcome === "VALID") uses.set(`key_${key}`, `${String(nowMs).padStart(15)} 192.0.2.${key}`);
  };
  const deliver = async (fault: "none" | "before" | "after"): Promise<void> => {
    const apply = async (move: UsageMove): Promise<boolean> => {
      if (fault === "before") throw away;
      const isNew = await store.apply(move);
      if (fault === "after") throw away;
      return isNew;
    };
    await deliverUsage({ source: process.source, usage: { apply } }).catch((error: unknown) => {
      if (error !== away) onTorn();
    });
  };
  /** Whoever inherits a page has its copy; the process that was silent so long counts on another one by then. */
  const inherit = async (number: number): Promise<void> => {
    process.pages.turn();
    const page = process.begun[number % Math.max(1, process.begun.length)];
    if (page !== undefined) await store.apply({ id: page.id, counts: countsOf(page.lines), lastUses: lastUsesOf(page.lines, page.beganMs ?? 0), budgets: [] });
  };
  const run = async (step: Step): Promise<void> => {
    if (step.kind === "count") count(step);
    else if (step.kind === "turn") process.pages.turn();
    else if (step.kind === "deliver") await deliver(step.fault);
    else await inherit(step.page);
  };
  return { run, deliver, store, pages: process.pages, expected: [requests, uses] };
};

it("brings every count once, and each key's last use, whatever fails on the way and whoever takes this process for dead", async () => {
  const seen = { merged: 0, torn: 0 };
  const property = fc.asyncProperty(steps, async (all) => {
    const world = openWorld(() => {
      seen.torn += 1;
    });
    for (const step of all) await world.run(step);
    // One that fails is tried again, page by page.
    for (let time = 0; time < 3; time++) await world.deliver("none");
    seen.merged += world.store.moves.filter(({ alsoIds }) => alsoIds !== undefined).length;
    expect([world.store.requests, world.store.uses]).toEqual(world.expected);
    expect(world.pages.ids()).toHaveLength(1);
  });
  await fc.assert(property, { numRuns: 300 });
  expect([seen.merged > 20, seen.torn > 5]).toEqual([true, true]);
});

it("sums the pages of one delivery up: a line for each key, hour, endpoint and outcome, and what comes meanwhile is the next one's", async () => {
  const { source, pages, count } = openProcess();
  const store = openStore();
  for (let page = 0; page < 15; page++) {
    for (const key of [1, 2, 3]) count(key, "VALID", false);
    pages.turn();
  }
  const apply = async (move: UsageMove): Promise<boolean> => {
    count(9, "VALID", false);
    pages.turn();
    return store.apply(move);
  };
  expect(source.waiting()).toBe(45);
  await deliverUsage({ source, usage: { apply } });
  expect(source.waiting()).toBe(2);
  expect(store.moves.map(({ alsoIds = [], counts, lastUses }) => [alsoIds.length, counts.map(({ requests }) => requests), lastUses.length])).toEqual([
    [11, [24, 24, 24], 3],
    [2, [6, 6, 6], 3],
  ]);
  expect(pages.ids()).toHaveLength(3);
});

it("keeps the latest use of a key, whichever page has it", async () => {
  const pages = createPages(() => "mov_1");
  const { of } = createSubjects();
  const times = [7_300_000, 7_200_000, 7_300_001, 7_250_000];
  const begun = times.map((nowMs) => {
    const page = pages.begin();
    page.isUsed = true;
    pages.count(page, of({ id: "key_1", revision: 1 }), { tenantId: null, endpoint: "GET /", outcome: "VALID", nowMs, ip: String(nowMs), times: 1 });
    pages.settle(page);
    pages.turn();
    return page;
  });
  expect((await mergePages(begun)).lastUses).toEqual([{ keyId: "key_1", atMs: 7_300_001, ip: "7300001" }]);
});
