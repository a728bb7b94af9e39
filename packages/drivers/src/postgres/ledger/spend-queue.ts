import { Unavailable } from "@keywright/core";

/** A request as its batch has it. */
export interface Queued<Request> {
  readonly request: Request;
  /** How many requests it stands for: as many as could not be told from it while it waited. */
  readonly times: number;
  /** The number in its batch, from 1, of the request that it stands behind; 0: none. */
  readonly behind: number;
}

export interface QueueOptions<Request, Result> {
  /** Settles a batch, one result a request; undefined where it stood behind one that was refused. Whatever it rejects with, all requests of the batch do. */
  readonly run: (batch: readonly Queued<Request>[]) => Promise<readonly (Result | undefined)[]>;
  /** Whether one that others stand behind can be told from another such one; where not, they are one in their batch. */
  readonly isSame: (one: Request, other: Request) => boolean;
  /** As soon as so many wait, a batch goes; else at the end of the tick. */
  readonly flushAt: number;
  /** At least 2. */
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
  /** The second in the same batch as the first, and after it. undefined: the first was refused. */
  addBehind(first: Request, request: Request): Promise<Result | undefined>;
  /** Takes nothing more; resolves when all that was taken is settled. */
  close(): Promise<void>;
}

interface Waiting<Request, Result> {
  readonly request: Request;
  /** One that others stand behind is there as long as they are: how many, by `times`. Nobody waits for it itself. */
  times: number;
  readonly behind: Waiting<Request, Result> | undefined;
  /** In its batch, from 1, once that has begun. */
  number: number;
  readonly to: Caller<Result> | undefined;
}

