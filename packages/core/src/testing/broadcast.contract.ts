import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Broadcast, maxBroadcastLength } from "../ports/broadcast.ts";

/** Two processes' ends of one broadcast; of an installation of one process, the same end twice. */
export interface OpenedBroadcasts {
  readonly one: Broadcast;
  readonly other: Broadcast;
  close(): Promise<void>;
}

const hear = (broadcast: Broadcast) => {
  const texts: string[] = [];
  const stop = broadcast.listen({ onText: (text) => texts.push(text), onGap: () => texts.push("(gap)") });
  return { texts, stop };
};

/** What every driver of `Broadcast` promises. */
export const broadcastContract = (name: string, open: () => Promise<OpenedBroadcasts>): void => {
  describe(`broadcast: ${name}`, () => {
    let opened: OpenedBroadcasts;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("reaches every process once, the sender among them, in the order of its telling", async () => {
      const [one, other] = [hear(opened.one), hear(opened.other)];
      const told = Array.from({ length: 50 }, (_, number) => `text ${number}`);
      for (const text of told) opened.one.tell(text);
      for (const { texts } of [one, other]) await vi.waitFor(() => expect(texts).toEqual(told));
    });

    it("tells the same text as often as it is told", async () => {
      const { texts } = hear(opened.other);
      for (let time = 0; time < 3; time++) opened.one.tell("again");
      await vi.waitFor(() => expect(texts).toEqual(["again", "again", "again"]));
    });

    it("carries what JSON and SQL would quote, and as much as it says", async () => {
      const { texts } = hear(opened.other);
      const told = [`{"a":"it's \\\\ 100 % $1"}`, "x".repeat(maxBroadcastLength), ""];
      for (const text of told) opened.one.tell(text);
      await vi.waitFor(() => expect(texts).toEqual(told));
      expect(() => opened.one.tell("x".repeat(maxBroadcastLength + 1))).toThrow(RangeError);
    });

    it("calls no listener that has stopped, and goes on calling the others", async () => {
      const [left, stays] = [hear(opened.other), hear(opened.other)];
      left.stop();
      opened.one.tell("later");
      await vi.waitFor(() => expect(stays.texts).toEqual(["later"]));
      expect(left.texts).toEqual([]);
    });
  });
};
