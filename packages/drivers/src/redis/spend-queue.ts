import { Unavailable } from "@keywright/core";

export interface Waiting<Request, Result> {
  readonly request: Request;
  /** How many requests this one stands for: as many as could not be told from it while it waited. */
  times: number;
  /** The one of the same batch that it stands behind: it is undone, and its result undefined, where that one is refused. */
  readonly behind: Waiting<Request, Result> | undefined;
  /** Its number in its batch, from 1, once it has been sent. */
  number: number;
  readonly result: Promise<Result | undefined>;
  readonly resolve: (result: Result | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

interface Options<Request, Result> {
  /** As soon as so many wait, a batch leaves. */
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

interface SpendQueue<Request, Result> {
  spend(request: Request): Promise<Result>;
  /** The second in the same batch as the first, and after it. */
  spendBehind(first: Request, request: Request): Promise<Result | undefined>;
}

interface Gathering<Request, Result> extends Options<Request, Result> {
  waiting: Waiting<Request, Result>[];
  /** Those that later ones may join. */
  readonly shared: Waiting<Request, Result>[];
  isScheduled: boolean;
  underWay: number;
  readonly endTurn: () => void;
}

/** Different shareable requests of one batch that later ones are compared with. */
const maxShared = 4;

/**
 * Gathers requests into batches: a full one leaves at once, any other at the end of the event loop's turn. So a lone request never waits for a timer.
 * Requests that cannot be told apart are sent as one: whoever joins one that waits asked before it was sent.
 */
export const createSpendQueue = <Request, Result>(options: Options<Request, Result>): SpendQueue<Request, Result> => {
  const state: Gathering<Request, Result> = {
    ...options,
    waiting: [],
    shared: [],
    isScheduled: false,
    underWay: 0,
    endTurn: () => {
      state.isScheduled = false;
      flush(state);
    },
  };
  return {
    spend: (request) => {
      if (state.underWay >= state.maxUnderWay) return Promise.reject(overfull());
      const { result } = join(state, request);
      leave(state);
      // What stands behind nothing has a result.
      return result as Promise<Result>;
    },
    spendBehind: (first, request) => {
      if (state.underWay >= state.maxUnderWay) return Promise.reject(overfull());
      const before = join(state, first);
      // Where nobody waits for the first itself, its failure is heard from what stands behind it: unheard, it would end the process.
      if (before.times === 1) before.result.catch(() => {});
      const { result } = gather(state, request, before);
      leave(state);
      return result;
    },
  };
};

const overfull = (): Unavailable => new Unavailable("ledger", new Error("Too many requests are under way."));

/** Takes a request into the batch, as part of one that is there already where that is the same. */
const join = <Request, Result>(state: Gathering<Request, Result>, request: Request): Waiting<Request, Result> => {
  if (!state.isShareable(request)) return gather(state, request, undefined);
  for (const same of state.shared) {
    if (!state.isSame(same.request, request)) continue;
    same.times += 1;
    return same;
  }
  const waiting = gather(state, request, undefined);
  if (state.shared.length < maxShared) state.shared.push(waiting);
  return waiting;
};

const gather = <Request, Result>(
  state: Gathering<Request, Result>,
  request: Request,
  behind: Waiting<Request, Result> | undefined,
): Waiting<Request, Result> => {
  const waiting = createWaiting(request, behind);
  state.underWay += 1;
  state.waiting.push(waiting);
  return waiting;
};

const leave = <Request, Result>(state: Gathering<Request, Result>): void => {
  if (state.waiting.length >= state.batchSize) flush(state);
  else if (!state.isScheduled) {
    state.isScheduled = true;
    setImmediate(state.endTurn);
  }
};

const flush = <Request, Result>(state: Gathering<Request, Result>): void => {
  const batch = state.waiting;
  if (batch.length === 0) return;
  state.waiting = [];
  state.shared.length = 0;
  const settled = (): void => {
    state.underWay -= batch.length;
  };
  state.send(batch).then(settled, settled);
};

type Settle<Request, Result> = Pick<Waiting<Request, Result>, "resolve" | "reject">;

const createWaiting = <Request, Result>(request: Request, behind: Waiting<Request, Result> | undefined): Waiting<Request, Result> => {
  let settle: Settle<Request, Result> | undefined;
  const result = new Promise<Result | undefined>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A promise calls its executor before it is there itself.
  const { resolve, reject } = settle as unknown as Settle<Request, Result>;
  return { request, times: 1, behind, number: 0, result, resolve, reject };
};
