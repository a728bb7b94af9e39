import { Unavailable } from "@keywright/core";

/** At most `concurrency` works at once, the others in the order they came; `queueLimit` wait at most, and the next one is refused. */
export const takeTurns = (concurrency: number, queueLimit: number) => {
  let running = 0;
  const waiting: (() => void)[] = [];

  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (running < concurrency) {
      running += 1;
    } else {
      if (waiting.length >= queueLimit) throw new Unavailable("secret-hash");
      await new Promise<void>((start) => waiting.push(start));
    }
    try {
      return await work();
    } finally {
      // The place is handed over, not freed: who came later cannot slip in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
};
