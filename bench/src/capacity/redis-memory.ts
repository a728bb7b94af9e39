import { setTimeout } from "node:timers/promises";
import type { RedisProcess } from "../engines/redis-process.ts";

/** Entries of keys that one script call looks at, so that none keeps Redis from answering for long. */
const entriesAtOnce = 1_000;

const look = `
local page = redis.call('SCAN', ARGV[1], 'MATCH', '*:key_*', 'COUNT', ${entriesAtOnce}, 'TYPE', 'string')
local entries, unending, longest = 0, 0, 0
for _, name in ipairs(page[2]) do
  local left = redis.call('PTTL', name)
  entries = entries + 1
  if left == -1 then unending = unending + 1 end
  if left > longest then longest = left end
end
return { page[1], entries, unending, longest }`;

interface Entries {
  readonly entries: number;
  /** Those without expiry: their budgets have yet to reach the store. */
  readonly unending: number;
  /** The longest time that any of the others stays if nobody uses its key. */
  readonly longestMs: number;
}

const readEntries = async (redis: RedisProcess, database: number): Promise<Entries> => {
  let cursor = "0";
  let found: Entries = { entries: 0, unending: 0, longestMs: 0 };
  do {
    const [next = "0", entries, unending, longestMs] = await redis.ask(database, "EVAL", look, "0", cursor);
    found = {
      entries: found.entries + Number(entries),
      unending: found.unending + Number(unending),
      longestMs: Math.max(found.longestMs, Number(longestMs)),
    };
    cursor = next;
  } while (cursor !== "0");
  return found;
};

const deliveryDeadlineMs = 180_000;
const pauseMs = 2_000;

/** The entries of keys when the store has the budgets of all, or when it should. */
export const idleEntries = async (redis: RedisProcess, database: number): Promise<Entries> => {
  const deadlineMs = performance.now() + deliveryDeadlineMs;
  let found = await readEntries(redis, database);
  while (found.unending > 0 && performance.now() < deadlineMs) {
    await setTimeout(pauseMs);
    found = await readEntries(redis, database);
  }
  return found;
};

/** What Redis uses in all, once the store has what was counted in this database. */
export const settledBytes = async (redis: RedisProcess, database: number): Promise<number> => {
  await idleEntries(redis, database);
  const lines = await redis.ask(database, "INFO", "memory");
  const bytes = Number(lines.find((line) => line.startsWith("used_memory:"))?.slice("used_memory:".length));
  if (!Number.isInteger(bytes)) throw new Error("Redis does not say how much memory it uses.");
  return bytes;
};
