import type { EngineCall, OnCall, SecretStore } from "@keywright/core";
import { createHistogram, type Sample } from "./histogram.ts";

/** Outside systems whose calls are timed. `epoch`: who asks the store which ledger is current. */
export const engineNames = ["store", "ledger", "epoch", "secrets"] as const;
export type EngineName = (typeof engineNames)[number];

/** Told of each call. */
export type OnEngineCall = (engine: EngineName, call: EngineCall) => void;

export interface EngineMeters {
  readonly note: OnEngineCall;
  durations(): readonly Sample[];
  failures(): readonly Sample[];
}

/** What engines were asked, how long that took, and how often there was no answer. */
export const createEngineMeters = (): EngineMeters => {
  const meters = Object.fromEntries(engineNames.map((name) => [name, { histogram: createHistogram(), failures: 0 }])) as Readonly<
    Record<EngineName, { readonly histogram: ReturnType<typeof createHistogram>; failures: number }>
  >;
  return {
    note: (engine, { tookMs, isAnswered }) => {
      const meter = meters[engine];
      meter.histogram.observe(tookMs);
      if (!isAnswered) meter.failures += 1;
    },
    durations: () => engineNames.flatMap((engine) => meters[engine].histogram.samples({ engine })),
    failures: () => engineNames.map((engine) => ({ labels: { engine }, value: meters[engine].failures })),
  } satisfies EngineMeters;
};

/** The secret store, each of whose calls is told of. */
export const watchSecretStore = (store: SecretStore, onCall: OnCall): SecretStore => {
  const watched = async <T>(operation: string, call: () => Promise<T>): Promise<T> => {
    const startedMs = performance.now();
    const tell = (isAnswered: boolean): void => onCall({ operation, startedMs, tookMs: performance.now() - startedMs, isAnswered });
    try {
      const result = await call();
      tell(true);
      return result;
    } catch (error) {
      // A path that is none is a mistake of the caller's.
      tell(error instanceof TypeError);
      throw error;
    }
  };
  return {
    read: (path) => watched("read", () => store.read(path)),
    write: (path, data, version) => watched("write", () => store.write(path, data, version)),
    destroy: (path) => watched("destroy", () => store.destroy(path)),
    list: (folder) => watched("list", () => store.list(folder)),
  } satisfies SecretStore;
};
