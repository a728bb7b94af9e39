import { expect, it } from "vitest";
import { pruneBatches } from "./prune-batches.ts";

/** Rows to delete, and how many each call was allowed to. */
const rowsOf = (count: number) => {
  const state = { left: count, limits: [] as number[] };
  const prune = async (limit: number): Promise<number> => {
    state.limits.push(limit);
    const deleted = Math.min(limit, state.left);
    state.left -= deleted;
    return deleted;
  };
  return { state, prune };
};

it("deletes all that is old in one run, a bounded batch at a time, and asks no more after a batch that was not full", async () => {
  const { state, prune } = rowsOf(3_500);
  expect(await pruneBatches(prune)).toBe(3_500);
  expect(state.limits).toEqual([1_000, 1_000, 1_000, 1_000]);
});

it("ends a run after a hundred batches, with the rest for the next", async () => {
  const { state, prune } = rowsOf(100_500);
  expect(await pruneBatches(prune)).toBe(100_000);
  expect(await pruneBatches(prune)).toBe(500);
  expect(state.left).toBe(0);
});

it("fails with the batch that fails", async () => {
  const prune = async (): Promise<number> => Promise.reject(new Error("engine away"));
  await expect(pruneBatches(prune)).rejects.toThrow("engine away");
});
