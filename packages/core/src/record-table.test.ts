import fc from "fast-check";
import { expect, it } from "vitest";
import type { KeyRecord } from "./ports/key-records.ts";
import { createRecordTable, type RecordTable } from "./record-table.ts";

const recordOf = (revision: number, isUsed = false): KeyRecord => ({ revision, isUsed }) as KeyRecord;

/** Few first numbers, at both ends of any table, so that searches begin at the same slots and go over the end. */
const mark = fc
  .tuple(fc.constantFrom(0, 1, 2, 0xfe, 0xff), fc.constantFrom(0, 0xff), fc.integer({ min: 0, max: 40 }))
  .map(([low, high, own]) => String.fromCharCode(low, high, high, high, 0, 0, 0, 0, 0, 0, 0, 0, own, 0, 0, 0).padEnd(32, "x"));

interface Both {
  readonly table: RecordTable;
  readonly model: Map<string, KeyRecord>;
}

type Step = (both: Both) => void;

const setting = fc.tuple(mark, fc.boolean()).map(
  ([one, isUsed]): Step =>
    ({ table, model }) => {
      const record = recordOf(1, isUsed);
      table.set(one, record);
      model.set(one, record);
    },
);

const deleting = mark.map(
  (one): Step =>
    ({ table, model }) => {
      table.delete(one);
      model.delete(one);
    },
);

/** The model follows the table in which one goes. */
const removing = mark.map(
  (except): Step =>
    ({ table, model }) => {
      table.removeUnused(except);
      const removed = [...model.keys()].filter((one) => table.get(one) === undefined);
      expect(removed).toHaveLength(Math.min(1, model.size));
      if (model.size > 1) expect(removed).not.toContain(except);
      for (const one of removed) model.delete(one);
    },
);

const steps = fc.array(fc.oneof({ weight: 4, arbitrary: setting }, { weight: 2, arbitrary: deleting }, { weight: 1, arbitrary: removing }), { maxLength: 400 });

it("has what a map would have, whatever is set, deleted and removed", () => {
  fc.assert(
    fc.property(steps, fc.array(mark), (all, others) => {
      const both: Both = { table: createRecordTable(), model: new Map() };
      for (const step of all) {
        step(both);
        expect(both.table.size).toBe(both.model.size);
        for (const [known, record] of both.model) expect(both.table.get(known)).toBe(record);
      }
      for (const other of others) expect(both.table.get(other)).toBe(both.model.get(other));
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
