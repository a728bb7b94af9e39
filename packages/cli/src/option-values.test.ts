import { InvalidArgumentError } from "commander";
import { describe, expect, it } from "vitest";
import { collectList, collectMetadata, durationIn, integerIn, listOrNone, nullIfNone, quotaOrNone, rateLimitOrNone } from "./option-values.ts";

describe("lists", () => {
  it("are given several times, with commas, or both; each entry once", () => {
    expect(collectList("b, c", collectList("a,b"))).toEqual(["a", "b", "c"]);
  });

  it.each(["", ",", "a,,b", "a,"])("%j has an empty entry", (text) => {
    expect(() => collectList(text)).toThrow(InvalidArgumentError);
  });

  it("`none` alone is the empty list", () => {
    expect(listOrNone(["none"])).toEqual([]);
    expect(listOrNone(["a", "none"])).toEqual(["a", "none"]);
    expect(listOrNone(undefined)).toBeUndefined();
  });
});

describe("numbers", () => {
  it("are whole and within their bounds", () => {
    expect([integerIn(1, 100)("1"), integerIn(1, 100)("100")]).toEqual([1, 100]);
    expect([durationIn(0, 3_600)("0"), durationIn(0, 3_600)("1h")]).toEqual([0, 3_600]);
  });

  it.each(["0", "101", "1.5", "-1", "1e2", "", " 5", "0x10"])("%j is not from 1 to 100", (text) => {
    expect(() => integerIn(1, 100)(text)).toThrow("It must be a whole number from 1 to 100.");
  });

  it("of a duration beyond its bounds are refused", () => {
    expect(() => durationIn(0, 3_600)("2h")).toThrow("It must be from 0 to 1h: a duration such as");
    expect(() => durationIn(1, 3_600)("0")).toThrow("It must be from 1s to 1h: a duration such as");
  });

  it("`none` clears a quota and a limit", () => {
    expect([quotaOrNone("none"), quotaOrNone("5"), rateLimitOrNone("none")].map(nullIfNone)).toEqual([null, 5, null]);
    expect(nullIfNone(undefined)).toBeUndefined();
  });
});

describe("metadata", () => {
  it("is text after =, and a number or a truth value after :=", () => {
    const entries = ["team=core", "seats:=5", "beta:=true", "note=a=b\nc", "empty=", "n=5"];
    const metadata = entries.reduce((before, entry) => collectMetadata(entry, before), {});
    expect(metadata).toEqual({ team: "core", seats: 5, beta: true, note: "a=b\nc", empty: "", n: "5" });
  });

  it("`none` clears it, and a name of Object's own is a name like any", () => {
    expect(collectMetadata("none", { a: "b" })).toEqual({});
    expect(JSON.stringify(collectMetadata("__proto__=x", { a: "b" }))).toBe('{"a":"b","__proto__":"x"}');
  });

  it.each(["team", "=x", "a b=c", "a:=x", "a:=", "a:=Infinity", "a:={}"])("%j is no entry", (text) => {
    expect(() => collectMetadata(text)).toThrow(InvalidArgumentError);
  });
});
