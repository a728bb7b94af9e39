/** Loads on the first call, and shares what was loaded from then on; after a failure, or where what was loaded is not worth keeping, the next call loads again. */
export const loadOnce = <T>(load: () => Promise<T>, isWorthKeeping: (loaded: T) => boolean = () => true): (() => Promise<T>) => {
  const state: { loading: Promise<T> | undefined } = { loading: undefined };
  const begin = async (): Promise<T> => {
    try {
      const loaded = await load();
      if (!isWorthKeeping(loaded)) state.loading = undefined;
      return loaded;
    } catch (error) {
      state.loading = undefined;
      throw error;
    }
  };
  return () => {
    state.loading ??= begin();
    return state.loading;
  };
};
