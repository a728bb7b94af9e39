import type { AsyncLocalStorage } from "node:async_hooks";

type Storage = Pick<AsyncLocalStorage<unknown>, "disable">;

/** Where the library keeps its storages, one set for the whole process (`@better-auth/core`, context/global). */
const library = Symbol.for("better-auth:global");

const isStorage = (value: unknown): value is Storage => typeof (value as Partial<Storage> | undefined)?.disable === "function";

const storagesOfLibrary = (): readonly Storage[] => {
  const global = (globalThis as { [library]?: { readonly context?: Readonly<Record<string, unknown>> } })[library];
  return Object.values(global?.context ?? {}).filter(isStorage);
};

/** Of the process, as the library's storages are. */
const awake = { calls: 0, own: new Set<Storage>() };

/**
 * Does work that uses the storage and the library's, and puts them all to rest when no such work is under way any more; the next `run` wakes them. While
 * one is awake, Node 20 and 22 follow every promise and every socket of the process: that costs every verification a tenth more.
 */
export const whileAwake = async <T>(own: Storage, work: () => Promise<T>): Promise<T> => {
  awake.calls += 1;
  awake.own.add(own);
  try {
    return await work();
  } finally {
    awake.calls -= 1;
    if (awake.calls === 0) rest();
  }
};

const rest = (): void => {
  for (const storage of [...awake.own, ...storagesOfLibrary()]) storage.disable();
  awake.own.clear();
};
