import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRequestIds } from "./request-id.ts";

const counting = () => {
  const state = { next: 0 };
  return { bytes: (count: number) => Uint8Array.from({ length: count }, () => state.next++ * 37) };
};

describe("createRequestIds", () => {
  it("makes ids that differ within a millisecond, and from those of another process", () => {
    const random = { bytes: (count: number) => randomBytes(count) };
    const makers = [1, 2].map(() => createRequestIds({ clock: { nowMs: () => 1_700_000_000_000 }, random }));
    const ids = makers.flatMap((newId) => Array.from({ length: 5000 }, newId));
    expect(new Set(ids).size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^req_[0-9a-hjkmnp-tv-z]{26}$/);
  });

  it("makes ids that sort by time", () => {
    const clock = { now: 0, nowMs: () => clock.now };
    const newId = createRequestIds({ clock, random: counting() });
    const times = [1, 2, 31, 32, 1024, 1_700_000_000_000, 1_700_000_000_001, 2 ** 47];
    const ids = times.map((now) => {
      clock.now = now;
      return newId();
    });
    expect(ids.toSorted()).toEqual(ids);
  });

  it("makes ids that never sort before earlier ones, however often the clock is set back", () => {
    // From a start of 0 the count does not come round within a millisecond.
    const random = { bytes: (count: number) => new Uint8Array(count) };
    const steps = fc.array(fc.integer({ min: -5_000, max: 5_000 }), { maxLength: 500 });
    const property = fc.property(steps, (walk) => {
      const clock = { now: 1_700_000_000_000, nowMs: () => clock.now };
      const newId = createRequestIds({ clock, random });
      const ids = walk.map((step) => {
        clock.now += step;
        return newId();
      });
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    });
    fc.assert(property);
  });

  it("makes no id twice while the clock is behind for longer than one millisecond has ids", () => {
    const clock = { now: 1_700_000_000_000, nowMs: () => clock.now };
    const newId = createRequestIds({ clock, random: counting() });
    const first = newId();
    clock.now -= 3_600_000;
    const rest = Array.from({ length: 2 ** 20 - 1 }, newId);
    const beyond = newId();
    expect(new Set([first, ...rest]).size).toBe(2 ** 20);
    expect(beyond.slice(0, 14) > first.slice(0, 14)).toBe(true);
  });
});
