import fc from "fast-check";
import { expect, it } from "vitest";
import { shareValues } from "./share-values.ts";

it("answers to each name a value that came with that name, whatever came before, and holds no more than it may", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 5 }), (numbers, maxValues) => {
      const share = shareValues<{ number: number }>(maxValues);
      for (const number of numbers) expect(share(String(number), { number })).toEqual({ number });
    }),
  );
});

it("gives the same value to all, until it is full", () => {
  const share = shareValues<object>(2);
  const first = {};
  expect([share("a", first), share("b", {}), share("a", {})].map((value) => value === first)).toEqual([true, false, true]);
  share("c", {});
  expect(share("a", {})).not.toBe(first);
});
