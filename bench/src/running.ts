/** What has been started, to be stopped in reverse order. */
export interface Running {
  add<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T>;
}

/** Does the work, and stops what it started, whatever becomes of it. */
export const withRunning = async <R>(work: (running: Running) => Promise<R>): Promise<R> => {
  const stops: (() => Promise<void>)[] = [];
  try {
    return await work({
      add: async (starting) => {
        const one = await starting;
        stops.push(() => one.stop());
        return one;
      },
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
};
