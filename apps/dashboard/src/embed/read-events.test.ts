import { expect, it } from "vitest";
import { readEvents } from "./read-events.ts";

const streamOf = (...parts: readonly string[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });

const all = async (...parts: readonly string[]) => {
  const events: unknown[] = [];
  for await (const event of readEvents(streamOf(...parts))) events.push(event);
  return events;
};

const text = 'retry: 2000\n\nid: 1\nevent: ready\ndata: {"type":"ready"}\n\n:\n\nid: 2\nevent: key.created\ndata: {"id":"key_é: 1"}\n\n';

it("reads events, and leaves what is none", async () => {
  expect(await all(text)).toEqual([
    { type: "ready", data: '{"type":"ready"}' },
    { type: "key.created", data: '{"id":"key_é: 1"}' },
  ]);
});

it("reads them however they are cut", async () => {
  expect(await all(...text)).toEqual(await all(text));
});

it("leaves one that does not end, and gives one up that never does", async () => {
  expect(await all("event: ready\ndata: {}\n")).toEqual([]);
  await expect(all("data: ", "x".repeat(140_000), "y")).rejects.toThrow(RangeError);
});
