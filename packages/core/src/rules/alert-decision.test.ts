import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertLevels, decideAlert } from "./alert-decision.ts";

const minuteMs = 60_000;
const levels: AlertLevels = { isEnabled: true, starts: "above", threshold: 100, endShare: 0.5, quietMs: 5 * minuteMs, coolDownMs: 30 * minuteMs };

interface Standing {
  readonly lastSeenAtMs: number;
  readonly endedAtMs: number | null;
}
interface Seen {
  readonly value: number | undefined;
  readonly nowMs: number;
  readonly isEnabled?: boolean;
}

/** Walks through what is seen, as a pass after the other would, and notes each start and end. */
const walk = (chosen: AlertLevels, seen: readonly Seen[]) => {
  const told: { readonly step: "start" | "end"; readonly nowMs: number; readonly value: number | undefined }[] = [];
  let standing: Standing | undefined;
  for (const { value, nowMs, isEnabled = true } of seen) {
    const step = decideAlert({ levels: { ...chosen, isEnabled }, standing, value, nowMs });
    if (step === "start") standing = { lastSeenAtMs: nowMs, endedAtMs: null };
    if (step === "goOn") standing = { lastSeenAtMs: nowMs, endedAtMs: null };
    if (step === "end" && standing !== undefined) standing = { ...standing, endedAtMs: nowMs };
    if (step === "start" || step === "end") told.push({ step, nowMs, value });
  }
  return told;
};

describe("an alert", () => {
  it("starts at its threshold, goes on in between, and ends below its share of it when that was so for the quiet time", () => {
    const values = [99, 100, 60, 50, 49, 49, 49, 49, 49, 49, 49];
    const seen = values.map((value, minute) => ({ value, nowMs: minute * minuteMs }));
    expect(walk(levels, seen)).toEqual([
      { step: "start", nowMs: minuteMs, value: 100 },
      { step: "end", nowMs: 8 * minuteMs, value: 49 },
    ]);
  });

  it("starts again when the cool-down is over, and not before", () => {
    const ended = { lastSeenAtMs: 0, endedAtMs: 10 * minuteMs };
    const ask = (nowMs: number) => decideAlert({ levels, standing: ended, value: 1_000, nowMs });
    expect([ask(10 * minuteMs), ask(40 * minuteMs - 1), ask(40 * minuteMs)]).toEqual(["nothing", "nothing", "start"]);
  });

  it("of a rule that goes downwards starts at its threshold and below", () => {
    const days: AlertLevels = { ...levels, starts: "below", threshold: 14, endShare: 1, quietMs: 0 };
    expect([15, 14, 3, undefined].map((value) => decideAlert({ levels: days, standing: undefined, value, nowMs: 0 }))).toEqual([
      "nothing",
      "start",
      "start",
      "nothing",
    ]);
    const open = { lastSeenAtMs: 0, endedAtMs: null };
    expect([14, 15, undefined].map((value) => decideAlert({ levels: days, standing: open, value, nowMs: 0 }))).toEqual(["goOn", "end", "end"]);
  });

  it("is not held up by a clock that was moved back: spans are taken either way", () => {
    const far = 365 * 86_400_000;
    expect(decideAlert({ levels, standing: { lastSeenAtMs: far, endedAtMs: null }, value: 0, nowMs: 0 })).toBe("end");
    expect(decideAlert({ levels, standing: { lastSeenAtMs: far, endedAtMs: far }, value: 100, nowMs: 0 })).toBe("start");
  });

  const arbitrarySeen = fc.array(
    fc.record({
      value: fc.option(fc.integer({ min: 0, max: 300 }), { nil: undefined }),
      stepMs: fc.oneof({ weight: 5, arbitrary: fc.constant(minuteMs) }, { weight: 1, arbitrary: fc.integer({ min: -3 * minuteMs, max: 90 * minuteMs }) }),
      isEnabled: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
    }),
    { maxLength: 200 },
  );
  const arbitraryLevels = fc.record({
    isEnabled: fc.constant(true),
    starts: fc.constantFrom("above", "below"),
    threshold: fc.integer({ min: 1, max: 200 }),
    endShare: fc.constantFrom(0.5, 0.8, 1),
    quietMs: fc.integer({ min: 0, max: 20 * minuteMs }),
    coolDownMs: fc.integer({ min: minuteMs, max: 60 * minuteMs }),
  });
  const timed = (seen: readonly { readonly stepMs: number; readonly value: number | undefined; readonly isEnabled: boolean }[]): readonly Seen[] => {
    let nowMs = 1_000_000_000;
    return seen.map(({ stepMs, ...one }) => {
      nowMs += stepMs;
      return { ...one, nowMs };
    });
  };

  it("alternates between start and end, whatever is seen and however the clock is moved", () => {
    fc.assert(
      fc.property(arbitraryLevels, arbitrarySeen, (chosen, seen) => {
        const told = walk(chosen, timed(seen));
        expect(told.map(({ step }) => step)).toEqual(told.map((_, index) => (index % 2 === 0 ? "start" : "end")));
      }),
    );
  });

  it("starts at its threshold alone, and never within the cool-down", () => {
    fc.assert(
      fc.property(arbitraryLevels, arbitrarySeen, (chosen, seen) => {
        const told = walk(chosen, timed(seen));
        told.forEach(({ step, value, nowMs }, index) => {
          if (step !== "start") return;
          if (chosen.starts === "above") expect(value).toBeGreaterThanOrEqual(chosen.threshold);
          else expect(value).toBeLessThanOrEqual(chosen.threshold);
          const before = told[index - 1];
          if (before !== undefined) expect(Math.abs(nowMs - before.nowMs)).toBeGreaterThanOrEqual(chosen.coolDownMs);
        });
      }),
    );
  });
});
