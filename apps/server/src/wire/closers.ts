type Closer = () => Promise<unknown> | unknown;

/** What was opened, to be closed in the reverse order. One that fails to close does not keep the others open. */
export interface Closers {
  add(close: Closer): void;
  closeAll(): Promise<void>;
}

export const createClosers = (): Closers => {
  const closers: Closer[] = [];
  return {
    add: (close) => void closers.push(close),
    closeAll: async () => {
      const failures: unknown[] = [];
      for (const close of closers.splice(0).toReversed()) {
        try {
          await close();
        } catch (error) {
          failures.push(error);
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  } satisfies Closers;
};
