import { assert, constantFrom, integer, property, string, tuple } from "fast-check";
import { expect, it } from "vitest";
import { formatDuration, parseDuration } from "./durations.ts";

it.each([
  ["0", 0],
  ["0s", 0],
  ["15m", 900],
  ["24h", 86_400],
  ["90d", 7_776_000],
  ["2w", 1_209_600],
  ["1h30m", 5_400],
  ["1w1d1h1m1s", 694_861],
])("%s is %d seconds", (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

it.each(["", " ", "5", "1.5h", "-1h", "+1h", "h", "1H", "1h ", "30m1h", "1h1h", "1e3s", "٣h", "1y", "99999999999999999999d", "999999999999w"])(
  "%j is no duration",
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

it("any number of seconds reads back as it is written", () => {
  assert(
    property(integer({ min: 0, max: 2 ** 45 }), (seconds) => {
      expect(parseDuration(formatDuration(seconds))).toBe(seconds);
    }),
  );
});

it("a count of a unit is so many of it, whatever the unit", () => {
  const sizes = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 } as const;
  assert(
    property(integer({ min: 0, max: 1_000_000 }), constantFrom("s" as const, "m" as const, "h" as const, "d" as const, "w" as const), (count, unit) => {
      expect(parseDuration(`${count}${unit}`)).toBe(count * sizes[unit]);
    }),
  );
});

it("no text makes it throw, or answer anything but whole seconds or undefined", () => {
  assert(
    property(tuple(string(), string({ unit: constantFrom("1", "9", "0", "s", "m", "h", "d", "w", "-", " ") })), (texts) => {
      for (const text of texts) {
        const seconds = parseDuration(text);
        expect(seconds === undefined || (Number.isSafeInteger(seconds) && seconds >= 0)).toBe(true);
      }
    }),
  );
});
