import { Unavailable } from "@keywright/core";
import { afterEach, expect, it, onTestFinished, vi } from "vitest";
import { newId } from "../testing/redis-ledgers.ts";
import { spendRequest } from "../testing/redis-requests.ts";
import type { Keeper } from "./keeper.ts";
import { shardNames } from "./names.ts";
import { createSpendShard } from "./spend-shard.ts";

const shardWith = (run: Keeper["run"]) => {
  const keeper: Keeper = { run, current: () => undefined, drop: () => {}, close: () => {} };
  return createSpendShard({ shard: 0, names: shardNames("kw", null), keeper, newMoveId: () => newId("mov"), batchSize: 32, nowMs: () => 0, onCall: () => {} });
};

const laterBy = (ms: number): void => {
  const atMs = performance.now() + ms;
  vi.spyOn(performance, "now").mockImplementation(() => atMs);
};

afterEach(() => void vi.restoreAllMocks());

it("leaves no page behind for batches that found no connection, however long it is away", async () => {
  const shard = shardWith(() => Promise.reject(new Unavailable("ledger", new Error("There is no link."))));
  laterBy(16_000);
  for (let batch = 0; batch < 1_000; batch++) await expect(shard.spend(spendRequest())).rejects.toThrow(Unavailable);
  expect(shard.pages.ids().length).toBe(1);
  expect(await shard.pages.next(shard.pages.turn(), 2)).toEqual([]);
});

it("tells a failure to whoever stands behind a request that nobody else waits for, and to nobody twice", async () => {
  const shard = shardWith(() => Promise.reject(new Unavailable("ledger", new Error("There is no link."))));
  const caller = spendRequest({ key: { id: "key_root", revision: 1 }, keyLimit: null });
  const unheard = vi.fn();
  process.on("unhandledRejection", unheard);
  onTestFinished(() => void process.off("unhandledRejection", unheard));
  const both = await Promise.allSettled([
    shard.spendBehind(caller, spendRequest()),
    shard.spendBehind(caller, spendRequest()),
    shard.spend(caller),
    shard.spendBehind(caller, spendRequest()),
  ]);
  expect(both.map(({ status }) => status)).toEqual(Array.from({ length: 4 }, () => "rejected"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(unheard).not.toHaveBeenCalled();
});

it("answers several requests together: those of a batch that failed with the reason, and rejects where all failed", async () => {
  const stale = (count: number) => Buffer.concat([Buffer.alloc(8), Buffer.alloc(count, 1)]);
  const failure = new Unavailable("ledger", new Error("The second batch is lost."));
  const answers = [() => Promise.resolve(stale(32)), () => Promise.reject(failure), () => Promise.resolve(stale(6))];
  const shard = shardWith(() => (answers.shift() ?? (() => Promise.reject(failure)))() as Promise<never>);
  const settled = await shard.spendAll(Array.from({ length: 70 }, () => spendRequest()));
  expect(settled).toEqual([
    ...Array.from({ length: 32 }, () => ({ state: "STALE" })),
    ...Array.from({ length: 32 }, () => failure),
    ...Array.from({ length: 6 }, () => ({ state: "STALE" })),
  ]);
  await expect(shard.spendAll(Array.from({ length: 40 }, () => spendRequest()))).rejects.toBe(failure);
  expect(shard.pages.ids().length).toBe(1);
});

it("sends those that stand behind another one in its batch, and tells a failure of it once", async () => {
  const sizes: number[] = [];
  const failure = new Unavailable("ledger", new Error("The batch is lost."));
  const node = {
    run: async (_script: unknown, _keys: unknown, [body]: readonly [Buffer]) => Promise.reject(sizes.push(body.readUInt16LE(0)) > 0 ? failure : ""),
  };
  const shard = shardWith((work) => work({ node: () => node } as unknown as Parameters<typeof work>[0]));
  const caller = spendRequest({ key: { id: "key_root", revision: 1 }, keyLimit: null });
  const several = (count: number) => Array.from({ length: count }, () => spendRequest());
  const unheard = vi.fn();
  process.on("unhandledRejection", unheard);
  onTestFinished(() => void process.off("unhandledRejection", unheard));
  const settled = await Promise.allSettled([
    shard.spend(spendRequest()),
    shard.spendAllBehind(caller, several(32)),
    shard.spendAllBehind(caller, several(2)),
    shard.spendAllBehind(caller, several(3)),
  ]);
  expect(settled.map((one) => one.status === "rejected" && one.reason)).toEqual([failure, failure, failure, failure]);
  expect(sizes).toEqual([1, 33, 6]);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(unheard).not.toHaveBeenCalled();
});

it("refuses several requests where too many are under way, and what fails by mistake fails all", async () => {
  const mistake = new TypeError("A mistake.");
  await expect(shardWith(() => Promise.reject(mistake)).spendAll([spendRequest(), spendRequest()])).rejects.toBe(mistake);
  const silent = shardWith(() => new Promise(() => {}));
  void silent.spendAll(Array.from({ length: 10_000 }, () => spendRequest()));
  await expect(silent.spendAll([spendRequest()])).rejects.toThrow(Unavailable);
  await expect(silent.spendAllBehind(spendRequest(), [spendRequest()])).rejects.toThrow(Unavailable);
  await expect(silent.spendEachBehind(spendRequest(), [spendRequest()])).rejects.toThrow(Unavailable);
});

it("counts no more on a page that others may have taken over, also where the heartbeat is the first to speak after a silence", async () => {
  const told: string[][] = [];
  const node = { run: async (_script: unknown, _keys: unknown, args: readonly string[]) => told.push([...args]) };
  const shard = shardWith((work) => work({ node: () => node } as unknown as Parameters<typeof work>[0]));
  const page = shard.pages.begin();
  page.isUsed = true;
  shard.pages.settle(page);
  laterBy(31_000);
  await shard.touch();
  expect(shard.pages.begin()).not.toBe(page);
  expect(told).toEqual([["0", ...shard.pages.ids().map((id) => `kw2:#page:${id}`)]]);
});
