import { describe, expect, it, onTestFinished, vi } from "vitest";
import { describeWithRedis, type RedisProcess } from "../testing/redis-engine.ts";
import { drain, ledgerOn, server } from "../testing/redis-ledgers.ts";
import { shardNames } from "./names.ts";

const { due, entry } = shardNames("kw", null);

/** Entries as `spend.lua` leaves them, so many, all listed. */
const listBudgets = (redis: RedisProcess, count: number): Promise<string> =>
  redis.cli(
    "EVAL",
    `local text = string.char(1) .. struct.pack('dI4I4dHd', 1, 5, 0, 1700000000000, 0, 0)
     for number = 1, tonumber(ARGV[1]) do
       local name = KEYS[2] .. number
       redis.call('SET', name, text)
       redis.call('RPUSH', KEYS[1], name)
     end`,
    "2",
    due,
    entry("key_"),
    String(count),
  );

/** Ids of the budgets that one delivery brings, all of it confirmed. */
const deliver = async (ledger: ReturnType<typeof ledgerOn>): Promise<readonly string[]> =>
  (await drain(ledger)).flatMap(({ budgets }) => budgets.map(({ subjectId }) => subjectId));

/** Time that passes only where it is asked for, `stepMs` each time. */
const steppedTime = (stepMs: number): void => {
  const state = { nowMs: performance.now() };
  const now = vi.spyOn(performance, "now").mockImplementation(() => {
    state.nowMs += stepMs;
    return state.nowMs;
  });
  onTestFinished(() => now.mockRestore());
};

const idsUpTo = (end: number, from = 1): readonly string[] => Array.from({ length: end - from + 1 }, (_, index) => `key_${from + index}`);

await describeWithRedis("budgets on their way to the store", () => {
  describe("one delivery", () => {
    it("brings all of them where they are few", async () => {
      const redis = await server();
      await listBudgets(redis, 1_234);
      const ledger = ledgerOn(redis.url);
      expect(await deliver(ledger)).toEqual(idsUpTo(1_234));
      expect(await deliver(ledger)).toEqual([]);
    });

    it("brings 4,000 at most where they are more, those first that wait longest", async () => {
      const redis = await server();
      await listBudgets(redis, 10_000);
      const ledger = ledgerOn(redis.url);
      expect(await deliver(ledger)).toEqual(idsUpTo(4_000));
      expect(await deliver(ledger)).toEqual(idsUpTo(8_000, 4_001));
      expect(await deliver(ledger)).toEqual(idsUpTo(10_000, 8_001));
    });

    it("brings more of very many, and goes through all of them in the end", async () => {
      const redis = await server();
      await listBudgets(redis, 60_000);
      const ledger = ledgerOn(redis.url);
      steppedTime(0);
      const first = await deliver(ledger);
      expect(first).toEqual(idsUpTo(7_500));
      const all = [...first];
      while (all.length < 60_000) all.push(...(await deliver(ledger)));
      expect(all).toEqual(idsUpTo(60_000));
      expect(await redis.cli("LLEN", due)).toBe("0");
    });

    it("brings no more than of few where that takes a second", async () => {
      const redis = await server();
      await listBudgets(redis, 60_000);
      const ledger = ledgerOn(redis.url);
      steppedTime(1_000);
      expect(await deliver(ledger)).toEqual(idsUpTo(4_000));
    });
  });
});
