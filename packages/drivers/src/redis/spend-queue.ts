import { Unavailable } from "@keywright/core";

export interface Waiting<Request, Result> {
  readonly request: Request;
  /** How many requests this one stands for: as many as could not be told from it while it waited. */
  times: number;
  readonly result: Promise<Result>;
  readonly resolve: (result: Result) => void;
  readonly reject: (reason: unknown) => void;
}

interface Options<Request, Result> {
  readonly batchSize: number;
  /** Requests that may be under way at once; the next one is refused. */
  readonly maxUnderWay: number;
  /** Whether a request may stand for others: its answer tells nothing that only one of them may hear. */
  readonly isShareable: (request: Request) => boolean;
  /** Whether two such requests cannot be told apart. */
  readonly isSame: (one: Request, other: Request) => boolean;
  /** Settles every one of the batch. */
  readonly send: (batch: readonly Waiting<Request, Result>[]) => Promise<void>;
}

/** Different shareable requests of one batch that later ones are compared with. */
const maxShared = 4;

/**
 * Gathers requests into batches: a full one leaves at once, any other at the end of the event loop's turn. So a lone request never waits for a timer.
 * Requests that cannot be told apart are sent as one: whoever joins one that waits asked before it was sent.
 */
export const createSpendQueue = <Request, Result>(options: Options<Request, Result>) => {
  const { batchSize, maxUnderWay, isShareable, isSame, send } = options;
  const state: Gathering<Request, Result> = { waiting: [], shared: [], isScheduled: false, underWay: 0 };
  const flush = (): void => {
    const batch = state.waiting;
    if (batch.length === 0) return;
    state.waiting = [];
    state.shared.length = 0;
    const settled = (): void => {
      state.underWay -= batch.length;
    };
    send(batch).then(settled, settled);
  };
  const endTurn = (): void => {
    state.isScheduled = false;
    flush();
  };
  const gather = (request: Request): Waiting<Request, Result> => {
    const waiting = createWaiting<Request, Result>(request);
    state.underWay += 1;
    state.waiting.push(waiting);
    if (state.waiting.length >= batchSize) flush();
    else if (!state.isScheduled) {
      state.isScheduled = true;
      setImmediate(endTurn);
    }
    return waiting;
  };
  return (request: Request): Promise<Result> => {
    const canShare = isShareable(request);
    const same = canShare ? state.shared.find((waiting) => isSame(waiting.request, request)) : undefined;
    if (same !== undefined) {
      same.times += 1;
      return same.result;
    }
    if (state.underWay >= maxUnderWay) return Promise.reject(new Unavailable("ledger", new Error("Too many requests are under way.")));
    const waiting = gather(request);
    if (canShare && state.waiting.length > 0 && state.shared.length < maxShared) state.shared.push(waiting);
    return waiting.result;
  };
};

interface Gathering<Request, Result> {
  waiting: Waiting<Request, Result>[];
  readonly shared: Waiting<Request, Result>[];
  isScheduled: boolean;
  underWay: number;
}

const createWaiting = <Request, Result>(request: Request): Waiting<Request, Result> => {
  let settle: Pick<Waiting<Request, Result>, "resolve" | "reject"> | undefined;
  const result = new Promise<Result>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { request, times: 1, result, ...(settle as unknown as Pick<Waiting<Request, Result>, "resolve" | "reject">) };
};
