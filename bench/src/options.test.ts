import { describe, expect, it } from "vitest";
import { readOrder } from "./options.ts";

describe("the command line", () => {
  it("leaves to each benchmark what it does not say", () => {
    expect(readOrder(["verify", "growth"])).toEqual({ names: ["verify", "growth"], isCheck: false, options: {} });
  });

  it("takes rounds, seconds and sizes", () => {
    expect(readOrder(["capacity", "--rounds=2", "--seconds", "3", "--sizes=1000,1000000"])).toEqual({
      names: ["capacity"],
      isCheck: false,
      options: { rounds: 2, seconds: 3, sizes: [1_000, 1_000_000] },
    });
  });

  it.each([["--rounds=0"], ["--seconds=1.5"], ["--sizes=1000,"], ["--sizes=-1"], ["--fast"]])("refuses %s", (argument) => {
    expect(() => readOrder([argument])).toThrow();
  });
});
