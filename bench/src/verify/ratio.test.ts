import { describe, expect, it } from "vitest";
import { ratioOf } from "./ratio.ts";
import type { Measured, Round } from "./rounds.ts";

const round = (perSecond: number): Round => ({ perSecond, p50Ms: 1, p99Ms: 1, p999Ms: 1, serverMicros: 1, redisMicros: 1, postgresMicros: 1, memoryMb: 1 });
const measured = (name: string, perSecond: readonly number[]): Measured => ({ name, ...round(Number.NaN), rounds: perSecond.map(round) });

describe("a ratio of two targets", () => {
  it("is the median of the quotients of each round, with the least and the most of them", () => {
    const ratio = ratioOf([measured("one", [50, 80, 20]), measured("other", [100, 100, 50])]);
    expect(ratio("perSecond", "one", "other")).toEqual({ value: 0.5, least: 0.4, most: 0.8 });
  });

  it("is not moved by a machine that is slow in other rounds for the one than for the other's median", () => {
    const pace = [100, 40, 90, 30, 100];
    const ratio = ratioOf([
      measured(
        "one",
        pace.map((each) => each * 0.8),
      ),
      measured("other", pace),
    ]);
    expect(ratio("perSecond", "one", "other").value).toBeCloseTo(0.8, 10);
  });

  it("is refused for what was not measured", () => {
    const ratio = ratioOf([measured("one", [1])]);
    expect(() => ratio("perSecond", "one", "other")).toThrow("other was not measured");
  });
});
