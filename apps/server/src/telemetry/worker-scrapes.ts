import { type Metrics, renderWorkers } from "./metrics.ts";
import { type Gathered, isScrapeMessage, type ScrapeMessage } from "./scrape-messages.ts";

/** The worker's end of what it has in common with the process that started it. */
export interface Parent {
  send(message: ScrapeMessage): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** Longer than the first process takes in any case. */
const answerDeadlineMs = 4_000;

/** A worker's part: it says what it counts when it is asked, and when it is scraped it has all of them asked. */
export const joinScrapes = (metrics: Pick<Metrics, "families">, parent: Parent): (() => Promise<string>) => {
  const state = { lastId: 0, waiting: new Map<number, (gathered: Gathered) => void>() };
  parent.onMessage((message) => {
    if (!isScrapeMessage(message)) return;
    if (message.scrape === "gathered") state.waiting.get(message.id)?.(message.gathered);
    // What cannot be read now is not answered, and counts as silent.
    if (message.scrape === "one")
      metrics.families().then(
        (families) => parent.send({ scrape: "answer", id: message.id, families }),
        () => {},
      );
  });
  const askAll = (): Promise<Gathered> =>
    new Promise((resolve, reject) => {
      state.lastId += 1;
      const id = state.lastId;
      const end = (): void => {
        clearTimeout(timer);
        state.waiting.delete(id);
      };
      const timer = setTimeout(() => {
        end();
        reject(new Error("The process that started this worker does not answer."));
      }, answerDeadlineMs);
      state.waiting.set(id, (gathered) => {
        end();
        resolve(gathered);
      });
      parent.send({ scrape: "all", id });
    });
  return async () => {
    const { workers, silent } = await askAll();
    return renderWorkers(workers, silent);
  };
};
