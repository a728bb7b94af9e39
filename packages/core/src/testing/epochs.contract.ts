import { describe, expect, it } from "vitest";
import type { Epochs } from "../ports/epochs.ts";

export interface OpenedEpochs {
  readonly epochs: Epochs;
  close(): Promise<void>;
}

/** What every `Epochs` promises, on a new one that `open` makes for each test. */
export const epochsContract = (name: string, open: () => Promise<OpenedEpochs>): void => {
  const withEpochs = async (work: (epochs: Epochs) => Promise<void>): Promise<void> => {
    const { epochs, close } = await open();
    try {
      await work(epochs);
    } finally {
      await close();
    }
  };
  const serving = (id: string, holds: number | null = 0) => ({ id, servesAlone: true, holds });

  describe(`epochs: ${name}`, () => {
    it("begin with none, long settled", () =>
      withEpochs(async (epochs) => {
        const epoch = await epochs.read();
        expect(epoch).toMatchObject({ number: 0, ledger: "", settledFrom: 0 });
        expect(epoch.settledMs).toBeGreaterThan(86_400_000);
        expect(epoch.ageMs).toBeGreaterThan(86_400_000);
      }));

    it("move from the number that was seen, and from no other", () =>
      withEpochs(async (epochs) => {
        expect(await epochs.move(0, "redis a", false)).toMatchObject({ number: 1, ledger: "redis a" });
        expect(await epochs.move(0, "redis b", false)).toMatchObject({ number: 1, ledger: "redis a" });
        expect(await epochs.read()).toMatchObject({ number: 1, ledger: "redis a" });
      }));

    it("let one of many that move at once win, and tell all of them who", () =>
      withEpochs(async (epochs) => {
        const moved = await Promise.all(Array.from({ length: 20 }, (_, index) => epochs.move(0, `redis ${index}`, true)));
        expect(new Set(moved.map(({ number, ledger }) => `${number} ${ledger}`)).size).toBe(1);
        expect(await epochs.read()).toMatchObject({ number: 1, ledger: moved[0]?.ledger });
      }));

    it("count the time since a ledger was left that is told, and only that", () =>
      withEpochs(async (epochs) => {
        const first = await epochs.move(0, "redis a", false);
        expect(first.ageMs).toBeLessThan(60_000);
        expect(first.settledMs).toBeGreaterThan(86_400_000);
        const second = await epochs.move(1, "postgres", true);
        expect(second.settledMs).toBeLessThan(60_000);
        expect(second.settledFrom).toBe(2);
        const third = await epochs.move(2, "redis a", false);
        expect(third.settledFrom).toBe(2);
        expect(third.settledMs).toBeGreaterThanOrEqual(second.settledMs);
        expect(third.nowMs).toBeGreaterThanOrEqual(second.nowMs);
      }));

    it("know who is behind: heard of, serving alone, not gone, and holding an earlier one", () =>
      withEpochs(async (epochs) => {
        await epochs.confirm(serving("one"));
        await epochs.confirm(serving("two"));
        await epochs.confirm(serving("gone"));
        await epochs.confirm({ id: "strict", servesAlone: false, holds: 0 });
        await epochs.confirm(serving("holding nothing", null));
        await epochs.leave("gone");
        expect(await epochs.countBehind(0)).toBe(0);
        await epochs.move(0, "redis a", false);
        expect(await epochs.countBehind(1)).toBe(2);
        // What it is told now, it may never hear.
        expect(await epochs.confirm(serving("one"))).toMatchObject({ number: 1, ledger: "redis a" });
        expect(await epochs.countBehind(1)).toBe(2);
        await epochs.confirm(serving("one", 1));
        expect(await epochs.countBehind(1)).toBe(1);
        await epochs.leave("two");
        expect(await epochs.countBehind(1)).toBe(0);
        expect(await epochs.countBehind(2)).toBe(1);
      }));
  });
};
