import { Unavailable } from "@keywright/core";

/** Whoever waits for one request alone, or with others that could not be told from it. */
interface Single<Result> {
  readonly result: Promise<Result | undefined>;
  readonly resolve: (result: Result | undefined) => void;
  readonly reject: (reason: unknown) => void;
}

/** Whoever waits for several requests, which may go in several batches: one promise, however many they are. */
interface Group<Result> {
  readonly settled: (Result | Unavailable | undefined)[];
  left: number;
  failed: number;
  readonly resolve: (settled: readonly (Result | Unavailable | undefined)[]) => void;
  readonly reject: (reason: unknown) => void;
}

export interface Waiting<Request, Result> {
  readonly request: Request;
  /** How many requests this one stands for: as many as could not be told from it while it waited. */
  times: number;
  /** The one of the same batch that it stands behind: it is undone, and its result undefined, where that one is refused. */
  readonly behind: Waiting<Request, Result> | undefined;
  /** Its number in its batch, from 1, once it has been sent. */
  number: number;
  readonly to: Single<Result> | Group<Result>;
  /** Its place in its group. */
  readonly place: number;
}

/** undefined: it stood behind one that was refused. */
export const settle = <Request, Result>({ to, place }: Waiting<Request, Result>, result: Result | undefined): void => {
  if ("left" in to) settlePlace(to, place, result);
  else to.resolve(result);
};

export const refuse = <Request, Result>({ to, place }: Waiting<Request, Result>, reason: unknown): void => {
  if (!("left" in to) || !(reason instanceof Unavailable)) {
    to.reject(reason);
    return;
  }
  to.failed += 1;
  settlePlace(to, place, reason);
};

const settlePlace = <Result>(group: Group<Result>, place: number, settled: Result | Unavailable | undefined): void => {
  group.settled[place] = settled;
  group.left -= 1;
  if (group.left > 0) return;
  if (group.failed === group.settled.length) group.reject(settled);
  else group.resolve(group.settled);
};

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
  /** In order, in as many batches as it takes. Rejects where all of them failed. */
  spendAll(requests: readonly Request[]): Promise<readonly (Result | Unavailable)[]>;
  /** In the same batch as the first, and after it: as many as a batch holds. undefined: the first was refused. */
  spendAllBehind(first: Request, requests: readonly Request[]): Promise<readonly (Result | Unavailable)[] | undefined>;
  /** Each in the same batch as the first, and after it, in as many batches as it takes; the first once for each. Rejects where all of them failed. */
  spendEachBehind(first: Request, requests: readonly Request[]): Promise<readonly (Result | Unavailable | undefined)[]>;
}

interface Gathering<Request, Result> extends Options<Request, Result> {
  waiting: Waiting<Request, Result>[];
  /** Those that later ones may join. */
  readonly shared: Joined<Request, Result>[];
  /** How often something was handed over since the last batch left; a request and the one that it stands behind are handed over at once. */
  calls: number;
  /** Whether the end of the task or of the turn will have the next batch leave. */
  isScheduled: boolean;
  underWay: number;
  readonly endTask: () => void;
  readonly endTurn: () => void;
}

/** Different shareable requests of one batch that later ones are compared with. */
const maxShared = 4;

/**
 * Gathers requests into batches. A full one leaves at once. Several that come in one task leave at its end: whoever makes them has gathered them. A lone one leaves at the end of the event
 * loop's turn, with those that other tasks of it bring. So none ever waits for a timer.
 * Requests that cannot be told apart are sent as one: whoever joins one that waits asked before it was sent.
 */
