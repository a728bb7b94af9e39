import { Unavailable } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { createSpendQueue, type QueueOptions } from "./spend-queue.ts";

interface Batch {
  readonly requests: readonly number[];
  readonly resolve: (results: readonly string[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A queue whose batches the test settles. */
const openQueue = (options: Partial<QueueOptions<number, string>> = {}) => {
  const batches: Batch[] = [];
  const queue = createSpendQueue<number, string>({
    run: (requests) => new Promise((resolve, reject) => batches.push({ requests, resolve, reject })),
    flushAt: 3,
    maxBatch: 5,
    maxBatches: 1,
    maxWaiting: 10,
    deadlineMs: 10_000,
    ...options,
  });
  const settle = (index: number): void => {
    const batch = batches[index];
    batch?.resolve(batch.requests.map((request) => `r${request}`));
  };
  return { queue, batches, settle, sizes: () => batches.map(({ requests }) => requests.length) };
};

const endOfTick = () => new Promise((resolve) => setImmediate(resolve));
const addAll = (queue: { add(request: number): Promise<string> }, requests: readonly number[]) => requests.map((request) => queue.add(request));

describe("a queue of spends", () => {
  it("sends a lone one at the end of its tick", async () => {
    const { queue, batches, settle } = openQueue();
    const result = queue.add(7);
    expect(batches).toHaveLength(0);
    await endOfTick();
    expect(batches[0]?.requests).toEqual([7]);
    settle(0);
    expect(await result).toBe("r7");
  });

  it("sends a batch as soon as enough wait, and the rest at the end of the tick", async () => {
    const { queue, batches, settle } = openQueue({ maxBatches: 2 });
    const results = addAll(queue, [1, 2, 3, 4]);
    expect(batches.map(({ requests }) => requests)).toEqual([[1, 2, 3]]);
    await endOfTick();
    expect(batches.map(({ requests }) => requests)).toEqual([[1, 2, 3], [4]]);
    settle(1);
    settle(0);
    expect(await Promise.all(results)).toEqual(["r1", "r2", "r3", "r4"]);
  });

  it("gathers what comes while batches are under way, and sends no more of them, nor larger ones, than it may", async () => {
    const { queue, sizes, settle } = openQueue();
    const results = addAll(queue, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    await endOfTick();
    expect(sizes()).toEqual([3]);
    settle(0);
    await results[0];
    await endOfTick();
    expect(sizes()).toEqual([3, 5]);
    settle(1);
    await results[3];
    await endOfTick();
    expect(sizes()).toEqual([3, 5, 3]);
    settle(2);
    expect(await Promise.all(results)).toHaveLength(11);
  });

  it("refuses the one that finds it full, and no other", async () => {
    const { queue, settle } = openQueue({ maxWaiting: 4 });
    const running = addAll(queue, [1, 2, 3]);
    const waiting = addAll(queue, [4, 5, 6, 7]);
    await expect(queue.add(8)).rejects.toThrow(Unavailable);
    settle(0);
    await Promise.all(running);
    await endOfTick();
    settle(1);
    expect(await Promise.all(waiting)).toEqual(["r4", "r5", "r6", "r7"]);
  });

  it("rejects all of a batch that fails, and goes on", async () => {
    const { queue, batches, settle } = openQueue();
    const lost = addAll(queue, [1, 2, 3]);
    const next = queue.add(4);
    batches[0]?.reject(new Unavailable("ledger"));
    expect((await Promise.allSettled(lost)).map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await endOfTick();
    settle(1);
    expect(await next).toBe("r4");
  });

  it("rejects what has waited too long for a batch to begin, in order, while the rest waits on", async () => {
    const { queue, settle } = openQueue({ deadlineMs: 60 });
    const running = addAll(queue, [1, 2, 3]);
    const order: number[] = [];
    const waits = [4, 5].map((request) =>
      queue.add(request).catch((error: unknown) => {
        order.push(request);
        return error;
      }),
    );
    for (const error of await Promise.all(waits)) expect(error).toMatchObject({ name: "Unavailable", port: "ledger" });
    expect(order).toEqual([4, 5]);
    const young = queue.add(6);
    settle(0);
    await Promise.all(running);
    await endOfTick();
    settle(1);
    expect(await young).toBe("r6");
  });

  it("closes when all that it took is settled, and takes nothing more", async () => {
    const { queue, batches, settle } = openQueue();
    const results = addAll(queue, [1, 2, 3, 4]);
    const state = { closed: false };
    const closed = queue.close().then(() => {
      state.closed = true;
    });
    await expect(queue.add(5)).rejects.toThrow(Unavailable);
    settle(0);
    await results[0];
    await endOfTick();
    expect(state.closed).toBe(false);
    expect(batches[1]?.requests).toEqual([4]);
    settle(1);
    await closed;
    expect(await Promise.all(results)).toEqual(["r1", "r2", "r3", "r4"]);
  });

  it("closes at once where nothing is under way", async () => {
    await openQueue().queue.close();
  });
});
