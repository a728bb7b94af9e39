import { expect, it } from "vitest";
import { parseLifetime, parseMoment, parseTime, resolveExpiry, resolveMoment } from "./times.ts";

const nowMs = Date.UTC(2030, 0, 31, 12);

it.each([
  ["2030-01-31", "2030-01-31T00:00:00.000Z"],
  ["2030-01-31T12:00Z", "2030-01-31T12:00:00.000Z"],
  ["2030-01-31T12:00:30.5+02:00", "2030-01-31T10:00:30.500Z"],
])("the time %s is %s", (text, iso) => {
  expect(parseTime(text)).toBe(iso);
});

it.each(["", "1", "tomorrow", "2030-01-31T12:00", "2030-13-01", "2030-01-31 12:00Z", "31.01.2030"])(
  "%j is no time: it would mean another one elsewhere, or none",
  (text) => {
    expect(parseTime(text)).toBeUndefined();
  },
);

it("a moment is a time or how long ago", () => {
  expect(resolveMoment(parseMoment("24h"), nowMs)).toBe("2030-01-30T12:00:00.000Z");
  expect(resolveMoment(parseMoment("2030-01-01"), nowMs)).toBe("2030-01-01T00:00:00.000Z");
  expect(resolveMoment(undefined, nowMs)).toBeUndefined();
  expect(parseMoment("yesterday")).toBeUndefined();
});

it("a lifetime of whole days is said in days, any other by its end", () => {
  expect(resolveExpiry({ expiresIn: { kind: "after", seconds: 7_776_000 } }, nowMs)).toEqual({ expires_in_days: 90 });
  expect(resolveExpiry({ expiresIn: { kind: "after", seconds: 43_200 } }, nowMs)).toEqual({ expires_at: "2030-02-01T00:00:00.000Z" });
  expect(resolveExpiry({ expiresIn: { kind: "never" } }, nowMs)).toEqual({ expires_in_days: null });
  expect(resolveExpiry({ expiresAt: "2030-05-01T00:00:00.000Z" }, nowMs)).toEqual({ expires_at: "2030-05-01T00:00:00.000Z" });
  expect(resolveExpiry({}, nowMs)).toEqual({});
});

it("a lifetime is longer than nothing, and one beyond all dates is left for the server to refuse", () => {
  expect(parseLifetime("0")).toBeUndefined();
  expect(parseLifetime("0d")).toBeUndefined();
  expect(parseLifetime("never")).toEqual({ kind: "never" });
  expect(resolveExpiry({ expiresIn: { kind: "after", seconds: Number.MAX_SAFE_INTEGER } }, nowMs)).toEqual({ expires_at: "+275760-09-13T00:00:00.000Z" });
});
