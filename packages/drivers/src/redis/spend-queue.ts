import { Unavailable } from "@keywright/core";

export interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

interface Options<Request, Result> {
  readonly batchSize: number;
  /** Requests that may be under way at once; the next one is refused. */
  readonly maxUnderWay: number;
  /** Settles every one of the batch. */
  readonly send: (batch: readonly Waiting<Request, Result>[]) => Promise<void>;
}

/** Gathers requests into batches: a full one leaves at once, any other at the end of the event loop's turn. So a lone request never waits for a timer. */
export const createSpendQueue = <Request, Result>({ batchSize, maxUnderWay, send }: Options<Request, Result>) => {
  const state: { waiting: Waiting<Request, Result>[]; isScheduled: boolean; underWay: number } = { waiting: [], isScheduled: false, underWay: 0 };
  const flush = (): void => {
    const batch = state.waiting;
    if (batch.length === 0) return;
    state.waiting = [];
    const settled = (): void => {
      state.underWay -= batch.length;
    };
    send(batch).then(settled, settled);
  };
  const endTurn = (): void => {
    state.isScheduled = false;
    flush();
  };
  return (request: Request): Promise<Result> =>
    new Promise((resolve, reject) => {
      if (state.underWay >= maxUnderWay) return reject(new Unavailable("ledger", new Error("Too many requests are under way.")));
      state.underWay += 1;
      state.waiting.push({ request, resolve, reject });
      if (state.waiting.length >= batchSize) flush();
      else if (!state.isScheduled) {
        state.isScheduled = true;
        setImmediate(endTurn);
      }
    });
};
