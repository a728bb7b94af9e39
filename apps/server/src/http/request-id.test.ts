import { randomBytes } from "node:crypto";
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
});
