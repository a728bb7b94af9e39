import { Unavailable } from "@keywright/core";
import { expect, it } from "vitest";
import { gatherReads } from "./gather-reads.ts";

interface Read {
  readonly questions: readonly number[];
  readonly succeed: () => void;
  readonly fail: (error: unknown) => void;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index);

/** Reads that end when the test says so. Each answers its questions' negatives. */
const heldReads = (options: Parameters<typeof gatherReads>[1] = {}) => {
  const reads: Read[] = [];
  const ask = gatherReads<number, number>(
    (questions) =>
      new Promise((resolve, reject) => {
        reads.push({ questions, succeed: () => resolve(questions.map((question) => -question)), fail: reject });
      }),
    options,
  );
  return { reads, ask };
};

it("answers all questions of a turn by one read, each with its own answer", async () => {
  const { reads, ask } = heldReads();
  const answers = upTo(50).map(ask);
  expect(reads).toEqual([]);
  await turn();
  expect(reads.map(({ questions }) => questions)).toEqual([upTo(50)]);
  reads[0]?.succeed();
  expect(await Promise.all(answers)).toEqual(upTo(50).map((question) => -question));
});

it("has a few reads under way, none of too many questions, and asks the rest as they end", async () => {
  const { reads, ask } = heldReads({ maxTogether: 10, maxUnderWay: 2 });
  const answers = upTo(35).map(ask);
  await turn();
  expect(reads.map(({ questions }) => questions)).toEqual([upTo(10), upTo(10, 10)]);
  reads[1]?.succeed();
  await turn();
  expect(reads.slice(2).map(({ questions }) => questions)).toEqual([upTo(10, 20)]);
  reads[0]?.succeed();
  await turn();
  expect(reads.slice(3).map(({ questions }) => questions)).toEqual([upTo(5, 30)]);
  for (const read of reads.slice(2)) read.succeed();
  expect(await Promise.all(answers)).toHaveLength(35);
});

it("answers no question by a read that began before it was asked", async () => {
  const { reads, ask } = heldReads({ maxUnderWay: 1 });
  const first = ask(7);
  await turn();
  const second = ask(7);
  reads[0]?.succeed();
  await first;
  await turn();
  expect(reads.map(({ questions }) => questions)).toEqual([[7], [7]]);
  reads[1]?.succeed();
  expect(await second).toBe(-7);
});

it("refuses all that wait with the read that found the engine away, and goes on afterwards", async () => {
  const { reads, ask } = heldReads({ maxTogether: 2, maxUnderWay: 1 });
  const answers = Promise.allSettled(upTo(5).map(ask));
  await turn();
  const away = new Unavailable("store", new Error("away"));
  reads[0]?.fail(away);
  expect(await answers).toEqual(upTo(5).map(() => ({ status: "rejected", reason: away })));
  const next = ask(1);
  await turn();
  reads[1]?.succeed();
  expect(await next).toBe(-1);
});

it("refuses what a read was of, and nothing else, where that read alone failed", async () => {
  const { reads, ask } = heldReads({ maxTogether: 2, maxUnderWay: 1 });
  const answers = Promise.allSettled(upTo(3).map(ask));
  await turn();
  reads[0]?.fail(new Error("no"));
  await turn();
  reads[1]?.succeed();
  expect((await answers).map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

it("refuses one too many, and what waited for too long", async () => {
  const { reads, ask } = heldReads({ maxTogether: 1, maxUnderWay: 1, maxWaiting: 3, deadlineMs: -1 });
  const late = Promise.allSettled(upTo(3).map(ask));
  await expect(ask(3)).rejects.toMatchObject({ cause: { message: "Too many reads wait." } });
  expect((await late).map((one) => (one.status === "rejected" ? String(one.reason.cause) : ""))).toEqual(
    upTo(3).map(() => "Error: No read began within -1 ms."),
  );
  expect(reads).toEqual([]);
});
