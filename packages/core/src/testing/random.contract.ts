import { describe, expect, it } from "vitest";
import type { Random } from "../ports/random.ts";

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** What every source of randomness promises. */
export const randomContract = (name: string, random: Random): void => {
  describe(`${name} keeps the promises of randomness`, () => {
    it.each([0, 1, 16, 32, 1000])("gives %i bytes when asked for them", (count) => {
      expect(random.bytes(count)).toHaveLength(count);
    });

    it("never gives the same 16 bytes again", () => {
      expect(new Set(Array.from({ length: 10_000 }, () => hexOf(random.bytes(16)))).size).toBe(10_000);
    });

    it("gives every byte about as often as any other", () => {
      const counts = new Array<number>(256).fill(0);
      for (const byte of random.bytes(256 * 400)) counts[byte] = (counts[byte] ?? 0) + 1;
      // 400 expected, standard deviation 20: ten of them either way is beyond chance.
      expect(Math.min(...counts)).toBeGreaterThan(200);
      expect(Math.max(...counts)).toBeLessThan(600);
    });

    it("makes UUIDs of version 7 and of the variant of RFC 9562", () => {
      const uuid = hexOf(random.uuidV7());
      expect(uuid).toMatch(/^[0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
    });

    it("makes UUIDs that sort in the order they were made, and leaves them alone afterwards", () => {
      const made = Array.from({ length: 10_000 }, () => random.uuidV7());
      const spelled = made.map(hexOf);
      expect(spelled.toSorted()).toEqual(spelled);
      expect(new Set(spelled).size).toBe(10_000);
    });
  });
};
