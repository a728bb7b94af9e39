import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calculateSlot, clusterTags } from "./cluster-slot.ts";
import { shardNames, shardOf } from "./names.ts";

describe("the names of Redis keys", () => {
  it("have the slots that the cluster specification gives", () => {
    // Redis cluster specification: CRC16("123456789") is 0x31C3; the tag rules' own examples.
    expect(calculateSlot("123456789")).toBe(0x31c3 % 16_384);
    expect(calculateSlot("{user1000}.following")).toBe(calculateSlot("{user1000}.followers"));
    expect(calculateSlot("foo{}{bar}")).toBe(calculateSlot("foo{}{bar}"));
    expect(calculateSlot("foo{}{bar}")).not.toBe(calculateSlot("bar"));
    expect(calculateSlot("foo{{bar}}zap")).toBe(calculateSlot("{bar"));
    expect(calculateSlot("foo{bar}{zap}")).toBe(calculateSlot("bar"));
  });

  it("lead all of one shard to one slot, and the shards of a cluster evenly over all slots", () => {
    for (const tag of clusterTags) {
      const names = shardNames("kw", tag);
      const all = [names.due, names.transit, names.pages, names.page("mov_1"), names.entry("key_1"), `${names.entry("ten_1")}#`];
      expect(new Set(all.map(calculateSlot))).toEqual(new Set([calculateSlot(tag)]));
    }
    expect(clusterTags.map((tag) => Math.floor(calculateSlot(tag) / 1_024))).toEqual(Array.from({ length: 16 }, (_, shard) => shard));
  });

  it("tell what they are of", () => {
    for (const tag of [null, "7"]) {
      const names = shardNames("kw", tag);
      expect(names.subjectOf(names.entry("key_1"))).toBe("key_1");
      expect(names.pageOf(names.page("mov_1"))).toBe("mov_1");
    }
    expect(shardNames("kw", null).entry("key_1")).toBe("kw2:key_1");
  });

  it("put a key where its tenant is, whatever the key, and every tenant somewhere", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (one, other, tenant) => {
        expect(shardOf(one, tenant, 16)).toBe(shardOf(other, tenant, 16));
        expect(shardOf(one, null, 16)).toBeLessThan(16);
        expect(shardOf(one, tenant, 1)).toBe(0);
      }),
    );
    expect(new Set(Array.from({ length: 1_000 }, (_, n) => shardOf("key_1", `ten_${n}`, 16))).size).toBe(16);
  });
});