interface Caller<Result> {
  readonly dueMs: number;
  readonly resolve: (result: Result | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A batch that gathers. What stands behind another request is in its batch, so a batch is never cut. */
interface Batch<Request, Result> {
  requests: Waiting<Request, Result>[];
  /** Those of them that others stand behind. */
  firsts: Waiting<Request, Result>[];
}

interface State<Request, Result> {
  readonly options: QueueOptions<Request, Result>;
  /** In the order of their deadlines; the last one may have room. */
  batches: Batch<Request, Result>[];
  /** Requests in all of them. */
  waiting: number;
  readonly running: Set<Promise<void>>;
  closed: boolean;
  /** Whether the end of the tick will flush. */
  flushing: boolean;
  /** Fires when the first that waits has waited too long. */
  timer: NodeJS.Timeout | undefined;
}

/** Gathers single requests into batches. A lone one goes at the end of its tick: it never waits for a timer. */
export const createSpendQueue = <Request, Result>(options: QueueOptions<Request, Result>): SpendQueue<Request, Result> => {
  const state: State<Request, Result> = { options, batches: [], waiting: 0, running: new Set(), closed: false, flushing: false, timer: undefined };
  return {
    // What stands behind nothing has a result.
    add: (request) => gather(state, undefined, request) as Promise<Result>,
    addBehind: (first, request) => gather(state, first, request),
    close: async () => {
      state.closed = true;
      while (state.batches.length > 0 || state.running.size > 0) {
        flush(state);
        await Promise.race(state.running);
      }
    },
  };
};

const gather = <Request, Result>(state: State<Request, Result>, first: Request | undefined, request: Request): Promise<Result | undefined> => {
  const refusal = refusalOf(state);
  if (refusal !== undefined) return Promise.reject(new Unavailable("ledger", new Error(refusal)));
  return new Promise((resolve, reject) => {
    const to = { dueMs: performance.now() + state.options.deadlineMs, resolve, reject };
    const { batch, behind } = first === undefined ? { batch: batchWithRoom(state, 1), behind: undefined } : placeBehind(state, first);
    put(state, batch, { request, times: 1, behind, number: 0, to });
    if (state.waiting >= state.options.flushAt) flush(state);
    else flushAtEndOfTick(state);
  });
};

const refusalOf = <Request, Result>({ closed, waiting, options }: State<Request, Result>): string | undefined => {
  if (closed) return "The ledger is closed.";
  return waiting >= options.maxWaiting ? "Too many requests wait for the ledger." : undefined;
};

const batchWithRoom = <Request, Result>({ batches, options }: State<Request, Result>, room: number): Batch<Request, Result> => {
  const last = batches.at(-1);
  if (last !== undefined && last.requests.length + room <= options.maxBatch) return last;
  const batch: Batch<Request, Result> = { requests: [], firsts: [] };
  batches.push(batch);
  return batch;
};

const put = <Request, Result>(state: State<Request, Result>, batch: Batch<Request, Result>, waiting: Waiting<Request, Result>): void => {
  batch.requests.push(waiting);
  state.waiting += 1;
};

/** Where the first is, or comes to be: a batch that has room for one behind it. */
const placeBehind = <Request, Result>(state: State<Request, Result>, first: Request) => {
  const last = batchWithRoom(state, 1);
  const same = last.firsts.find(({ request }) => state.options.isSame(request, first));
  if (same !== undefined) {
    same.times += 1;
    return { batch: last, behind: same };
  }
  const batch = batchWithRoom(state, 2);
  const behind: Waiting<Request, Result> = { request: first, times: 1, behind: undefined, number: 0, to: undefined };
  put(state, batch, behind);
  batch.firsts.push(behind);
  return { batch, behind };
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
  while (state.running.size < state.options.maxBatches) {
    const batch = state.batches.shift();
    if (batch === undefined) break;
    state.waiting -= batch.requests.length;
    const run = settle(state, batch.requests).finally(() => {
      state.running.delete(run);
      flush(state);
    });
    state.running.add(run);
  }
  watch(state);
};

const settle = async <Request, Result>({ options }: State<Request, Result>, batch: readonly Waiting<Request, Result>[]): Promise<void> => {
  try {
    const results = await options.run(batch.map(toQueued));
    batch.forEach(({ to, behind }, index) => {
      const result = results[index];
      if (result === undefined && behind === undefined) to?.reject(new TypeError("A request of the batch has no result."));
      else to?.resolve(result);
    });
  } catch (error) {
    for (const { to } of batch) to?.reject(error);
  }
};

const toQueued = <Request, Result>(waiting: Waiting<Request, Result>, index: number): Queued<Request> => {
  const { request, times, behind } = waiting;
  waiting.number = index + 1;
  return { request, times, behind: behind === undefined ? 0 : behind.number };
};

/** One timer for the whole queue: it is in the order of its deadlines. */
const watch = <Request, Result>(state: State<Request, Result>): void => {
  const dueMs = state.batches[0]?.requests.find(({ to }) => to !== undefined)?.to?.dueMs;
  if (dueMs === undefined) {
    clearTimeout(state.timer);
    state.timer = undefined;
    return;
  }
  state.timer ??= setTimeout(() => {
    state.timer = undefined;
    expire(state);
    watch(state);
  }, dueMs - performance.now());
};

const expire = <Request, Result>(state: State<Request, Result>): void => {
  const nowMs = performance.now();
  for (const batch of state.batches) {
    const isLate = ({ to }: Waiting<Request, Result>): boolean => to !== undefined && to.dueMs <= nowMs;
    const late = batch.requests.filter(isLate);
    if (late.length === 0) break;
    for (const { to, behind } of late) {
      if (behind !== undefined) behind.times -= 1;
      to?.reject(new Unavailable("ledger", new Error(`No batch began within ${state.options.deadlineMs} ms.`)));
    }
    const stands = (waiting: Waiting<Request, Result>): boolean => waiting.times > 0 && !isLate(waiting);
    state.waiting -= batch.requests.length;
    batch.requests = batch.requests.filter(stands);
    batch.firsts = batch.firsts.filter(stands);
    state.waiting += batch.requests.length;
  }
  state.batches = state.batches.filter(({ requests }) => requests.length > 0);
};
