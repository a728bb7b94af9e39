import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { UsageCount } from "../model/usage.ts";
import type { SpendRequest } from "../ports/ledger.ts";
import { createUsageTally } from "./usage-tally.ts";

const hourMs = 3_600_000;

const requestOf = (keyId: string, endpoint: string): SpendRequest => ({
  key: { id: keyId, revision: 1 },
  tenant: null,
  decided: "VALID",
  keyLimit: null,
  poolLimit: null,
  monthlyQuota: null,
  cost: 1,
  dryRun: false,
  endpoint,
  ip: null,
  install: null,
});

const open = () => {
  const made = { moves: 0 };
  const tally = createUsageTally({
    newMoveId: () => {
      made.moves += 1;
      return `mov_${made.moves}`;
    },
    readBudget: (subjectId) => ({ subjectId, bucket: null, quota: null }),
  });
  /** All that waits, as the store gets it; no move has more than 5,000 lines. */
  const leave = (): readonly UsageCount[] => {
    const counts: UsageCount[] = [];
    for (let move = tally.take(); move !== undefined; move = tally.take()) {
      expect(move.counts.length).toBeLessThanOrEqual(5_000);
      counts.push(...move.counts);
      tally.confirm(move.id);
    }
    return counts;
  };
  return { tally, leave };
};

const sum = (counts: readonly UsageCount[]): number => counts.reduce((total, { requests }) => total + requests, 0);

describe("a million distinct endpoints", () => {
  it("of one key are 200 and one, and every request is counted", () => {
    const { tally, leave } = open();
    for (let n = 0; n < 1_000_000; n++) tally.count(requestOf("key_1", `GET /${n}`), "VALID", hourMs);
    const counts = leave();
    expect([counts.length, sum(counts), counts.find(({ endpoint }) => endpoint === "other")?.requests]).toEqual([201, 1_000_000, 999_800]);
  });

  it("of many keys, while the store takes nothing, are bounded in number, and every request is counted", () => {
    const { tally, leave } = open();
    for (let n = 0; n < 1_000_000; n++) tally.count(requestOf(`key_${n % 5_000}`, `GET /${n}`), "VALID", hourMs);
    const counts = leave();
    expect(counts.length).toBeLessThanOrEqual(205_000);
    expect(sum(counts)).toBe(1_000_000);
  });

  it("of many keys, while the store takes all, are bounded by what is remembered in an hour", () => {
    const { tally, leave } = open();
    const labels = new Set<string>();
    let counted = 0;
    for (let n = 0; n < 300_000; n++) {
      tally.count(requestOf(`key_${n % 5_000}`, `GET /${n}`), "VALID", hourMs);
      if (n % 50_000 !== 49_999) continue;
      const counts = leave();
      counted += sum(counts);
      for (const { endpoint } of counts) labels.add(endpoint);
    }
    expect([labels.size, counted]).toEqual([200_001, 300_000]);
    tally.count(requestOf("key_1", "GET /next"), "VALID", 2 * hourMs);
    expect(leave()).toMatchObject([{ endpoint: "GET /next" }]);
  });
});

describe("a clock that goes back", () => {
  it("counts each request in the hour that the clock has shown, whenever it leaves", () => {
    const steps = fc.array(fc.record({ minutes: fc.integer({ min: -180, max: 180 }), key: fc.nat(2), leaves: fc.boolean() }), { maxLength: 300 });
    const property = fc.property(steps, (walk) => {
      const { tally, leave } = open();
      const [expected, seen] = [new Map<string, number>(), new Map<string, number>()];
      const add = (to: Map<string, number>, name: string, requests: number): void => void to.set(name, (to.get(name) ?? 0) + requests);
      const note = (): void => {
        for (const { keyId, hourMs: atMs, requests } of leave()) add(seen, `${keyId} ${atMs}`, requests);
      };
      let nowMs = 48 * hourMs;
      for (const [place, { minutes, key, leaves }] of walk.entries()) {
        nowMs = Math.max(0, nowMs + minutes * 60_000);
        tally.count(requestOf(`key_${key}`, `GET /${place}`), "VALID", nowMs);
        add(expected, `key_${key} ${nowMs - (nowMs % hourMs)}`, 1);
        if (leaves) note();
      }
      note();
      expect(new Map([...seen].sort())).toEqual(new Map([...expected].sort()));
    });
    fc.assert(property, { numRuns: 100 });
  });
});
