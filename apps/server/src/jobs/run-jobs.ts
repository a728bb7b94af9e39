export interface Job {
  readonly name: string;
  /** Pause between the end of one run and the start of the next. */
  readonly everyMs: number;
  /** One bounded piece of work. */
  readonly run: () => Promise<unknown>;
}

interface JobLog {
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

const repeat = (job: Job, log: JobLog): (() => Promise<void>) => {
  const state: { timer: NodeJS.Timeout | undefined; running: Promise<void>; stopped: boolean } = {
    timer: undefined,
    running: Promise.resolve(),
    stopped: false,
  };
  const schedule = (): void => {
    if (state.stopped) return;
    state.timer = setTimeout(() => {
      state.running = runOnce();
    }, job.everyMs).unref();
  };
  const runOnce = async (): Promise<void> => {
    await job.run().catch((error: unknown) => log.onFailure(job.name, error));
    schedule();
  };
  schedule();
  return () => {
    state.stopped = true;
    clearTimeout(state.timer);
    return state.running;
  };
};
