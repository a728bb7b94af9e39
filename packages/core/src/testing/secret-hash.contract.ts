import { describe, expect, it } from "vitest";
import type { SecretHash } from "../ports/secret-hash.ts";

/**
 * Hashes that other implementations made: the first four and the last are from Openwall's tests of crypt_blowfish, the others
 * from crypt(3) of libxcrypt.
 */
export const bcryptVectors: readonly (readonly [text: string, hash: string])[] = [
  ["U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"],
  ["U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"],
  ["U*U*U", "$2a$05$XXXXXXXXXXXXXXXXXXXXXOAcXxm9kjPGEMsLznoKqmqw7tc8WCx4a"],
  ["", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"],
  ["pm_live_0123456789abcdefghijklmnopqrstuv", "$2b$04$abcdefghijklmnopqrstuuW871eJu4..jqQ8/1J4Md6hERJLWtC3u"],
  ["pm_live_0123456789abcdefghijklmnopqrstuv", "$2y$04$abcdefghijklmnopqrstuuW871eJu4..jqQ8/1J4Md6hERJLWtC3u"],
  ["pm_test_0123456789abcdefghijklmnopqrstuv", "$2a$04$ABCDEFGHIJKLMNOPQRSTUujUyWqqwboBtsStPet7BYCXD3DaMygny"],
  ["Schlüssel", "$2y$04$ABCDEFGHIJKLMNOPQRSTUuohtgH4Q8TKnScPj/m8e/7eTFH/vbTCm"],
  ["0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui"],
];

const noHashes = [
  "",
  "plain text",
  "$2b$04$CCCCCCCCCCCCCCCCCCCCC.",
  "$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  "$2b$32$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
  "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOe",
  "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW\n",
  "$2a$05$CCCCCCCCCCCCCCCCCCCCC!E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
];

const longest = "k".repeat(72);

/** What every secret hash promises. `create` gives one of a low cost, so that the tests are quick. */
export const secretHashContract = (name: string, create: () => SecretHash): void => {
  describe(`${name} keeps the promises of a secret hash`, () => {
    it("makes a salted hash that its text has, and no other", async () => {
      const { hash, compare } = create();
      const text = "pm_live_0123456789abcdefghijklmnopqrstuv";
      const [first, second] = await Promise.all([hash(text), hash(text)]);
      expect(first).toMatch(/^\$2b\$\d\d\$[./A-Za-z0-9]{53}$/);
      expect(first).not.toBe(second);
      expect(await compare(text, first)).toBe(true);
      expect(await compare(text, second)).toBe(true);
      expect(await compare(`${text.slice(0, -1)}w`, first)).toBe(false);
      expect(await compare("", first)).toBe(false);
    });

    it.each(bcryptVectors)("agrees with other implementations that %j has %s", async (text, hashed) => {
      const { compare } = create();
      expect(await compare(text, hashed)).toBe(true);
      expect(await compare(`${text.slice(0, -1)}~`, hashed)).toBe(false);
    });

    it.each(noHashes)("says that nothing has %j, which is no hash", async (hashed) => {
      expect(await create().compare("U*U", hashed)).toBe(false);
    });

    it("hashes 72 bytes, all of them", async () => {
      const { hash, compare } = create();
      const hashed = await hash(longest);
      expect(await compare(longest, hashed)).toBe(true);
      expect(await compare(`${longest.slice(0, -1)}x`, hashed)).toBe(false);
    });

    it.each([`${longest}k`, `${"k".repeat(71)}é`, "🔑".repeat(19), "before\0after", "\0"])("refuses %j, of which bcrypt would ignore a part", async (text) => {
      const { hash, compare } = create();
      await expect(hash(text)).rejects.toThrow(RangeError);
      const shorter = await hash(longest);
      expect(await compare(text, shorter)).toBe(false);
    });
  });
};
