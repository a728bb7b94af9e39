/**
 * Lets calls that overlap share runs, each call one that begins after it: while a run is under way, all callers wait for the one next to it.
 * However many call at once, two runs serve them.
 */
export const shareRun = <T>(run: () => Promise<T>): (() => Promise<T>) => {
  const runs: { current: Promise<T> | undefined; next: Promise<T> | undefined } = { current: undefined, next: undefined };
  const start = (): Promise<T> => {
    const started = run().finally(() => {
      if (runs.current === started) runs.current = undefined;
    });
    runs.current = started;
    return started;
  };
  const startNext = (): Promise<T> => {
    runs.next = undefined;
    return start();
  };
  return () => {
    if (runs.current === undefined) return start();
    runs.next ??= runs.current.then(startNext, startNext);
    return runs.next;
  };
};
