import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cryptography } from "../ports/keyed-hash.ts";

const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const hexOf = (base64url: string): string => Buffer.from(base64url, "base64url").toString("hex");
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const bytes = (value: number, count: number): Uint8Array => new Uint8Array(count).fill(value);

/** RFC 4231, the cases whose data is text. */
const hmacVectors: readonly { readonly section: string; readonly key: Uint8Array; readonly text: string; readonly digest: string }[] = [
  { section: "4.2", key: bytes(0x0b, 20), text: "Hi There", digest: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
  { section: "4.3", key: utf8("Jefe"), text: "what do ya want for nothing?", digest: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
  { section: "4.6", key: bytes(0x0c, 20), text: "Test With Truncation", digest: "a3b6167473100ee06e0c796c2955552b" },
  {
    section: "4.7",
    key: bytes(0xaa, 131),
    text: "Test Using Larger Than Block-Size Key - Hash Key First",
    digest: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
  },
  {
    section: "4.8",
    key: bytes(0xaa, 131),
    text: "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
    digest: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
  },
];

/** Cases 13 and 14 of McGrew and Viega, "The Galois/Counter Mode of Operation": nonce, ciphertext and tag under a key of zeros. */
const sealVectors: readonly (readonly [text: string, sealedHex: string])[] = [
  ["", `${"00".repeat(12)}530f8afbc74536b9a963b4f1c4cb738b`],
  ["\0".repeat(16), `${"00".repeat(12)}cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919`],
];

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const key = bytes(7, 32);

const keyedHashContract = ({ keyedHash }: Cryptography): void => {
  it.each(hmacVectors)("computes HMAC-SHA-256 as RFC 4231 section $section does", ({ key: given, text, digest }) => {
    const keyed = keyedHash(given)(text);
    expect(keyed).toMatch(/^[\w-]{43}$/);
    expect(hexOf(keyed).slice(0, digest.length)).toBe(digest);
  });

  it("answers the same whatever it was asked before, and whatever becomes of the key's bytes", () => {
    const own = Uint8Array.from(key);
    const hash = keyedHash(own);
    const other = keyedHash(bytes(8, 32));
    const [short, long] = ["pm_live_1", "ä".repeat(5000)];
    const before = [hash(short), hash(long), other(short)];
    own.fill(0);
    expect([hash(short), hash(long), other(short)]).toEqual(before);
    expect(new Set(before).size).toBe(3);
  });
};

const markerContract = ({ marker, keyedHash }: Cryptography): void => {
  it("marks a text with SHA-256 over the key and the text, whatever becomes of the key's bytes", () => {
    const own = bytes(0x61, 32);
    const mark = marker(own);
    own.fill(0);
    // FIPS 180-2 appendix B.3: the digest of a million times "a".
    const million = hexOf(Buffer.from(mark("a".repeat(1_000_000 - 32)), "latin1").toString("base64url"));
    expect(million).toBe("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    expect(mark("")).toBe(marker(bytes(0x61, 32))(""));
  });

  it("marks each text differently under each key, short and long in any order, and otherwise than the keyed hash", () => {
    const [one, other] = [marker(key), marker(bytes(8, 32))];
    const texts = ["", "pm_live_1", "pm_live_2", "pm_live_", "ä".repeat(5000), "pm_live_1"];
    const marks = texts.flatMap((text) => [one(text), other(text)]);
    expect(new Set(marks).size).toBe(2 * new Set(texts).size);
    expect(new Set(marks.map(({ length }) => length))).toEqual(new Set([32]));
    expect(Buffer.from(one("pm_live_1"), "latin1").toString("base64url")).not.toBe(keyedHash(key)("pm_live_1"));
  });
};

const sealContract = ({ seal, open }: Cryptography): void => {
  it.each(sealVectors)("opens %j as the specification of GCM seals it", (text, sealedHex) => {
    expect(open(bytes(0, 32), Buffer.from(sealedHex, "hex").toString("base64url"), "")).toBe(text);
  });

  it("opens any text under its own key and context, and hides it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (text, context) => {
        const sealed = seal(key, text, context);
        expect(sealed).toMatch(/^[\w-]{38,}$/);
        expect(open(key, sealed, context)).toBe(text);
      }),
    );
    expect(hexOf(seal(key, "a secret text", ""))).not.toContain(Buffer.from("a secret text").toString("hex"));
  });

  it("seals the same text differently each time", () => {
    expect(new Set(Array.from({ length: 1000 }, () => seal(key, "text", "context").slice(0, 16))).size).toBe(1000);
  });

  it("opens nothing under another context or another key", () => {
    const sealed = seal(key, "text", "context");
    for (const context of ["", "contex", "context ", "Context"]) expect(open(key, sealed, context)).toBeUndefined();
    for (let index = 0; index < key.length; index += 1) {
      const other = Uint8Array.from(key, (byte, at) => (at === index ? byte ^ 1 : byte));
      expect(open(other, sealed, "context")).toBeUndefined();
    }
  });

  it("opens nothing in which a character was changed, to whatever it was", () => {
    const sealed = seal(key, "some text", "context");
    for (let index = 0; index < sealed.length; index += 1) {
      for (const character of `${alphabet}+/= \n.ä`) {
        const changed = sealed.slice(0, index) + character + sealed.slice(index + 1);
        expect(open(key, changed, "context")).toBe(changed === sealed ? "some text" : undefined);
      }
    }
  });

  it("opens nothing that was cut or added to", () => {
    const sealed = seal(key, "some text", "context");
    for (let length = 0; length < sealed.length; length += 1) {
      expect(open(key, sealed.slice(0, length), "context")).toBeUndefined();
      expect(open(key, sealed.slice(length + 1), "context")).toBeUndefined();
    }
    for (const added of [" ", "=", "A", "AAAA", "\n", sealed]) expect(open(key, sealed + added, "context")).toBeUndefined();
  });
};

/** What every driver of cryptography promises. */
export const cryptographyContract = (name: string, cryptography: Cryptography): void => {
  describe(`${name} keeps the promises of cryptography`, () => {
    keyedHashContract(cryptography);
    markerContract(cryptography);
    sealContract(cryptography);

    it("derives a key as RFC 5869 appendix A.3 does, without a salt", () => {
      const derived = cryptography.deriveKey(bytes(0x0b, 22), "");
      expect(derived).toEqual(fromHex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
    });

    it("derives a key of its own for each purpose", () => {
      const derived = ["", "a", "b", "ä"].map((info) => Buffer.from(cryptography.deriveKey(key, info)).toString("hex"));
      expect(new Set(derived).size).toBe(4);
    });

    it("tells equal texts from others, of any length and in any characters", () => {
      const text = fc.string({ unit: "binary" });
      fc.assert(fc.property(text, text, (left, right) => cryptography.equal(left, right) === (left === right)));
      fc.assert(fc.property(text, (same) => cryptography.equal(same, `${same}`)));
      for (const [left, right] of [
        ["a", "b"],
        ["", "a"],
        ["a", "a\0"],
        ["\ud800", "\ud801"],
        ["é", "e\u0301"],
      ] as const) {
        expect(cryptography.equal(left, right)).toBe(false);
      }
    });
  });
};
