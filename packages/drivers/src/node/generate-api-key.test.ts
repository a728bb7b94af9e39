import { parseKey } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { hashAPIKey, verifyAPIKey } from "./api-key-hash.ts";
import { generateAPIKey } from "./generate-api-key.ts";

describe("generateAPIKey", () => {
  it("makes pm_live_ and 32 characters by default, with a checksum that holds", () => {
    const key = generateAPIKey();
    expect(key).toMatch(/^pm_live_[0-9A-Za-z]{32}$/);
    expect(parseKey({ prefix: "pm", bodyLength: 32 }, key)).toBe("live");
    expect(generateAPIKey()).not.toBe(key);
  });

  it("takes a prefix, an environment and a length, and refuses what no key can be", () => {
    expect(generateAPIKey({ prefix: "acme", environment: "test", bodyLength: 60 })).toMatch(/^acme_test_[0-9A-Za-z]{60}$/);
    expect(generateAPIKey({ bodyLength: 64 }).length).toBe(72);
    expect(() => generateAPIKey({ prefix: "acme", bodyLength: 64 })).toThrow(/bodyLength must be 32 to 62/);
    expect(() => generateAPIKey({ prefix: "Pm" })).toThrow(/prefix/);
    expect(() => generateAPIKey({ environment: "root" })).toThrow(/environment/);
    expect(() => generateAPIKey({ bodyLength: 31 })).toThrow(RangeError);
  });

  it("makes keys that hashAPIKey and verifyAPIKey take", async () => {
    const key = generateAPIKey();
    const hash = await hashAPIKey(key, { cost: 4 });
    expect(await verifyAPIKey(key, hash)).toBe(true);
    expect(await verifyAPIKey(generateAPIKey(), hash)).toBe(false);
  });
});
