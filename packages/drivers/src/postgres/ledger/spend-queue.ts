import { Unavailable } from "@keywright/core";

export interface QueueOptions<Request, Result> {
  /** Settles a batch, one result a request. Whatever it rejects with, all requests of the batch do. */
  readonly run: (requests: readonly Request[]) => Promise<readonly Result[]>;
  /** As soon as so many wait, a batch goes; else at the end of the tick. */
  readonly flushAt: number;
  readonly maxBatch: number;
  /** Batches that are under way at once; while they are, requests gather for the next. */
  readonly maxBatches: number;
  /** Requests that may wait; one more is refused. */
  readonly maxWaiting: number;
  /** How long a request may wait for its batch to begin. */
  readonly deadlineMs: number;
}

interface SpendQueue<Request, Result> {
  /** Rejects with `Unavailable("ledger")` where the queue is full or closed, or the wait too long. */
  add(request: Request): Promise<Result>;
  /** Takes nothing more; resolves when all that was taken is settled. */
  close(): Promise<void>;
}

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly dueMs: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface State<Request, Result> {
  readonly options: QueueOptions<Request, Result>;
  waiting: Waiting<Request, Result>[];
  readonly running: Set<Promise<void>>;
  closed: boolean;
  /** Whether the end of the tick will flush. */
  flushing: boolean;
  /** Fires when the first that waits has waited too long. */
  timer: NodeJS.Timeout | undefined;
}

/** Gathers single requests into batches. A lone one goes at the end of its tick: it never waits for a timer. */
export const createSpendQueue = <Request, Result>(options: QueueOptions<Request, Result>): SpendQueue<Request, Result> => {
  const state: State<Request, Result> = { options, waiting: [], running: new Set(), closed: false, flushing: false, timer: undefined };
  return {
    add: (request) => new Promise((resolve, reject) => add(state, { request, dueMs: performance.now() + options.deadlineMs, resolve, reject })),
    close: async () => {
      state.closed = true;
      while (state.waiting.length > 0 || state.running.size > 0) {
        flush(state);
        await Promise.race(state.running);
      }
    },
  };
};

const add = <Request, Result>(state: State<Request, Result>, waiting: Waiting<Request, Result>): void => {
  const refusal = refusalOf(state);
  if (refusal !== undefined) {
    waiting.reject(new Unavailable("ledger", new Error(refusal)));
    return;
  }
  state.waiting.push(waiting);
  if (state.waiting.length >= state.options.flushAt) flush(state);
  else flushAtEndOfTick(state);
};

const refusalOf = <Request, Result>({ closed, waiting, options }: State<Request, Result>): string | undefined => {
  if (closed) return "The ledger is closed.";
  return waiting.length >= options.maxWaiting ? "Too many requests wait for the ledger." : undefined;
};

const flushAtEndOfTick = <Request, Result>(state: State<Request, Result>): void => {
  if (state.flushing) return;
  state.flushing = true;
  setImmediate(() => {
    state.flushing = false;
    flush(state);
  });
};

const flush = <Request, Result>(state: State<Request, Result>): void => {
  const { maxBatch, maxBatches } = state.options;
  while (state.waiting.length > 0 && state.running.size < maxBatches) {
    const batch = state.waiting.splice(0, maxBatch);
    const run = settle(state, batch).finally(() => {
      state.running.delete(run);
      flush(state);
    });
    state.running.add(run);
  }
  watch(state);
};

const settle = async <Request, Result>({ options }: State<Request, Result>, batch: readonly Waiting<Request, Result>[]): Promise<void> => {
  try {
    const results = await options.run(batch.map(({ request }) => request));
    batch.forEach(({ resolve, reject }, index) => {
      const result = results[index];
      if (result === undefined) reject(new TypeError("A request of the batch has no result."));
      else resolve(result);
    });
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
};

/** One timer for the whole queue: it is in the order of its deadlines. */
const watch = <Request, Result>(state: State<Request, Result>): void => {
  const [first] = state.waiting;
  if (first === undefined) {
    clearTimeout(state.timer);
    state.timer = undefined;
    return;
  }
  state.timer ??= setTimeout(() => {
    state.timer = undefined;
    expire(state);
    watch(state);
  }, first.dueMs - performance.now());
};

const expire = <Request, Result>(state: State<Request, Result>): void => {
  const nowMs = performance.now();
  const standing = state.waiting.findIndex(({ dueMs }) => dueMs > nowMs);
  const late = state.waiting.splice(0, standing === -1 ? state.waiting.length : standing);
  for (const { reject } of late) reject(new Unavailable("ledger", new Error(`No batch began within ${state.options.deadlineMs} ms.`)));
};
