import { createHash } from "node:crypto";
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

const marks = Array.from({ length: 3_000 }, (_, index) => createHash("sha256").update(String(index)).digest("binary"));

it("keeps as many records as it may, the new one among them, and none that do not exist", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 100 });
  for (const [index, mark] of marks.slice(0, 1_000).entries()) {
    const loaded = await cached.load(namesOf(mark));
    await cached.load(namesOf(`unknown ${index}`));
    expect(cached.peek(mark)).toBe(loaded?.record);
    expect(cached.peek(`unknown ${index}`)).toBeUndefined();
  }
  expect(marks.filter((mark) => cached.peek(mark) !== undefined)).toHaveLength(100);
  expect(cached.figures().records).toBe(100);
});

it("keeps what is asked for again and again, beside thousands that are asked for once", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 1_000 });
  const [inUse, others] = [marks.slice(0, 500), marks.slice(500)];
  for (const mark of inUse) await cached.load(namesOf(mark));
  for (const [index, mark] of others.entries()) {
    await cached.load(namesOf(mark));
    if (index % 100 === 0) for (const one of inUse) cached.peek(one);
  }
  expect(inUse.filter((mark) => cached.peek(mark) === undefined)).toEqual([]);
});

it("forgets a record whose secret is unknown to the store by now", async () => {
  const state = { isKnown: true };
  const cached = cacheRecords({ peek: () => undefined, load: async () => (state.isKnown ? loadedOf(1) : undefined) }, { maxRecords: 10 });
  await cached.load(namesOf("a"));
  state.isKnown = false;
  await cached.load(namesOf("a"));
  expect(cached.peek("a")).toBeUndefined();
});

it("keeps the new record where there is room for one alone, and all others are in use", async () => {
  const { records } = countingRecords();
  const cached = cacheRecords(records, { maxRecords: 1 });
  for (const mark of ["a", "b", "c"]) {
    await cached.load(namesOf(mark));
    expect(["a", "b", "c"].filter((one) => cached.peek(one) !== undefined)).toEqual([mark]);
  }
});
