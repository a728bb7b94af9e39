import { expect, it } from "vitest";
import { cacheRecords } from "./cached-records.ts";
import type { KeyRecord, KeyRecords, LoadedRecord } from "./ports/key-records.ts";

const loadedOf = (revision: number): LoadedRecord => ({ record: { revision } as KeyRecord, keyBudget: null, tenantBudget: null });

const countingRecords = () => {
  const state = { reads: 0 };
  const records: KeyRecords = {
    peek: () => undefined,
    load: async ([digest]) => {
      state.reads += 1;
      const mine = state.reads;
      await Promise.resolve();
      return digest?.startsWith("unknown") ? undefined : loadedOf(mine);
    },
  };
  return { state, records };
};

it("a thousand loads of one digest at once read the store twice", async () => {
  const { state, records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 10 });
  await Promise.all(Array.from({ length: 1_000 }, () => cached.load(["a"])));
  expect(state.reads).toBe(2);
  expect(cached.peek("a")?.revision).toBe(2);
});

it("keeps the records used last, at most as many as it may, and none that do not exist", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 2 });
  await cached.load(["a"]);
  await cached.load(["b"]);
  cached.peek("a");
  await cached.load(["c"]);
  for (let i = 0; i < 100; i++) await cached.load([`unknown ${i}`]);
  expect([cached.peek("a"), cached.peek("b"), cached.peek("c")].map((record) => record !== undefined)).toEqual([true, false, true]);
});

it("keeps a new record also where all others are in use, and lets one go that was used longest ago", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 3 });
  for (const digest of ["a", "b", "c"]) await cached.load([digest]);
  for (const digest of ["c", "b", "a"]) cached.peek(digest);
  await cached.load(["d"]);
  expect(["a", "b", "c", "d"].map((digest) => cached.peek(digest) !== undefined)).toEqual([false, true, true, true]);
});
