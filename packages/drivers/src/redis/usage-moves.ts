import type { BudgetState, UsageMove, UsageSource } from "@keywright/core";
import type { Keeper } from "./keeper.ts";
import { readLeftPage } from "./left-page.ts";
import type { ShardNames } from "./names.ts";
import { countsOf, lastUsesOf, type Page } from "./pages.ts";
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

/** Budgets that one move carries: what the ledger reads in about a millisecond. */
const budgetsPerMove = 500;
/** How long the ledger keeps an entry that nobody uses. */
const idleEntryMs = 3_600_000;
/** Moves of counts in a row after which budgets have their turn. */
const countsInARow = 3;

/**
 * What leaves for the store: the counts of this process, page by page; the budgets that changed, one move at a time for all processes, so that
 * they arrive in order; and the pages that a dead process left in the ledger, under the ids that it would have used.
 */
export const createUsageMoves = (options: MoveOptions): UsageSource => {
  const state: { transit: Transit | undefined; row: number; shard: number; last: Promise<unknown> } = {
    transit: undefined,
    row: 0,
    shard: 0,
    last: Promise.resolve(),
  };

  const takeCounts = async (): Promise<Transit | undefined> => {
    for (const shard of options.shards) {
      const page = await shard.pages.next();
      if (page !== undefined) return countsTransit(options, shard, page);
    }
    return undefined;
  };

  /** Asks every shard once at most, beginning where the last answer came from. */
  const takeFromLedger = async (): Promise<Transit | undefined> => {
    for (let tries = 0; tries < options.shards.length; tries++) {
      const shard = options.shards[state.shard % options.shards.length];
      const transit = shard && (await askLedger(options, shard, state.shard % options.shards.length));
      if (transit !== undefined) return transit;
      state.shard += 1;
    }
    return undefined;
  };

  const take = async (): Promise<UsageMove | undefined> => {
    if (state.transit === undefined) {
      const counts = state.row < countsInARow ? await takeCounts() : undefined;
      state.row = counts === undefined ? 0 : state.row + 1;
      state.transit = counts ?? (await takeFromLedger()) ?? (await takeCounts());
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
  } satisfies UsageSource;
};

const countsTransit = (options: MoveOptions, shard: SpendShard, page: Page): Transit => ({
  move: { id: page.id, counts: countsOf(page), lastUses: lastUsesOf(page), budgets: [] },
  settle: async () => {
    shard.pages.remove(page);
    // Where the ledger is away its copy stays, is taken for a dead process's one day, and refused by the store, which knows its id.
    await removePage(options, shard, shard.names.page(page.id)).catch(() => {});
  },
});

const removePage = async ({ keeper, shards }: MoveOptions, shard: SpendShard, name: string): Promise<void> => {
  await keeper.run((link) => {
    const node = link.node(shards.indexOf(shard));
    return Promise.all([node.send(["UNLINK", name]), node.send(["ZREM", shard.names.pages, name])]);
  });
};

const askLedger = async (options: MoveOptions, shard: SpendShard, number: number): Promise<Transit | undefined> => {
  const { names } = shard;
  const args = [options.newMoveId(), options.caller, String(budgetsPerMove), String(silentMs), String(options.nowMs())];
  const answer = await options.keeper.run((link) => link.node(number).run(scripts.take, [names.due, names.transit, names.pages], args));
  if (!Array.isArray(answer)) return undefined;
  const [kind, name, ...rest] = answer as readonly Buffer[];
  const id = String(name);
  return String(kind) === "budgets" ? budgetsTransit(options, { id, shard, number, rest }) : leftTransit(options, shard, id);
};

interface TakenBudgets {
  readonly id: string;
  readonly shard: SpendShard;
  readonly number: number;
  /** Name, entry, name, entry … */
  readonly rest: readonly Buffer[];
}

const budgetsTransit = (options: MoveOptions, { id, shard, number, rest }: TakenBudgets): Transit => {
  const budgets: BudgetState[] = [];
  for (let i = 0; i + 1 < rest.length; i += 2) budgets.push(readBudget(shard.names, String(rest[i]), rest[i + 1] ?? Buffer.alloc(0)));
  return {
    move: { id, counts: [], lastUses: [], budgets },
    settle: async () => {
      await options.keeper.run((link) => link.node(number).run(scripts.confirm, [shard.names.transit], [id, String(idleEntryMs)]));
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
