import { afterEach, expect, it, vi } from "vitest";
import { clockOffset, compareClocks, serverNow } from "./server-clock.ts";

const deviceMs = Date.parse("2030-01-31T12:00:00Z");

afterEach(() => {
  clockOffset.write(0);
  vi.useRealTimers();
});

it("goes by this device's clock while it is right within a minute", () => {
  for (const date of ["Thu, 31 Jan 2030 12:01:00 GMT", "Thu, 31 Jan 2030 11:59:00 GMT", "nonsense", null]) compareClocks(date, deviceMs);
  expect(clockOffset.read()).toBe(0);
});

it("goes by the server's clock where this device's is wrong, and by its own again once it is set right", () => {
  vi.useFakeTimers({ now: deviceMs });
  compareClocks("Thu, 31 Jan 2030 15:00:00 GMT", deviceMs);
  expect(serverNow()).toBe(deviceMs + 3 * 3_600_000);
  compareClocks("Thu, 31 Jan 2030 15:00:04 GMT", deviceMs);
  expect(clockOffset.read()).toBe(3 * 3_600_000);
  compareClocks("Thu, 31 Jan 2030 10:00:00 GMT", deviceMs);
  expect(clockOffset.read()).toBe(-2 * 3_600_000);
  compareClocks("Thu, 31 Jan 2030 12:00:30 GMT", deviceMs);
  expect(serverNow()).toBe(deviceMs);
});
