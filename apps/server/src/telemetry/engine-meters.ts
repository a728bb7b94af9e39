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
  /** Since the start. */
  totals(): Readonly<Record<EngineName, { readonly calls: number; readonly ms: number }>>;
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
    totals: () => Object.fromEntries(engineNames.map((name) => [name, meters[name].histogram.total()])) as ReturnType<EngineMeters["totals"]>,
    failures: () => engineNames.map((engine) => ({ labels: { engine }, value: meters[engine].failures })),
  } satisfies EngineMeters;
};

/** Does the work, and tells how long it took. A TypeError is a mistake of the caller's, and no failure of the engine. */
export const timeCall = async <T>(onCall: OnCall, operation: string, work: () => Promise<T>): Promise<T> => {
  const startedMs = performance.now();
  const tell = (isAnswered: boolean): void => onCall({ operation, startedMs, tookMs: performance.now() - startedMs, isAnswered });
  try {
    const result = await work();
    tell(true);
    return result;
  } catch (error) {
    tell(error instanceof TypeError);
    throw error;
  }
};

/** The secret store, each of whose calls is told of. */
export const watchSecretStore = (store: SecretStore, onCall: OnCall): SecretStore =>
  ({
    read: (path) => timeCall(onCall, "read", () => store.read(path)),
    write: (path, data, version) => timeCall(onCall, "write", () => store.write(path, data, version)),
    destroy: (path) => timeCall(onCall, "destroy", () => store.destroy(path)),
    list: (folder) => timeCall(onCall, "list", () => store.list(folder)),
  }) satisfies SecretStore;
