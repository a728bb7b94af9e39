import type { BudgetState, UsageMove, UsageSource } from "@keywright/core";
import type { Keeper } from "./keeper.ts";
import { readLeftPage } from "./left-page.ts";
import { mergePages } from "./merge-pages.ts";
import type { ShardNames } from "./names.ts";
import { countsOf, lastUsesOf } from "./page-lines.ts";
import type { Page } from "./pages.ts";
import { scripts } from "./scripts.ts";
import { type SpendShard, silentMs } from "./spend-shard.ts";

interface MoveOptions {
  readonly shards: readonly SpendShard[];
  readonly keeper: Keeper;
  readonly newMoveId: () => string;
  /** Names this process among those that take moves of budgets. */
  readonly caller: string;
  readonly nowMs: () => number;
}

/** A move on its way to the store, and what is to be done when it is there. */
interface Transit {
  readonly move: UsageMove;
  readonly settle: () => Promise<void>;
}

/** Pages that one move sums up. A transaction of the store is as long as they have different keys: some seconds on a busy machine, with a hundred thousand. */
const pagesPerMove = 12;

/** Budgets that one move carries: what the ledger reads in about a millisecond. */
const budgetsPerMove = 500;
/** Budgets that one delivery brings at most, for each shard, where few wait: those that are charged all the time must not keep the store busy. */
const budgetsADelivery = 4_000;
/** Where more wait, those of a million keys, each delivery brings such a part of them, but begins no move of budgets when so much time is over. */
const partADelivery = 1 / 8;
const longestBudgetsMs = 1_000;
/** How long the ledger keeps an entry that nobody uses. */
const idleEntryMs = 3_600_000;

/**
 * What leaves for the store, in this order: the counts of this process, page by page; the budgets that changed, one move at a time for all
 * processes, so that they arrive in order; and the pages that a dead process left in the ledger, under the ids that it would have used.
 */
export const createUsageMoves = (options: MoveOptions): Required<UsageSource> => {
  const state: { transit: Transit | undefined; delivery: AsyncGenerator<Transit> | undefined; last: Promise<unknown> } = {
    transit: undefined,
    delivery: undefined,
    last: Promise.resolve(),
  };
  const take = async (): Promise<UsageMove | undefined> => {
    // Of pages that could not be written as one, the store may have some: another process has delivered them for this one, which it took for dead.
    if (state.transit?.move.alsoIds !== undefined) Object.assign(state, { transit: undefined, delivery: transitsOf(options, 1) });
    if (state.transit !== undefined) return state.transit.move;
    state.delivery ??= transitsOf(options, pagesPerMove);
    try {
      const { value, done } = await state.delivery.next();
      state.transit = done === true ? undefined : value;
    } finally {
      if (state.transit === undefined) state.delivery = undefined;
    }
    return state.transit?.move;
  };
  return {
    take: () => {
      const taken = state.last.then(take, take);
      state.last = taken;
      return taken;
    },
    confirm: async (moveId) => {
      const { transit } = state;
      if (transit?.move.id !== moveId) return;
      await transit.settle();
      state.transit = undefined;
    },
    waiting: () => options.shards.reduce((sum, { pages }) => sum + pages.lines(), 0),
  } satisfies UsageSource;
};

/** One delivery: what was counted when it began. Each transit is settled before the next is asked for. `mostPages`: that a move sums up. */
async function* transitsOf(options: MoveOptions, mostPages: number): AsyncGenerator<Transit> {
  const opened = options.shards.map(({ pages }) => pages.turn());
  for (const [place, shard] of options.shards.entries()) {
    const ask = () => shard.pages.next(opened[place] ?? 0, mostPages);
    for (let pages = await ask(); pages.length > 0; pages = await ask()) yield await countsTransit(options, shard, pages);
  }
  for (const shard of options.shards) yield* budgetTransits(options, shard);
  for (const shard of options.shards) {
    for (let name = await askLeftPage(options, shard); name !== undefined; name = await askLeftPage(options, shard)) yield leftTransit(options, shard, name);
  }
}

const countsTransit = async (options: MoveOptions, shard: SpendShard, pages: readonly Page[]): Promise<Transit> => ({
  move: { ...(await countsMove(pages)), budgets: [] },
  settle: async () => {
    for (const page of pages) {
      shard.pages.remove(page);
      // Where the ledger is away its copy stays, is taken for a dead process's one day, and refused by the store, which knows its id.
      await removePage(options, shard, shard.names.page(page.id)).catch(() => {});
    }
  },
});

