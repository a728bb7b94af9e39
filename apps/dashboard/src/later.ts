import { createStore, useStore } from "./store.ts";

/** A part of the pages that the first look at them does not need. */
export interface Later<Part> {
  /** Asks for it where it has not come; false: it cannot come now. A next call asks again. */
  readonly load: () => Promise<boolean>;
  /** undefined: it has not come yet. */
  readonly use: () => Part | undefined;
}

const known: (() => Promise<boolean>)[] = [];

/** `ask` imports a script of its own. */
export const later = <Part>(ask: () => Promise<Part>): Later<Part> => {
  const come = createStore<{ readonly part: Part } | undefined>(undefined);
  const load = async (): Promise<boolean> => {
    if (come.read() !== undefined) return true;
    try {
      come.write({ part: await ask() });
      return true;
    } catch {
      return false;
    }
  };
  known.push(load);
  return { load, use: () => useStore(come)?.part };
};

const waitMs = 1_500;

/** Once the first page stands: what is left out of it comes before anybody needs it, also should the server be away by then. */
export const loadTheRest = (): void => void setTimeout(() => known.forEach((load) => void load()), waitMs);
