import fc from "fast-check";
import { expect, it } from "vitest";
import type { KeyRecord } from "./ports/key-records.ts";
import { createRecordTable, type RecordTable } from "./record-table.ts";

const recordOf = (revision: number, isUsed = false): KeyRecord => ({ revision, isUsed }) as KeyRecord;

/** Few first numbers, at both ends of any table, so that searches begin at the same slots and go over the end. */
const mark = fc
  .tuple(fc.constantFrom(0, 1, 2, 0xfe, 0xff), fc.constantFrom(0, 0xff), fc.integer({ min: 0, max: 40 }))
  .map(([low, high, own]) => String.fromCharCode(low, high, high, high, 0, 0, 0, 0, 0, 0, 0, 0, own, 0, 0, 0).padEnd(32, "x"));

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ act: fc.constant("set" as const), mark, isUsed: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ act: fc.constant("delete" as const), mark, isUsed: fc.constant(false) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("removeUnused" as const), mark, isUsed: fc.constant(false) }) },
);

const expectSame = (table: RecordTable, model: ReadonlyMap<string, KeyRecord>): void => {
  expect(table.size).toBe(model.size);
  for (const [known, record] of model) expect(table.get(known)).toBe(record);
};

const missing = (table: RecordTable, model: ReadonlyMap<string, KeyRecord>): string[] => [...model.keys()].filter((known) => table.get(known) === undefined);

it("has what a map would have, whatever is set, deleted and removed", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.array(mark), (steps, others) => {
      const table = createRecordTable();
      const model = new Map<string, KeyRecord>();
      for (const [index, one] of steps.entries()) {
        if (one.act === "set") {
          const record = recordOf(index, one.isUsed);
          table.set(one.mark, record);
          model.set(one.mark, record);
        } else if (one.act === "delete") {
          table.delete(one.mark);
          model.delete(one.mark);
        } else {
          table.removeUnused(one.mark);
          const removed = missing(table, model);
          expect(removed).toHaveLength(model.size === 0 ? 0 : 1);
          if (model.size > 1) expect(removed).not.toContain(one.mark);
          for (const gone of removed) model.delete(gone);
        }
        expectSame(table, model);
      }
      for (const other of others) expect(table.get(other)).toBe(model.get(other));
    }),
  );
});

it("grows, and finds each of ten thousand records whose marks differ in any one character", () => {
  const table = createRecordTable();
  const marks = Array.from({ length: 10_000 }, (_, index) => {
    const characters: number[] = new Array(32).fill(0);
    characters[index % 16] = 1 + (Math.floor(index / 16) % 255);
    characters[(index + 7) % 16] = Math.floor(index / (16 * 255));
    return String.fromCharCode(...characters);
  });
  const distinct = new Set(marks);
  for (const [index, one] of marks.entries()) table.set(one, recordOf(index));
  expect(table.size).toBe(distinct.size);
  expect(marks.filter((one, index) => marks.lastIndexOf(one) === index && table.get(one)?.revision !== index)).toEqual([]);
});

it("removes what was not used first, and of those in use one that it has passed by", () => {
  const table = createRecordTable();
  const marks = Array.from({ length: 20 }, (_, index) => String.fromCharCode(index * 3).padEnd(32, "x"));
  const records = marks.map((_, index) => recordOf(index, index !== 13));
  for (const [index, one] of marks.entries()) table.set(one, records[index] as KeyRecord);
  table.removeUnused(marks[0] as string);
  expect(table.get(marks[13] as string)).toBeUndefined();
  for (const record of records) record.isUsed = true;
  table.removeUnused(marks[0] as string);
  expect(table.size).toBe(18);
  expect(records.filter(({ isUsed }) => !isUsed).length).toBeGreaterThan(0);
});
