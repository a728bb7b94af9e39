import { createHmac, hkdfSync } from "node:crypto";
import { cryptographyContract } from "@keywright/core/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cryptography } from "./cryptography.ts";

cryptographyContract("node:crypto", cryptography);

const keyOfAnyLength = fc.uint8Array({ maxLength: 200 });
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme", maxLength: 200 }),
  fc.tuple(fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }), fc.nat(800)).map(([part, count]) => part.repeat(count)),
  // Around the length at which the way of computing changes, in characters of one to four bytes.
  fc.tuple(fc.constantFrom("a", "é", "€", "🔑", "\ud800"), fc.integer({ min: 1360, max: 1370 })).map(([unit, count]) => unit.repeat(count)),
);

describe("the keyed hash", () => {
  it("equals createHmac for keys of every length and any texts, one after the other", () => {
    fc.assert(
      fc.property(keyOfAnyLength, fc.array(text, { minLength: 1, maxLength: 5 }), (key, texts) => {
        const keyed = cryptography.keyedHash(key);
        for (const one of texts) expect(keyed(one)).toBe(createHmac("sha256", key).update(one, "utf8").digest("base64url"));
      }),
      { numRuns: 1000 },
    );
  });

  it.each(Array.from({ length: 140 }, (_, length) => length))("equals createHmac for a key of %i bytes", (length) => {
    const key = Uint8Array.from({ length }, (_, index) => index + 1);
    expect(cryptography.keyedHash(key)("pm_live_text")).toBe(createHmac("sha256", key).update("pm_live_text").digest("base64url"));
  });
});

describe("a derived key", () => {
  it("equals HKDF with an empty salt, and the composition of RFC 5869 section 2 from HMAC", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.string({ unit: "grapheme", maxLength: 100 }), (key, info) => {
        const derived = cryptography.deriveKey(key, info);
        const extracted = createHmac("sha256", Buffer.alloc(32)).update(key).digest();
        expect(Buffer.from(derived)).toEqual(createHmac("sha256", extracted).update(info, "utf8").update(Uint8Array.of(1)).digest());
        expect(derived).toEqual(new Uint8Array(hkdfSync("sha256", key, "", info, 32)));
      }),
    );
  });
});

describe("sealing", () => {
  it("takes a key of 32 bytes alone", () => {
    const sealed = cryptography.seal(new Uint8Array(32), "text", "");
    for (const length of [0, 16, 31, 33]) {
      expect(() => cryptography.seal(new Uint8Array(length), "text", "")).toThrow(RangeError);
      expect(() => cryptography.open(new Uint8Array(length), sealed, "")).toThrow(RangeError);
    }
  });
});
