import { expect, it } from "vitest";
import { countCodes, fillBuckets, frequentCodes } from "./usage-buckets.ts";

it("has a bucket for every hour or day of the range, also where nothing happened", () => {
  const series = [{ start: "2026-01-31T01:00:00.000Z", requests: 5, errors: 2, codes: { EXPIRED: 2 } }];
  const hours = fillBuckets({ from: "2026-01-31T00:00:00.000Z", to: "2026-01-31T03:00:00.000Z", granularity: "hour", series });
  expect(hours.map(({ requests, errors }) => [requests, errors])).toEqual([
    [0, 0],
    [5, 2],
    [0, 0],
  ]);
  const days = fillBuckets({ from: "2026-01-31T00:00:00Z", to: "2026-02-02T00:00:00Z", granularity: "day", series: [] });
  expect(days.map(({ start }) => start)).toEqual(["2026-01-31T00:00:00.000Z", "2026-02-01T00:00:00.000Z"]);
});

it("tells the most frequent codes apart, and counts the others together", () => {
  const { codes, hasOthers } = frequentCodes({ EXPIRED: 1, RATE_LIMITED: 7, DISABLED: 1, REVOKED: 3 }, 3);
  expect([codes, hasOthers]).toEqual([["RATE_LIMITED", "REVOKED", "DISABLED"], true]);
  const bucket = { start: "", requests: 20, errors: 9, codes: { EXPIRED: 1, RATE_LIMITED: 6, REVOKED: 2 } };
  expect(countCodes(bucket, codes)).toEqual([6, 2, 0, 1]);
  expect(frequentCodes({}, 3)).toEqual({ codes: [], hasOthers: false });
});
