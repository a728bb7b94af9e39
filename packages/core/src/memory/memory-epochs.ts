import type { Clock } from "../ports/clock.ts";
import type { ConfirmingProcess, Epoch, Epochs } from "../ports/epochs.ts";

const silentMs = 600_000;

interface Seen extends ConfirmingProcess {
  readonly holds: number;
  readonly atMs: number;
}

/** The reference `Epochs`: what the port means, for one process or for several in one. */
export const createMemoryEpochs = (clock: Clock): Epochs => {
  const state = { number: 0, ledger: "", movedAtMs: 0, leftAtMs: 0, settledFrom: 0 };
  const processes = new Map<string, Seen>();
  const read = (): Epoch => {
    const nowMs = clock.nowMs();
    const { number, ledger, settledFrom } = state;
    return { number, ledger, ageMs: nowMs - state.movedAtMs, settledMs: nowMs - state.leftAtMs, settledFrom, nowMs };
  };
  return {
    read: async () => read(),
    confirm: async (process) => {
      const { holds } = process;
      if (holds !== null) processes.set(process.id, { ...process, holds, atMs: clock.nowMs() });
      return read();
    },
    move: async (from, ledger, isTold) => {
      if (state.number !== from) return read();
      state.number += 1;
      state.ledger = ledger;
      state.movedAtMs = clock.nowMs();
      if (isTold) {
        state.leftAtMs = clock.nowMs();
        state.settledFrom = state.number;
      }
      return read();
    },
    countBehind: async (number) =>
      [...processes.values()].filter((seen) => seen.holds < number && seen.servesAlone && seen.atMs > clock.nowMs() - silentMs).length,
    leave: async (processId) => void processes.delete(processId),
  } satisfies Epochs;
};
