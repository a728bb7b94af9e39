import { randomContract } from "@keywright/core/testing";
import { describe, expect, it } from "vitest";
import { systemClock } from "./clock.ts";
import { createRandom } from "./random.ts";

randomContract("the operating system's generator", createRandom({ clock: systemClock }));

const timeOf = (uuid: Uint8Array): number => Buffer.from(uuid).readUIntBE(0, 6);
const randomAt = (times: readonly number[]) => {
  const left = [...times];
  return createRandom({ clock: { nowMs: () => left.shift() ?? 0 } });
};

describe("a UUIDv7", () => {
  it("begins with the clock's time", () => {
    const random = randomAt([1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000]);
    expect([timeOf(random.uuidV7()), timeOf(random.uuidV7()), timeOf(random.uuidV7())]).toEqual([1_700_000_000_000, 1_700_000_000_001, 1_800_000_000_000]);
  });

  it("sorts after the earlier ones when the clock steps back by an hour", () => {
    const random = randomAt([1_700_003_600_000, 1_700_000_000_000, 1_700_000_000_001, 1_700_003_600_001]);
    const made = Array.from({ length: 4 }, () => Buffer.from(random.uuidV7()).toString("hex"));
    expect(made.toSorted()).toEqual(made);
    expect(new Set(made).size).toBe(4);
  });
});
