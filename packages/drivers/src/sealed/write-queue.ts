import { Unavailable } from "@keywright/core";
import { type Change, countFitting, planBatch } from "./batch.ts";
import type { LogKeeper } from "./log-keeper.ts";

/** Changes that may wait; the next one is refused. */
const QUEUE_LIMIT = 4096;

interface Waiting {
  readonly change: Change;
  settle(holds: boolean): void;
  fail(error: Unavailable): void;
}

/** Changes in the order they came, as many to an append as wait for it. Tidies the file first, while others read. */
export const createWriteQueue = (keeper: LogKeeper) => {
  let waiting: Waiting[] = [];

  const takeFitting = (): readonly Waiting[] => {
    const count = countFitting(waiting.map(({ change }) => change));
    const taken = waiting.slice(0, count);
    waiting = waiting.slice(count);
    return taken;
  };

  const commit = async (taken: readonly Waiting[]): Promise<void> => {
    try {
      const batch = planBatch(
        keeper.log(),
        taken.map(({ change }) => change),
      );
      await keeper.add(batch);
      for (const [index, { settle }] of taken.entries()) settle(batch.outcomes[index] ?? false);
    } catch (cause) {
      for (const { fail } of taken) fail(new Unavailable("secret-store", cause));
    }
  };

  const drain = async (): Promise<void> => {
    // All that is asked for in this tick shares the first append.
    await Promise.resolve();
    while (waiting.length > 0) {
      await commit(takeFitting());
      await keeper.tidy();
    }
    running = undefined;
  };
  let running: Promise<void> | undefined = keeper.tidyOpened().then(drain);

  return {
    /** Whether the change holds; resolves when it is durable. */
    change: (change: Change): Promise<boolean> => {
      if (waiting.length >= QUEUE_LIMIT) return Promise.reject(new Unavailable("secret-store"));
      return new Promise((settle, fail) => {
        waiting.push({ change, settle, fail });
        running ??= drain();
      });
    },
    /** Resolves when nothing waits. */
    idle: async (): Promise<void> => await running,
  };
};
