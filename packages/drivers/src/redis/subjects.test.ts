import { expect, it } from "vitest";
import { createSubjects } from "./subjects.ts";

it("knows one subject of an id, whichever record of it is asked about, and notes it there", () => {
  const subjects = createSubjects();
  const [old, renewed] = [
    { id: "key_1", revision: 1, note: undefined },
    { id: "key_1", revision: 2, note: undefined },
  ];
  const subject = subjects.of(old);
  for (const known of [old, renewed, { id: "key_1", revision: 3 }]) expect(subjects.of(known)).toBe(subject);
  for (const { note } of [old, renewed]) expect(note).toBe(subject);
});

it("trusts no note of another ledger, of another id, or of a subject that it has forgotten", () => {
  const [subjects, others] = [createSubjects(), createSubjects()];
  const known = { id: "key_1", revision: 1, note: undefined };
  const foreign = others.of(known);
  const subject = subjects.of(known);
  expect(subject).not.toBe(foreign);
  expect(others.of(known)).toBe(foreign);
  expect(subjects.of({ ...known, note: null })).toBe(subject);
  expect(subjects.of({ ...known, note: "a note" })).toBe(subject);
  expect(subjects.of({ id: "key_2", revision: 1, note: subject }).id).toBe("key_2");
  const record = { id: "key_1", revision: 1, note: subject };
  for (let n = 0; n < 200_000; n++) subjects.of({ id: `key_n${n}`, revision: 1 });
  expect(subjects.of(record)).toBe(subject);
  subjects.makeRoom();
  const next = subjects.of(record);
  expect(next).not.toBe(subject);
  expect(subjects.of({ id: "key_1", revision: 1 })).toBe(next);
});
