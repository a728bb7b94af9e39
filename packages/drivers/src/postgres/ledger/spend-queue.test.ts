import { Unavailable } from "@keywright/core";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createSpendQueue, type Queued, type QueueOptions } from "./spend-queue.ts";

interface Batch {
  readonly queued: readonly Queued<number>[];
  readonly requests: readonly number[];
  readonly resolve: (results: readonly (string | undefined)[]) => void;
  readonly reject: (error: unknown) => void;
}

/** A queue whose batches the test settles. */
const openQueue = (options: Partial<QueueOptions<number, string>> = {}) => {
  const batches: Batch[] = [];
  const queue = createSpendQueue<number, string>({
    run: (queued) => new Promise((resolve, reject) => batches.push({ queued, requests: queued.map(({ request }) => request), resolve, reject })),
    isSame: (one, other) => one === other,
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
  afterEach(() => {
    vi.useRealTimers();
  });

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

  it("puts one behind another into its batch, where those that cannot be told apart are one", async () => {
    const { queue, batches, settle } = openQueue({ maxBatches: 2, flushAt: 10 });
    const results = [queue.addBehind(100, 1), queue.add(2), queue.addBehind(100, 3), queue.addBehind(200, 4), queue.addBehind(100, 5)];
    await endOfTick();
    expect(batches.map(({ queued }) => queued.map(({ request, times, behind }) => [request, times, behind]))).toEqual([
      [
        [100, 2, 0],
        [1, 1, 1],
        [2, 1, 0],
        [3, 1, 1],
      ],
      // The batch before had room for one more only.
      [
        [200, 1, 0],
        [4, 1, 1],
        [100, 1, 0],
        [5, 1, 3],
      ],
    ]);
    settle(1);
    settle(0);
    expect(await Promise.all(results)).toEqual(["r1", "r2", "r3", "r4", "r5"]);
  });

  it("has no result for one that stood behind a refused one, and takes a missing one of any other for a fault", async () => {
    const { queue, batches } = openQueue();
    const [behind, other] = [queue.addBehind(100, 1), queue.add(2)];
    batches[0]?.resolve(["refused", undefined, undefined]);
    expect(await behind).toBeUndefined();
    await expect(other).rejects.toThrow(TypeError);
  });

  it("lets go of what waited too long behind another one, which stays for those that still wait", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { queue, batches, settle } = openQueue({ deadlineMs: 60 });
    const running = addAll(queue, [1, 2, 3]);
    const late = [queue.addBehind(100, 4), queue.addBehind(200, 5)].map((waiting) => waiting.catch((error: unknown) => error));
    vi.advanceTimersByTime(30);
    const young = queue.addBehind(100, 6);
    vi.advanceTimersByTime(30);
    for (const error of await Promise.all(late)) expect(error).toMatchObject({ name: "Unavailable", port: "ledger" });
    settle(0);
    await Promise.all(running);
    await endOfTick();
    expect(batches[1]?.queued).toEqual([
      { request: 100, times: 1, behind: 0 },
      { request: 6, times: 1, behind: 1 },
    ]);
    settle(1);
    expect(await young).toBe("r6");
  });

  it("keeps every request, each behind its own, whatever comes and is settled in whatever order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 2, max: 6 }), async (steps, maxBatch) => {
        const opened = openQueue({ maxBatch, maxBatches: 2, flushAt: 4, maxWaiting: 1_000 });
        const firsts = steps.flatMap((one) => (typeof one === "string" ? [] : [one.first]));
        const results = await playAll(opened, steps);
        expect(results).toEqual(firsts.map((first, request) => `${request} behind ${first ?? "none"}`));
        for (const { queued } of opened.batches) {
          expect(queued.length).toBeLessThanOrEqual(maxBatch);
          const stoodBehind = queued.filter(isFirst);
          expect(new Set(stoodBehind.map(({ request }) => request)).size).toBe(stoodBehind.length);
          for (const first of stoodBehind) expect(first.times).toBe(queued.filter(({ behind }) => queued[behind - 1] === first).length);
        }
      }),
    );
  });
});

type Step = "settle" | "turn" | { readonly first: number | undefined };

/** Those that others stand behind have numbers of their own. */
const isFirst = ({ request }: Queued<number>): boolean => request >= 100;
const step = fc.oneof<fc.Arbitrary<Step>[]>(
  fc.record({ first: fc.option(fc.integer({ min: 100, max: 103 }), { nil: undefined }) }),
  fc.constantFrom("settle" as const, "turn" as const),
);

/** Requests are numbered as they come; each result says behind which one the request stood. */
const playAll = async ({ queue, batches }: ReturnType<typeof openQueue>, steps: readonly Step[]): Promise<readonly (string | undefined)[]> => {
  const results: Promise<string | undefined>[] = [];
  const settled = { batches: 0, isAll: false };
  const settleNext = (): void => {
    const batch = batches[settled.batches];
    if (batch === undefined) return;
    settled.batches += 1;
    batch.resolve(batch.queued.map(({ request, behind }) => `${request} behind ${batch.requests[behind - 1] ?? "none"}`));
  };
  for (const one of steps) {
    if (one === "settle") settleNext();
    else if (one === "turn") await endOfTick();
    else results.push(one.first === undefined ? queue.add(results.length) : queue.addBehind(one.first, results.length));
  }
  const all = Promise.all(results).finally(() => {
    settled.isAll = true;
  });
  for (let turn = 0; !settled.isAll && turn < 1_000; turn++) {
    await endOfTick();
    settleNext();
  }
  return all;
};