const countsMove = async (pages: readonly Page[]): Promise<Omit<UsageMove, "budgets">> => {
  const [id = "", ...alsoIds] = pages.map((page) => page.id);
  const [only] = pages;
  if (only !== undefined && pages.length === 1) return { id, counts: countsOf(only.lines), lastUses: lastUsesOf(only.lines, only.beganMs ?? 0) };
  return { id, alsoIds, ...(await mergePages(pages)) };
};

const removePage = async ({ keeper, shards }: MoveOptions, shard: SpendShard, name: string): Promise<void> => {
  await keeper.run((link) => {
    const node = link.node(shards.indexOf(shard));
    return Promise.all([node.send(["UNLINK", name]), node.send(["ZREM", shard.names.pages, name])]);
  });
};

const askLedger = (options: MoveOptions, shard: SpendShard, wanted: "budgets" | "page"): Promise<unknown> => {
  const { names } = shard;
  const args = [wanted, options.newMoveId(), options.caller, String(budgetsPerMove), String(silentMs), String(options.nowMs())];
  return options.keeper.run((link) => link.node(options.shards.indexOf(shard)).run(scripts.take, [names.due, names.transit, names.pages], args));
};

const askLeftPage = async (options: MoveOptions, shard: SpendShard): Promise<string | undefined> => {
  const answer = await askLedger(options, shard, "page");
  return Array.isArray(answer) ? String(answer[0]) : undefined;
};

async function* budgetTransits(options: MoveOptions, shard: SpendShard): AsyncGenerator<Transit> {
  const most = Math.max(budgetsADelivery, (await countDue(options, shard)) * partADelivery);
  const endMs = performance.now() + longestBudgetsMs;
  let given = 0;
  while (given < budgetsADelivery || (given < most && performance.now() < endMs)) {
    const answer = await askLedger(options, shard, "budgets");
    if (!Array.isArray(answer)) return;
    const transit = budgetsTransit(options, shard, answer as readonly Buffer[]);
    const { length } = transit.move.budgets;
    yield transit;
    if (length < budgetsPerMove) return;
    given += length;
  }
}

const countDue = async ({ keeper, shards }: MoveOptions, shard: SpendShard): Promise<number> =>
  Number(await keeper.run((link) => link.node(shards.indexOf(shard)).send(["LLEN", shard.names.due])));

/** `taken` is the move's id, and then name, entry, name, entry … */
const budgetsTransit = (options: MoveOptions, shard: SpendShard, taken: readonly Buffer[]): Transit => {
  const id = String(taken[0]);
  const budgets: BudgetState[] = [];
  for (let i = 1; i + 1 < taken.length; i += 2) budgets.push(readBudget(shard.names, String(taken[i]), taken[i + 1] ?? Buffer.alloc(0)));
  return {
    move: { id, counts: [], lastUses: [], budgets },
    settle: async () => {
      const node = options.shards.indexOf(shard);
      await options.keeper.run((link) => link.node(node).run(scripts.confirm, [shard.names.transit], [id, String(idleEntryMs)]));
    },
  };
};

/** Reads an entry as `spend.lua` packs it. */
const readBudget = (names: ShardNames, name: string, entry: Buffer): BudgetState => {
  const atMs = entry.readDoubleLE(17);
  const month = entry.readUInt16LE(25);
  return {
    subjectId: names.subjectOf(name),
    bucket: atMs < 0 ? null : { tokens: entry.readUInt32LE(9), fraction: entry.readUInt32LE(13), atMs },
    quota: month === 0 ? null : { month, used: entry.readDoubleLE(27) },
  };
};

/** A page that a dead process left. */
const leftTransit = async (options: MoveOptions, shard: SpendShard, name: string): Promise<Transit> => {
  const number = options.shards.indexOf(shard);
  const read = (from: number, to: number) => options.keeper.run((link) => link.node(number).send(["LRANGE", name, String(from), String(to)]));
  return {
    move: { id: shard.names.pageOf(name), ...(await readLeftPage(read)), budgets: [] },
    settle: () => removePage(options, shard, name),
  };
};
