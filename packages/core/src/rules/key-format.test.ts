import { randomBytes } from "node:crypto";
import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeNumber } from "./base62.ts";
import { crc32 } from "./crc32.ts";
import { hintOf, type KeyFormat, mintKey, parseKey } from "./key-format.ts";

const format: KeyFormat = { prefix: "pm", bodyLength: 32 };
const mint = (environment = "live", custom = format) => mintKey(custom, environment, randomBytes);
const environments = fc.constantFrom("live", "test", "root");
const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe("mintKey and parseKey", () => {
  it("round-trip in every environment, prefix and body length", () => {
    const prefixes = fc.stringMatching(/^[a-z][a-z0-9]{0,15}$/).filter((prefix) => prefix.length <= 16);
    fc.assert(
      fc.property(prefixes, environments, fc.integer({ min: 32, max: 50 }), (prefix, environment, bodyLength) => {
        const key = mint(environment, { prefix, bodyLength });
        expect(key).toMatch(new RegExp(`^${prefix}_${environment}_[0-9A-Za-z]{${bodyLength}}$`));
        expect(parseKey({ prefix, bodyLength: 32 }, key)).toBe(environment);
      }),
    );
  });

  it("find every change of a single character", () => {
    const key = mint();
    for (let at = 0; at < key.length; at++) {
      for (const char of `${alphabet}_- \u0000é`) {
        const changed = key.slice(0, at) + char + key.slice(at + 1);
        if (changed !== key) expect(parseKey(format, changed)).toBeUndefined();
      }
    }
  });

  it("find every swap of two neighbours", () => {
    for (let round = 0; round < 200; round++) {
      const key = mint(round % 2 === 0 ? "live" : "test");
      for (let at = 0; at + 1 < key.length; at++) {
        const swapped = key.slice(0, at) + key.charAt(at + 1) + key.charAt(at) + key.slice(at + 2);
        if (swapped !== key) expect(parseKey(format, swapped)).toBeUndefined();
      }
    }
  });

  it("refuse a key of another environment or prefix, a missing or an added character", () => {
    const key = mint("test");
    for (const wrong of [key.replace("_test_", "_live_"), `x${key}`, key.slice(1), key.slice(0, -1), `${key}0`, key.replace("pm_", "qm_"), "", "pm_live_"]) {
      expect(parseKey(format, wrong)).toBeUndefined();
    }
  });

  it("never throw and never accept text that was not minted", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 100 }), (text) => {
        expect(parseKey(format, text)).toBeUndefined();
      }),
    );
  });

  it("use each base62 character about equally often", () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 2_000; round++) for (const char of mint().slice(8, 34)) counts.set(char, (counts.get(char) ?? 0) + 1);
    const expected = (2_000 * 26) / 62;
    const chiSquare = [...alphabet].reduce((sum, char) => sum + ((counts.get(char) ?? 0) - expected) ** 2 / expected, 0);
    // 61 degrees of freedom: beyond 150 by chance once in 10^9 runs.
    expect(chiSquare).toBeLessThan(150);
  });
});

describe("the checksum", () => {
  it("agrees with GitHub's published token layout", () => {
    const random = "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ";
    expect(encodeNumber(crc32(random, random.length), 6)).toBe("0mLq17");
  });

  it.skipIf(zlibCrc32 === undefined)("is the CRC-32 of zlib", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~]*$/), (text) => {
        expect(crc32(text, text.length)).toBe(zlibCrc32(text));
      }),
    );
  });
});

it("hintOf shows the prefix and the last four characters only", () => {
  const key = mint();
  expect(hintOf(key)).toBe(`pm_live_…${key.slice(-4)}`);
});
