import { bounds } from "@keywright/contract";
import { assert, integer, property } from "fast-check";
import { expect, it } from "vitest";
import { formatRateLimit, parseRateLimit } from "./rate-limit.ts";

it.each([
  ["100/60s", 100, 60],
  ["100/1m", 100, 60],
  ["5/s", 5, 1],
  ["1000000000/30d", 1_000_000_000, 2_592_000],
  ["7/1h30m", 7, 5_400],
])("%s is %d in %d s", (text, limit, seconds) => {
  expect(parseRateLimit(text)).toEqual({ limit, window_seconds: seconds });
});

it.each(["", "5", "5/", "/5s", "0/1s", "5/0", "5/60", "1000000001/1s", "1/31d", "1/2/s", "-1/s", "1.5/s", "100/60s "])("%j is no rate limit", (text) => {
  expect(parseRateLimit(text)).toBeUndefined();
});

it("any limit that the API allows reads back as it is written", () => {
  assert(
    property(integer({ min: 1, max: bounds.rateLimit }), integer({ min: 1, max: bounds.windowSeconds }), (limit, seconds) => {
      expect(parseRateLimit(formatRateLimit({ limit, window_seconds: seconds }))).toEqual({ limit, window_seconds: seconds });
    }),
  );
});
