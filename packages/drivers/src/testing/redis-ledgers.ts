import { setImmediate as turn } from "node:timers/promises";
import type { UsageMove, UsageSource } from "@keywright/core";
import { onTestFinished } from "vitest";
import { createRedisLedger, type RedisLedger, type RedisLedgerOptions } from "../redis/ledger.ts";
import { type RedisOptions, type RedisProcess, startRedis } from "./redis-engine.ts";

const ids = { last: 0 };
export const newId = (prefix: string): string => {
  ids.last += 1;
  return `${prefix}_${ids.last}`;
};

/** A server that is stopped with the test. */
export const server = async (options: RedisOptions = {}): Promise<RedisProcess> => {
  const started = await startRedis(options);
  onTestFinished(() => started.stop());
  return started;
};

/** A ledger that is closed with the test. */
export const ledgerOn = (url: string, options: Partial<RedisLedgerOptions> = {}): RedisLedger => {
  const ledger = createRedisLedger({ connection: url, newMoveId: () => newId("mov"), ...options });
  onTestFinished(() => ledger.close());
  return ledger;
};

/** Tries again at once, until it works or ten seconds are over. */
export const eventually = async <T>(work: () => Promise<T>): Promise<T> => {
  const endMs = performance.now() + 10_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > endMs) throw error;
      await turn();
    }
  }
};

/** All that a source has, each move confirmed. */
export const drain = async (source: UsageSource): Promise<readonly UsageMove[]> => {
  const moves: UsageMove[] = [];
  for (;;) {
    const move = await source.take();
    if (move === undefined) return moves;
    moves.push(move);
    await source.confirm(move.id);
  }
};

export const requestsIn = (moves: readonly UsageMove[]): number => moves.flatMap(({ counts }) => counts).reduce((sum, { requests }) => sum + requests, 0);