export const createSpendQueue = <Request, Result>(options: Options<Request, Result>): SpendQueue<Request, Result> => {
  const state: Gathering<Request, Result> = {
    ...options,
    waiting: [],
    shared: [],
    calls: 0,
    isScheduled: false,
    underWay: 0,
    endTask: () => {
      if (state.calls > 1) state.endTurn();
      else setImmediate(state.endTurn);
    },
    endTurn: () => {
      state.isScheduled = false;
      flush(state);
    },
  };
  return {
    spend: (request) => {
      if (state.underWay >= state.maxUnderWay) return Promise.reject(overfull());
      const { result } = join(state, request).to;
      leave(state);
      // What stands behind nothing has a result.
      return result as Promise<Result>;
    },
    spendBehind: (first, request) => {
      if (state.underWay >= state.maxUnderWay) return Promise.reject(overfull());
      const before = joinUnheard(state, first);
      const to = createSingle<Result>();
      gather(state, { request, to, place: 0, behind: before });
      leave(state);
      return to.result;
    },
    spendAll: (requests) => {
      if (requests.length === 0) return Promise.resolve([]);
      if (state.underWay >= state.maxUnderWay) return Promise.reject(overfull());
      return together<Result>(requests.length, (to) => {
        requests.forEach((request, place) => {
          gather(state, { request, to, place, behind: undefined });
          leave(state);
        });
        // What stands behind nothing has a result.
      }) as Promise<readonly (Result | Unavailable)[]>;
    },
    spendAllBehind: async (first, requests) => {
      if (state.underWay >= state.maxUnderWay) throw overfull();
      // Those that wait already leave without them where one batch would be too small for all.
      if (state.waiting.length + requests.length > state.batchSize) flush(state);
      const before = joinUnheard(state, first);
      const settled = await together<Result>(requests.length, (to) => {
        requests.forEach((request, place) => {
          gather(state, { request, to, place, behind: before });
        });
        leave(state);
      });
      // All of them stand behind the same one.
      return settled[0] === undefined ? undefined : (settled as readonly (Result | Unavailable)[]);
    },
    spendEachBehind: (first, requests) => {
      if (requests.length === 0) return Promise.resolve([]);
      if (state.underWay >= state.maxUnderWay) return Promise.reject(overfull());
      return together<Result>(requests.length, (to) => {
        requests.forEach((request, place) => {
          gather(state, { request, to, place, behind: joinUnheard(state, first) });
          leave(state);
        });
      });
    },
  };
};

/** One promise for so many. */
const together = <Result>(count: number, begin: (to: Group<Result>) => void): Promise<readonly (Result | Unavailable | undefined)[]> =>
  new Promise((resolve, reject) => begin({ settled: new Array(count), left: count, failed: 0, resolve, reject }));

const overfull = (): Unavailable => new Unavailable("ledger", new Error("Too many requests are under way."));

/** One that waits alone: such ones can be joined. */
type Joined<Request, Result> = Waiting<Request, Result> & { readonly to: Single<Result> };

/** Takes a request into the batch, as part of one that is there already where that is the same. */
const join = <Request, Result>(state: Gathering<Request, Result>, request: Request): Joined<Request, Result> => {
  const isShareable = state.isShareable(request);
  if (isShareable) {
    for (const same of state.shared) {
      if (!state.isSame(same.request, request)) continue;
      same.times += 1;
      return same;
    }
  }
  const waiting = gather(state, { request, to: createSingle<Result>(), place: 0, behind: undefined });
  if (isShareable && state.shared.length < maxShared) state.shared.push(waiting);
  return waiting;
};

/** The same, for one that only others wait for. */
const joinUnheard = <Request, Result>(state: Gathering<Request, Result>, request: Request): Joined<Request, Result> => {
  const joined = join(state, request);
  // Where nobody waits for it itself, its failure is heard from what stands behind it: unheard, it would end the process.
  if (joined.times === 1) joined.to.result.catch(() => {});
  return joined;
};

type Arrived<Request, Result, To> = Pick<Waiting<Request, Result>, "request" | "place" | "behind"> & { readonly to: To };

const gather = <Request, Result, To extends Waiting<Request, Result>["to"]>(
  state: Gathering<Request, Result>,
  { request, place, behind, to }: Arrived<Request, Result, To>,
) => {
  const waiting = { request, times: 1, behind, number: 0, to, place };
  state.underWay += 1;
  state.waiting.push(waiting);
  return waiting;
};

const leave = <Request, Result>(state: Gathering<Request, Result>): void => {
  state.calls += 1;
  if (state.waiting.length >= state.batchSize) flush(state);
  else if (!state.isScheduled) {
    state.isScheduled = true;
    process.nextTick(state.endTask);
  }
};

const flush = <Request, Result>(state: Gathering<Request, Result>): void => {
  const batch = state.waiting;
  if (batch.length === 0) return;
  state.waiting = [];
  state.shared.length = 0;
  state.calls = 0;
  const settled = (): void => {
    state.underWay -= batch.length;
  };
  state.send(batch).then(settled, settled);
};

const createSingle = <Result>(): Single<Result> => {
  let settle: Pick<Single<Result>, "resolve" | "reject"> | undefined;
  const result = new Promise<Result | undefined>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // A promise calls its executor before it is there itself.
  const { resolve, reject } = settle as unknown as Pick<Single<Result>, "resolve" | "reject">;
  return { result, resolve, reject };
};
