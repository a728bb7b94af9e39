import type { Worker } from "node:cluster";
import type { MetricFamily } from "./metrics.ts";
import { type Gathered, isScrapeMessage, type ScrapeMessage } from "./scrape-messages.ts";

/** How long workers have to say what they count: less than a scrape may take, so that one that hangs is not the end of it. */
const answerDeadlineMs = 2_000;

type Peer = Pick<Worker, "send" | "on" | "once" | "isConnected">;

interface State {
  /** Those that serve, by the number that their metrics bear: the lowest that was free. */
  readonly numbers: Map<Peer, number>;
  readonly gatherings: Map<number, (worker: Peer, families: readonly MetricFamily[]) => void>;
  readonly deadlineMs: number;
  lastId: number;
}

export interface ScrapeRelay {
  /** From now on the worker is asked, until it ends. */
  add(worker: Peer): void;
}

/** The first process's part: whichever worker is scraped, all of them answer. */
export const createScrapeRelay = (deadlineMs: number = answerDeadlineMs): ScrapeRelay => {
  const state: State = { numbers: new Map(), gatherings: new Map(), deadlineMs, lastId: 0 };
  return {
    add: (worker) => {
      state.numbers.set(worker, lowestFree([...state.numbers.values()]));
      worker.once("exit", () => state.numbers.delete(worker));
      worker.on("message", (message: unknown) => {
        if (!isScrapeMessage(message)) return;
        if (message.scrape === "answer") state.gatherings.get(message.id)?.(worker, message.families);
        else if (message.scrape === "all") void gather(state).then((gathered) => tell(worker, { scrape: "gathered", id: message.id, gathered }));
      });
    },
  } satisfies ScrapeRelay;
};

const lowestFree = (taken: readonly number[]): number => {
  let number = 1;
  while (taken.includes(number)) number++;
  return number;
};

/** A worker that is about to end may be gone by now; then nobody waits for the answer. */
const tell = (worker: Peer, message: ScrapeMessage): void => {
  if (worker.isConnected()) worker.send(message, () => {});
};

const gather = (state: State): Promise<Gathered> =>
  new Promise((resolve) => {
    state.lastId += 1;
    const id = state.lastId;
    const asked = [...state.numbers];
    const waiting = new Set(asked.map(([worker]) => worker));
    const answers = new Map<Peer, readonly MetricFamily[]>();
    const finish = (): void => {
      clearTimeout(timer);
      state.gatherings.delete(id);
      const workers = asked.flatMap(([worker, number]) => {
        const families = answers.get(worker);
        return families === undefined ? [] : [{ worker: String(number), families }];
      });
      resolve({ workers, silent: waiting.size });
    };
    const timer = setTimeout(finish, state.deadlineMs);
    state.gatherings.set(id, (worker, families) => {
      if (!waiting.delete(worker)) return;
      answers.set(worker, families);
      if (waiting.size === 0) finish();
    });
    for (const [worker] of asked) tell(worker, { scrape: "one", id });
  });
