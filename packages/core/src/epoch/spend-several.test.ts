import { expect, it, vi } from "vitest";
import { Unavailable } from "../errors.ts";
import { createMemoryEpochs } from "../memory/memory-epochs.ts";
import type { Policy } from "../model/policy.ts";
import type { Settled, SpendRequest, SpendResult } from "../ports/ledger.ts";
import type { Admit, ToldLedger } from "../ports/told-ledger.ts";
import { createHandMovedTime } from "../testing/hand-moved-time.ts";
import { openCurrentLedger } from "./current-ledger.ts";

const request = (id: string): SpendRequest => ({
  key: { id, revision: 1 },
  tenant: null,
  decided: "VALID",
  keyLimit: null,
  poolLimit: null,
  monthlyQuota: null,
  cost: 1,
  dryRun: false,
  endpoint: "-",
  ip: null,
  install: null,
});

const done: SpendResult = { state: "DONE", outcome: "VALID", key: null, pool: null, quota: null };
const lost = new Unavailable("ledger", new Error("The batch is lost."));
const unused = () => Promise.reject(new Error("Nothing here asks for it."));

/** A told ledger that settles several requests so, beside the store's own. */
const open = async (settle: () => Promise<readonly Settled[]>, onLedgerOutage: Policy["onLedgerOutage"] = "degrade") => {
  const { clock, stopwatch } = createHandMovedTime(Date.UTC(2026, 0, 1));
  const spendOnStore = vi.fn((_: SpendRequest): Promise<SpendResult> => Promise.resolve({ state: "STALE" }));
  const spendBehindOnStore = vi.fn((_first: SpendRequest, _: SpendRequest): Promise<SpendResult> => Promise.resolve({ state: "STALE" }));
  const openTold = (admit: Admit): ToldLedger => ({
    spend: unused,
    spendBehind: unused,
    spendAll: settle,
    spendAllBehind: (_first, requests) => (requests.length === 0 ? Promise.resolve(undefined) : settle()),
    spendEachBehind: settle,
    identity: async () => {
      await admit({ identity: "told", markedAtMs: undefined, announce: async () => {}, mark: async () => {} });
      return "told";
    },
    announceTo: async () => true,
    markTo: async () => {},
    reconnect: () => {},
  });
  const ledger = await openCurrentLedger({
    epochs: createMemoryEpochs(clock),
    announcements: { since: async () => [] },
    storeLedger: {
      spend: spendOnStore,
      spendBehind: spendBehindOnStore,
      spendAll: (requests) => Promise.all(requests.map(spendOnStore)),
      spendAllBehind: unused,
      spendEachBehind: (first, requests) => Promise.all(requests.map((request) => spendBehindOnStore(first, request))),
    },
    openTold,
    clock,
    stopwatch,
    processId: "one",
    onLedgerOutage,
    onStoreOutage: "serve",
    onEvent: () => {},
  });
  expect(ledger.health().via).toBe("told");
  return {
    ledger,
    asked: () => spendOnStore.mock.calls.map(([{ key }]) => key.id),
    askedBehind: () => spendBehindOnStore.mock.calls.map(([first, { key }]) => `${key.id} behind ${first.key.id}`),
  };
};

const three = ["a", "b", "c"].map(request);

it("leaves several requests to the told ledger while it settles them", async () => {
  const { ledger, asked } = await open(async () => [done, done, done]);
  expect(await ledger.spendAll(three)).toEqual([done, done, done]);
  expect([asked(), ledger.health().isDegraded]).toEqual([[], false]);
});

it("asks the store only for those of several that the told ledger has not settled: the others have been charged", async () => {
  const { ledger, asked } = await open(async () => [done, lost, done]);
  expect(await ledger.spendAll(three)).toEqual([done, { state: "STALE" }, done]);
  expect(asked()).toEqual(["b"]);
});

it("does the same for several that stand behind another one, and for none where that one was refused", async () => {
  const { ledger, asked } = await open(async () => [done, lost, done]);
  expect(await ledger.spendAllBehind(request("caller"), three)).toEqual([done, { state: "STALE" }, done]);
  expect(await ledger.spendAllBehind(request("caller"), [])).toBeUndefined();
  expect(asked()).toEqual(["b"]);
});

it("asks the store once more with the one that each stands behind, which has not been charged for it either", async () => {
  const { ledger, asked, askedBehind } = await open(async () => [done, lost, lost]);
  expect(await ledger.spendEachBehind(request("caller"), three)).toEqual([done, { state: "STALE" }, { state: "STALE" }]);
  expect([asked(), askedBehind()]).toEqual([[], ["b behind caller", "c behind caller"]]);
  const { ledger: other, askedBehind: askedOfAll } = await open(() => Promise.reject(lost));
  expect(await other.spendEachBehind(request("caller"), three)).toEqual(three.map(() => ({ state: "STALE" })));
  expect(askedOfAll()).toHaveLength(3);
});

it("asks the store for all where none was settled", async () => {
  const { ledger, asked } = await open(() => Promise.reject(lost));
  expect(await ledger.spendAll(three)).toEqual(three.map(() => ({ state: "STALE" })));
  expect([asked(), ledger.health().isDegraded]).toEqual([["a", "b", "c"], true]);
});

it("tells which were not settled where the operator would rather refuse than degrade", async () => {
  const { ledger, asked } = await open(async () => [done, lost, done], "deny");
  expect(await ledger.spendAll(three)).toEqual([done, lost, done]);
  expect(asked()).toEqual([]);
});

it("hides no mistake", async () => {
  const mistake = new TypeError("A mistake.");
  const { ledger } = await open(() => Promise.reject(mistake));
  await expect(ledger.spendAll(three)).rejects.toBe(mistake);
});
