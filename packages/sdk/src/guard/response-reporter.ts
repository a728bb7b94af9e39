/** Upper ends, in milliseconds, of the steps of the latencies that are reported; a last step has what is slower. */
const latencySteps = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000] as const;

const statusClasses = ["1xx", "2xx", "3xx", "4xx", "5xx"] as const;
type StatusClass = (typeof statusClasses)[number];

/** Responses to one key at one endpoint with one class of status. */
export interface ResponseCount {
  readonly key_id: string;
  readonly endpoint: string;
  readonly status: StatusClass;
  requests: number;
  latency_ms: number;
  readonly latencies: number[];
}

export interface ResponseBatch {
  /** The same for a repetition: a batch is counted once. */
  readonly batch_id: string;
  readonly responses: readonly ResponseCount[];
}

export interface Answered {
  readonly keyId: string;
  /** Method and route template, as it was verified under. */
  readonly endpoint: string;
  readonly status: number;
  readonly latencyMs: number;
}

export interface ResponseReporter {
  /** Counts a response; costs its request no time. */
  count(answered: Answered): void;
  /** Sends what has been counted; resolves when it has been taken or given up. */
  flush(): Promise<void>;
  close(): Promise<void>;
  /** Responses that were not counted, for want of memory or because Keywright refused them. */
  readonly lost: () => number;
}

export interface ReporterDeps {
  readonly send: (batch: ResponseBatch) => Promise<unknown>;
  /** Whether a batch that failed may be taken later. */
  readonly isPassing: (error: unknown) => boolean;
  readonly everyMs: number;
}

/** Kinds of responses that are kept at once: memory is bounded whatever the routes and keys are. */
const maxKinds = 5_000;
/** As many as the server takes in one call. */
const maxPerBatch = 500;

/** Counts responses in memory and sends the counts now and then, one batch at a time, each counted exactly once by its id. */
export const createReporter = (deps: ReporterDeps): ResponseReporter => {
  const state: { counts: Map<string, ResponseCount>; unsent: ResponseBatch[]; flushing: Promise<void> | undefined; timer: Timer | undefined; lost: number } = {
    counts: new Map(),
    unsent: [],
    flushing: undefined,
    timer: undefined,
    lost: 0,
  };
  const give = (count: ResponseCount): void => {
    state.lost += count.requests;
  };
  const pack = (): void => {
    const counts = [...state.counts.values()];
    state.counts = new Map();
    for (let first = 0; first < counts.length; first += maxPerBatch) {
      const responses = counts.slice(first, first + maxPerBatch);
      if (state.unsent.length * maxPerBatch < maxKinds) state.unsent.push({ batch_id: crypto.randomUUID(), responses });
      else responses.forEach(give);
    }
  };
  const sendAll = async (): Promise<void> => {
    pack();
    for (let batch = state.unsent[0]; batch !== undefined; batch = state.unsent[0]) {
      try {
        await deps.send(batch);
      } catch (error) {
        if (deps.isPassing(error)) return;
        batch.responses.forEach(give);
      }
      state.unsent.shift();
    }
  };
  const flush = (): Promise<void> => {
    state.flushing ??= sendAll().finally(() => {
      state.flushing = undefined;
    });
    return state.flushing;
  };
  const arm = (): void => {
    if (state.timer !== undefined) return;
    state.timer = setTimeout(() => {
      state.timer = undefined;
      flush().then(
        () => state.unsent.length > 0 && arm(),
        () => {},
      );
    }, deps.everyMs);
    // A process that has nothing else to do ends; whoever wants the last counts closes the guard.
    if (typeof state.timer === "object") state.timer.unref();
  };
  return {
    count: (answered) => {
      const kind = kindOf(answered);
      const found = state.counts.get(kind.name) ?? (state.counts.size < maxKinds ? newCount(state.counts, kind) : undefined);
      if (found === undefined) state.lost++;
      else add(found, answered.latencyMs);
      arm();
    },
    flush,
    close: async () => {
      clearTimeout(state.timer);
      await flush();
      // What was counted while a batch was on its way.
      if (state.counts.size > 0) await flush();
    },
    lost: () => state.lost,
  };
};

type Timer = ReturnType<typeof setTimeout>;

interface Kind extends Pick<ResponseCount, "key_id" | "endpoint" | "status"> {
  readonly name: string;
}

const kindOf = ({ keyId, endpoint, status }: Answered): Kind => {
  const statusClass = statusClasses[Math.floor(status / 100) - 1] ?? "5xx";
  return { name: `${keyId} ${statusClass} ${endpoint}`, key_id: keyId, endpoint, status: statusClass };
};

const newCount = (counts: Map<string, ResponseCount>, { name, ...kind }: Kind): ResponseCount => {
  const count = { ...kind, requests: 0, latency_ms: 0, latencies: Array.from({ length: latencySteps.length + 1 }, () => 0) };
  counts.set(name, count);
  return count;
};

const add = (count: ResponseCount, latencyMs: number): void => {
  const step = latencySteps.findIndex((end) => latencyMs <= end);
  const place = step === -1 ? latencySteps.length : step;
  count.requests++;
  count.latency_ms += Math.round(latencyMs);
  count.latencies[place] = (count.latencies[place] ?? 0) + 1;
};
