import { useSyncExternalStore } from "react";

/** One value that several parts of the page follow. */
export interface Store<Value> {
  readonly read: () => Value;
  readonly write: (value: Value) => void;
  readonly follow: (listener: () => void) => () => void;
}

export const createStore = <Value>(first: Value): Store<Value> => {
  const state = { value: first };
  const listeners = new Set<() => void>();
  return {
    read: () => state.value,
    write: (value) => {
      if (Object.is(value, state.value)) return;
      state.value = value;
      for (const listener of [...listeners]) listener();
    },
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};

export const useStore = <Value>({ follow, read }: Store<Value>): Value => useSyncExternalStore(follow, read);

/** What this browser keeps between visits: choices of the person, never anything of a key. */
export const remember = {
  read: (name: string): string | undefined => {
    try {
      return localStorage.getItem(`keywright.${name}`) ?? undefined;
    } catch {
      return undefined;
    }
  },
  write: (name: string, value: string | undefined): void => {
    try {
      if (value === undefined) localStorage.removeItem(`keywright.${name}`);
      else localStorage.setItem(`keywright.${name}`, value);
    } catch {
      // Storage is switched off: the choice holds until the page is left.
    }
  },
};
