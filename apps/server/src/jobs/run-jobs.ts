export interface Job {
  readonly name: string;
  /** Pause between the end of one run and the start of the next. */
  readonly everyMs: number;
  /** Pause before the first run; `everyMs` where left out. */
  readonly firstAfterMs?: number;
  /** How many times as long as a run took the pause after it is at least, up to ten seconds: bounds what the job takes from the requests. */
  readonly restFactor?: number;
  /** One bounded piece of work. Where it resolves with `unfinished`, the next run comes when the rest after this one is over, however long `everyMs` is. */
  readonly run: () => Promise<unknown>;
}

/** What a run resolves with that has left work behind, so that requests get their turn meanwhile. */
export const unfinished = Symbol("unfinished");

export interface JobLog {
  readonly onSuccess?: (name: string) => void;
  readonly onFailure: (name: string, error: unknown) => void;
}

export interface RunningJobs {
  /** Starts no further run and waits for those under way. */
  stop(): Promise<void>;
}

/** Runs each job again and again, one run at a time. A failure is told and the job goes on: the next run may find its engine back. */
export const runJobs = (jobs: readonly Job[], log: JobLog): RunningJobs => {
  const stops = jobs.map((job) => repeat(job, log));
  return {
    stop: async () => {
      await Promise.all(stops.map((stop) => stop()));
    },
  };
};

const longestRestMs = 10_000;

const pauseAfter = ({ everyMs, restFactor = 0 }: Job, { tookMs, result }: { readonly tookMs: number; readonly result: unknown }): number => {
  const restMs = Math.min(longestRestMs, restFactor * tookMs);
  return result === unfinished ? restMs : Math.max(everyMs, restMs);
};

const repeat = (job: Job, log: JobLog): (() => Promise<void>) => {
  const state: { timer: NodeJS.Timeout | undefined; running: Promise<void>; stopped: boolean } = {
    timer: undefined,
    running: Promise.resolve(),
    stopped: false,
  };
  const schedule = (pauseMs: number): void => {
    if (state.stopped) return;
    state.timer = setTimeout(() => {
      state.running = runOnce();
    }, pauseMs).unref();
  };
  const runOnce = async (): Promise<void> => {
    const startedMs = performance.now();
    const result = await job.run().then(
      (answer) => {
        log.onSuccess?.(job.name);
        return answer;
      },
      (error: unknown) => log.onFailure(job.name, error),
    );
    schedule(pauseAfter(job, { tookMs: performance.now() - startedMs, result }));
  };
  schedule(job.firstAfterMs ?? job.everyMs);
  return () => {
    state.stopped = true;
    clearTimeout(state.timer);
    return state.running;
  };
};
