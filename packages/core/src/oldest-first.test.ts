import fc from "fast-check";
import { expect, it } from "vitest";
import { oldestFirst } from "./oldest-first.ts";

type Entries = Map<number, { readonly number: number }>;
type Step = (entries: Entries, oldest: ReturnType<typeof oldestFirst<number, { readonly number: number }>>) => void;

const keys = fc.nat(999);
const set = keys.map(
  (key): Step =>
    (entries) => {
      entries.delete(key);
      entries.set(key, { number: key });
    },
);
const remove = keys.map(
  (key): Step =>
    (entries) =>
      entries.delete(key),
);
const take = fc.boolean().map(
  (isSpared): Step =>
    (entries, oldest) => {
      const [first] = entries;
      expect(oldest()).toEqual(first);
      if (first === undefined) return;
      entries.delete(first[0]);
      if (isSpared) entries.set(...first);
    },
);
const steps = fc.oneof({ weight: 4, arbitrary: set }, { weight: 1, arbitrary: remove }, { weight: 3, arbitrary: take });

it("gives the entry that has been there longest, whatever was set, deleted, replaced and spared before", () => {
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 2_000 }), (taken) => {
      const entries: Entries = new Map();
      const oldest = oldestFirst(entries);
      for (const step of taken) step(entries, oldest);
    }),
  );
});

it("asks the map for its beginning once for many entries", () => {
  const map = new Map(Array.from({ length: 10_000 }, (_, number) => [number, { number }]));
  let begun = 0;
  const watched: ReadonlyMap<number, { readonly number: number }> = new Proxy(map, {
    get: (target, name) => {
      if (name === Symbol.iterator) begun += 1;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const oldest = oldestFirst(watched);
  for (let number = 0; number < 5_120; number++) {
    expect(oldest()?.[0]).toBe(number);
    map.delete(number);
    map.set(10_000 + number, { number: 10_000 + number });
  }
  expect(begun).toBe(20);
});
