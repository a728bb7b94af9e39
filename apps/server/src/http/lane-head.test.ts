import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readLaneHead } from "./lane-head.ts";

const plain = { Authorization: "Bearer abc", "Content-Type": "application/json", "Content-Length": "42" };
const rawOf = (headers: Readonly<Record<string, string>>): readonly string[] => Object.entries(headers).flat();

describe("readLaneHead", () => {
  it("reads a plain verification, whatever the case and the order of its headers, and whatever else it carries", () => {
    const others = fc.dictionary(fc.constantFrom("Host", "user-agent", "X-Api-Kez", "accept", "Connection", "traceparent"), fc.string(), { maxKeys: 4 });
    fc.assert(
      fc.property(others, fc.boolean(), fc.boolean(), (more, isUpper, isReversed) => {
        const pairs = Object.entries({ ...more, ...plain, "x-forwarded-for": "203.0.113.7" }).map(([name, value]) => [
          isUpper ? name.toUpperCase() : name,
          value,
        ]);
        expect(readLaneHead((isReversed ? pairs.toReversed() : pairs).flat())).toEqual({ authorization: "Bearer abc", forwardedFor: "203.0.113.7" });
      }),
    );
    expect(readLaneHead(rawOf(plain))).toEqual({ authorization: "Bearer abc", forwardedFor: undefined });
  });

  it.each(["x-api-key", "X-API-Key", "Expect", "if-match", "Idempotency-Key", "content-encoding", "Transfer-Encoding"])(
    "leaves %s to the common way",
    (name) => {
      expect(readLaneHead(rawOf({ ...plain, [name]: "x" }))).toBeUndefined();
    },
  );

  it.each(["Authorization", "content-type", "Content-Length", "x-forwarded-for"])("leaves a second %s to the common way", (name) => {
    const twice = rawOf({ ...plain, "X-Forwarded-For": "203.0.113.7" });
    expect(readLaneHead(twice)).toBeDefined();
    expect(readLaneHead([...twice, name, "1"])).toBeUndefined();
  });

  it.each([
    ["no credential", { "Content-Type": "application/json", "Content-Length": "42" }],
    ["no length", { Authorization: "Bearer abc", "Content-Type": "application/json" }],
    ["an empty body", { ...plain, "Content-Length": "0" }],
    ["a long body", { ...plain, "Content-Length": "16385" }],
    ["a length that is no number", { ...plain, "Content-Length": "1e3" }],
    ["another type", { ...plain, "Content-Type": "application/json; charset=utf-8" }],
  ])("leaves %s to the common way", (_name, headers) => {
    expect(readLaneHead(rawOf(headers))).toBeUndefined();
  });
});
