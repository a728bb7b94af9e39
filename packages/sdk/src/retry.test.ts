import { expect, it } from "vitest";
import { clientError, KeywrightError } from "./keywright-error.ts";
import { pauseBefore } from "./retry.ts";

const problem = (code: "RATE_LIMITED" | "QUOTA_EXCEEDED" | "UNAVAILABLE" | "NOT_FOUND", status: number, retryAfterSeconds: number | null = null) =>
  new KeywrightError({ ...clientError("INVALID_CALL", "x"), code, serverCode: code, status, retryAfterSeconds });

it("doubles its pauses up to two seconds, and spreads them over half of that", () => {
  const lost = new Error("lost");
  expect([1, 2, 3, 9].map((sent) => [pauseBefore(sent, lost, () => 0), pauseBefore(sent, lost, () => 1)])).toEqual([
    [50, 100],
    [100, 200],
    [200, 400],
    [1000, 2000],
  ]);
});

it("waits at least as long as the server says", () => {
  expect(pauseBefore(1, problem("UNAVAILABLE", 503, 2), () => 1)).toBe(2000);
  expect(pauseBefore(1, problem("RATE_LIMITED", 429, 30))).toBe(30_000);
  expect(pauseBefore(1, clientError("INVALID_REPLY", "a proxy's page", 502), () => 1)).toBe(100);
});

it("does not wait where it is no use", () => {
  expect(pauseBefore(1, problem("QUOTA_EXCEEDED", 429, 2))).toBeUndefined();
  expect(pauseBefore(1, problem("NOT_FOUND", 404))).toBeUndefined();
  expect(pauseBefore(1, clientError("INVALID_REPLY", "a page", 200))).toBeUndefined();
});
