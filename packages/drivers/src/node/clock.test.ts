import { expect, it } from "vitest";
import { systemClock } from "./clock.ts";

it("tells the system's time in whole milliseconds", () => {
  const before = Date.now();
  const now = systemClock.nowMs();
  expect(Number.isInteger(now)).toBe(true);
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});
