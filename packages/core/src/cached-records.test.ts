import { expect, it } from "vitest";
import { cacheRecords } from "./cached-records.ts";
import type { KeyRecord, KeyRecords, LoadedRecord } from "./ports/key-records.ts";

const loadedOf = (revision: number): LoadedRecord => ({ record: { revision } as KeyRecord, keyBudget: null, tenantBudget: null });

const namesOf = (mark: string) => ({ mark, digests: [`digest of ${mark}`] });

const countingRecords = () => {
  const state = { reads: 0 };
  const records: KeyRecords = {
    peek: () => undefined,
    load: async ({ mark }) => {
      state.reads += 1;
      const mine = state.reads;
      await Promise.resolve();
      return mark.startsWith("unknown") ? undefined : loadedOf(mine);
    },
  };
  return { state, records };
};

it("a thousand loads of one secret at once read the store twice", async () => {
  const { state, records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 10 });
  await Promise.all(Array.from({ length: 1_000 }, () => cached.load(namesOf("a"))));
  expect(state.reads).toBe(2);
  expect(cached.peek("a")?.revision).toBe(2);
});

it("keeps the records used last, at most as many as it may, and none that do not exist", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 2 });
  await cached.load(namesOf("a"));
  await cached.load(namesOf("b"));
  cached.peek("a");
  await cached.load(namesOf("c"));
  for (let i = 0; i < 100; i++) await cached.load(namesOf(`unknown ${i}`));
  expect([cached.peek("a"), cached.peek("b"), cached.peek("c")].map((record) => record !== undefined)).toEqual([true, false, true]);
});

it("keeps a new record also where all others are in use, and lets one go that was used longest ago", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 3 });
  for (const mark of ["a", "b", "c"]) await cached.load(namesOf(mark));
  for (const mark of ["c", "b", "a"]) cached.peek(mark);
  await cached.load(namesOf("d"));
  expect(["a", "b", "c", "d"].map((mark) => cached.peek(mark) !== undefined)).toEqual([false, true, true, true]);
});
