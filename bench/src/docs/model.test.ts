import { describe, expect, it } from "vitest";
import { type Costs, type Demand, predict } from "./model.ts";

const demand: Demand = { verificationsPerDay: 86_400_000, peakFactor: 2, keys: 1_000, activeKeys: 100, countsPerActiveKey: 24, busyPart: 0.5 };
const costs: Costs = {
  serverMicros: 100,
  redisMicros: 10,
  heapBytesPerRecord: 500,
  redisBytesPerKey: 200,
  postgresBytesPerKey: 800,
  postgresBytesPerActiveKey: 300,
  postgresBytesPerCount: 250,
};

describe("the model", () => {
  it("multiplies what was measured by what is asked", () => {
    expect(predict(demand, costs)).toEqual({
      meanPerSecond: 1_000,
      peakPerSecond: 2_000,
      // 2,000 × 100 µs are a fifth of a core, of which half may be busy.
      processes: 1,
      cacheBytesPerProcess: 50_000,
      redisShards: 1,
      redisBytesPerShard: 20_000,
      keyBytes: 830_000,
      countsPerDay: 2_400,
      countBytesPerDay: 600_000,
    });
  });

  it("rounds cores up, and shares keys out among shards", () => {
    const { processes, redisShards, redisBytesPerShard } = predict({ ...demand, peakFactor: 60 }, costs);
    expect(processes).toBe(12);
    expect(redisShards).toBe(2);
    expect(redisBytesPerShard).toBe(10_000);
  });

  it("grows in a straight line with the keys in use", () => {
    const one = predict(demand, costs);
    const ten = predict({ ...demand, activeKeys: 1_000 }, costs);
    expect(ten.cacheBytesPerProcess).toBe(10 * one.cacheBytesPerProcess);
    expect(ten.countsPerDay).toBe(10 * one.countsPerDay);
  });
});
