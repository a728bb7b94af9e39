import { describe, expect, it } from "vitest";
import { createSpendQueue, settle, type Waiting } from "./spend-queue.ts";

/** A queue of numbers that are never the same; each is answered at once. */
const openQueue = (batchSize = 32) => {
  const batches: (readonly number[])[] = [];
  const queue = createSpendQueue<number, string>({
    batchSize,
    maxUnderWay: 1_000,
    isShareable: () => false,
    isSame: () => false,
    send: async (batch: readonly Waiting<number, string>[]) => {
      batches.push(batch.map(({ request }) => request));
      for (const waiting of batch) settle(waiting, `${waiting.request}`);
    },
  });
  return { queue, batches };
};

/** Tasks of one turn of the event loop, one after the other; what `seen` answers between them. */
const inOneTurn = <Seen>(tasks: readonly (() => void)[], seen: () => Seen): Promise<readonly Seen[]> =>
  new Promise((resolve) => {
    const all: Seen[] = [];
    for (const task of tasks) {
      setImmediate(task);
      setImmediate(() => all.push(seen()));
    }
    setImmediate(() => resolve(all));
  });

describe("when a batch leaves", () => {
  it("is at the end of the task that brings several", async () => {
    const { queue, batches } = openQueue();
    const asked: Promise<unknown>[] = [];
    const sent = await inOneTurn([() => asked.push(queue.spend(1), queue.spend(2), queue.spendBehind(3, 4)), () => {}], () => [...batches]);
    expect(sent[0]).toEqual([[1, 2, 3, 4]]);
    expect(await Promise.all(asked)).toEqual(["1", "2", "4"]);
  });

  it("is at the end of the turn for lone ones, together with those of other tasks", async () => {
    const { queue, batches } = openQueue();
    const asked: Promise<unknown>[] = [];
    const sent = await inOneTurn([() => asked.push(queue.spend(1)), () => asked.push(queue.spend(2)), () => asked.push(queue.spendAll([3, 4]))], () => [
      ...batches,
    ]);
    expect(sent).toEqual([[], [], []]);
    expect(await Promise.all(asked)).toEqual(["1", "2", ["3", "4"]]);
    expect(batches).toEqual([[1, 2, 3, 4]]);
  });

  it("is at once for a full one, and what is over does not wait longer than any other", async () => {
    const { queue, batches } = openQueue(3);
    const asked: Promise<unknown>[] = [];
    const ask = (from: number, to: number) => () => {
      for (let request = from; request <= to; request++) asked.push(queue.spend(request));
    };
    const sent = await inOneTurn([ask(1, 5), ask(6, 6), ask(7, 9)], () => [...batches]);
    expect(sent[0]).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    expect(sent[1]).toHaveLength(2);
    expect(sent[2]?.[2]).toEqual([6, 7, 8]);
    await Promise.all(asked);
    expect(batches.at(-1)).toEqual([9]);
  });
});
