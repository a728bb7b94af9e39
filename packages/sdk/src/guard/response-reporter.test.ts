import { describe, expect, it } from "vitest";
import { createReporter, type ResponseBatch } from "./response-reporter.ts";

const setUp = (send: (batch: ResponseBatch) => Promise<unknown> = async () => {}) => {
  const batches: ResponseBatch[] = [];
  const reporter = createReporter({
    everyMs: 60_000,
    isPassing: (error) => error === "passing",
    send: async (batch) => {
      batches.push(batch);
      await send(batch);
    },
  });
  const count = (keyId: string, fields: { status?: number; latencyMs?: number } = {}) =>
    reporter.count({ keyId, endpoint: "GET /v1", status: 200, latencyMs: 1, ...fields });
  const total = () => batches.flatMap(({ responses }) => responses).reduce((sum, { requests }) => sum + requests, 0);
  return { reporter, batches, count, total };
};

describe("responses", () => {
  it("are counted by key and class of status, with their latencies by steps", async () => {
    const { reporter, batches, count } = setUp();
    for (const latencyMs of [0.4, 5, 5.1, 99, 20_000]) count("key_1", { latencyMs });
    count("key_1", { status: 503 });
    await reporter.close();
    expect(batches[0]?.responses).toEqual([
      { key_id: "key_1", endpoint: "GET /v1", status: "2xx", requests: 5, latency_ms: 20_109, latencies: [2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] },
      { key_id: "key_1", endpoint: "GET /v1", status: "5xx", requests: 1, latency_ms: 1, latencies: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
    ]);
  });

  it("leave in batches of at most 500 kinds, each with an id of its own", async () => {
    const { reporter, batches, count } = setUp();
    for (let key = 0; key < 1_200; key++) count(`key_${key}`);
    await reporter.close();
    expect(batches.map(({ responses }) => responses.length)).toEqual([500, 500, 200]);
    expect(new Set(batches.map(({ batch_id }) => batch_id)).size).toBe(3);
    expect(batches[0]?.batch_id).toMatch(/^[0-9A-Za-z_-]{16,64}$/);
  });

  it("are kept and sent again under the same id while Keywright is away", async () => {
    const state = { isAway: true };
    const { reporter, batches, count } = setUp(async () => {
      if (state.isAway) throw "passing";
    });
    count("key_1");
    await reporter.flush();
    count("key_2");
    state.isAway = false;
    await reporter.close();
    expect(batches.map(({ responses }) => responses.map(({ key_id }) => key_id))).toEqual([["key_1"], ["key_1"], ["key_2"]]);
    expect(batches[0]?.batch_id).toBe(batches[1]?.batch_id);
    expect(reporter.lost()).toBe(0);
  });

  it("are given up where Keywright refuses them for good", async () => {
    const { reporter, count, batches } = setUp(() => Promise.reject(new Error("final")));
    count("key_1");
    count("key_1");
    await reporter.close();
    expect([reporter.lost(), batches.length]).toEqual([2, 1]);
  });

  it("take no more memory than is bounded, whatever the keys are and however long Keywright is away", async () => {
    const { reporter, count } = setUp(async () => {
      throw "passing";
    });
    for (let round = 0; round < 3; round++) {
      for (let key = 0; key < 6_000; key++) count(`key_${round}_${key}`);
      await reporter.flush();
    }
    expect(reporter.lost()).toBe(3_000 + 10_000);
  });

  it("that come while a batch is on its way are in the next", async () => {
    const state: { release: () => void } = { release: () => {} };
    const { reporter, count, total } = setUp(
      () =>
        new Promise<void>((resolve) => {
          state.release = resolve;
        }),
    );
    count("key_1");
    const flushed = reporter.flush();
    count("key_2");
    const closed = reporter.close();
    state.release();
    await flushed;
    await new Promise((resolve) => setImmediate(resolve));
    state.release();
    await closed;
    expect(total()).toBe(2);
  });
});
