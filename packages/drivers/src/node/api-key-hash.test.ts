import { bcryptVectors } from "@keywright/core/testing";
import { compare } from "bcrypt";
import { describe, expect, it } from "vitest";
import { hashAPIKey, verifyAPIKey } from "./api-key-hash.ts";

const key = "pm_live_0123456789abcdefghijklmnopqrstuv";

describe("hashAPIKey", () => {
  it("hashes with cost 12 unless told otherwise", async () => {
    expect(await hashAPIKey(key)).toMatch(/^\$2b\$12\$/);
    expect(await hashAPIKey(key, { cost: 5 })).toMatch(/^\$2b\$05\$/);
  });

  it("makes what any bcrypt verifies", async () => {
    const hashed = await hashAPIKey(key, { cost: 4 });
    expect(await compare(key, hashed)).toBe(true);
    expect(await verifyAPIKey(key, hashed)).toBe(true);
  });

  it.each(["k".repeat(73), "é".repeat(37), "pm_live\0"])("refuses %j, of which bcrypt would ignore a part", async (text) => {
    await expect(hashAPIKey(text, { cost: 4 })).rejects.toThrow(/at most 72 bytes .* without NUL/);
  });

  it.each([0, 3, 32, 12.5])("refuses the cost %d", async (cost) => {
    await expect(hashAPIKey(key, { cost })).rejects.toThrow(RangeError);
  });
});

describe("verifyAPIKey", () => {
  it.each(bcryptVectors)("agrees with other implementations that %j has %s", async (text, hashed) => {
    expect(await verifyAPIKey(text, hashed)).toBe(true);
    expect(await verifyAPIKey(`${text}x`, hashed)).toBe(false);
  });

  it.each(["", "no hash", key, "$2b$04$short", "$1$abcdefgh$0123456789012345678901", "$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA"])(
    "answers false for %j, which is no bcrypt hash",
    async (hashed) => {
      expect(await verifyAPIKey(key, hashed)).toBe(false);
    },
  );
});
