import { describe, expect, it } from "vitest";
import { createPathIndex } from "./path-index.ts";

const place = (version: number) => ({ version, sequence: version, offset: version * 100, length: 50 });

describe("the index of paths", () => {
  it("counts paths, not writes", () => {
    const index = createPathIndex();
    for (const path of ["a", "a/b", "a/b/c", "a"]) index.set(path, place(1));
    expect(index.size()).toBe(3);
    index.delete("a/b");
    index.delete("a/b");
    index.delete("missing/path");
    expect(index.size()).toBe(2);
    expect(index.get("a/b")).toBeUndefined();
    expect(index.get("a/b/c")).toEqual(place(1));
  });

  it("has no folder that holds nothing", () => {
    const index = createPathIndex();
    index.set("a/b/c/d", place(1));
    index.set("a/e", place(1));
    index.delete("a/b/c/d");
    expect(index.list("a")).toEqual(["e"]);
    index.delete("a/e");
    expect(index.list("")).toEqual([]);
  });

  it("takes names of the language for names", () => {
    const index = createPathIndex();
    expect(index.get("constructor")).toBeUndefined();
    expect(index.list("__proto__")).toEqual([]);
    index.set("__proto__/constructor", place(2));
    expect(index.get("__proto__/constructor")).toEqual(place(2));
    expect(index.list("__proto__")).toEqual(["constructor"]);
  });
});
