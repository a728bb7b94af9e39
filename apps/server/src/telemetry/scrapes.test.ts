import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import type { MetricFamily } from "./metrics.ts";
import { createScrapeRelay } from "./scrape-relay.ts";
import { joinScrapes } from "./worker-scrapes.ts";

/** What passes between two processes is JSON: a number that is none arrives as null. */
const carry = <T>(message: T): T => JSON.parse(JSON.stringify(message));

const startWorker = (families: () => Promise<readonly MetricFamily[]>) => {
  const atParent = new EventEmitter();
  const atWorker = new EventEmitter();
  const worker = {
    on: (name: string, listener: (message: unknown) => void) => atParent.on(name, listener),
    once: (name: string, listener: (message: unknown) => void) => atParent.once(name, listener),
    isConnected: () => true,
    send: (message: unknown) => atWorker.emit("message", carry(message)),
  } as unknown as Parameters<ReturnType<typeof createScrapeRelay>["add"]>[0];
  const render = joinScrapes(
    { families },
    { send: (message) => void atParent.emit("message", carry(message)), onMessage: (listener) => void atWorker.on("message", listener) },
  );
  return { worker, render, end: () => atParent.emit("exit") };
};

const counting =
  (value: number): (() => Promise<readonly MetricFamily[]>) =>
  async () => [{ name: "some_total", help: "Some.", type: "counter", values: [{ labels: { endpoint: "a" }, value }] }];

it("whichever worker is scraped, all answer, each by the lowest number that was free", async () => {
  const relay = createScrapeRelay();
  const [first, second, third] = [startWorker(counting(1)), startWorker(counting(Number.NaN)), startWorker(counting(3))];
  relay.add(first.worker);
  relay.add(second.worker);
  expect(await second.render()).toContain(
    '# HELP some_total Some.\n# TYPE some_total counter\nsome_total{endpoint="a",worker="1"} 1\nsome_total{endpoint="a",worker="2"} Nan',
  );
  first.end();
  relay.add(third.worker);
  const text = await third.render();
  expect(text).toContain('some_total{endpoint="a",worker="1"} 3');
  expect(text).toContain("keywright_silent_workers 0");
});

it("one that hangs is counted, and the others answer", async () => {
  const relay = createScrapeRelay(20);
  const [well, hanging] = [startWorker(counting(1)), startWorker(() => new Promise(() => {}))];
  relay.add(well.worker);
  relay.add(hanging.worker);
  const text = await well.render();
  expect(text).toContain('some_total{endpoint="a",worker="1"} 1');
  expect(text).toContain("keywright_silent_workers 1");
});
