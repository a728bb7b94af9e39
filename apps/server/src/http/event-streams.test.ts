import { AppError, createLive, createMemoryBroadcast, Unavailable } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { changesFeed, createEventStreams, type NewStream, streamBounds } from "./event-streams.ts";

const open = () => {
  const time = { ms: 0 };
  const timer = { nowMs: () => time.ms };
  const broadcast = createMemoryBroadcast();
  const live = createLive({ broadcast, clock: timer });
  const streams = createEventStreams({ feed: changesFeed(live), timer });
  const read = (overrides: Partial<NewStream> = {}) => {
    const state = { text: "", backlog: 0, ended: "" };
    const sink: NewStream["sink"] = {
      write: (text) => {
        state.text += text;
      },
      backlog: () => state.backlog,
      end: () => {
        state.ended = "ended";
      },
      destroy: () => {
        state.ended = "cut off";
      },
      onClose: () => {},
    };
    streams.open({ tenantId: "ten_1", isResumed: false, stillMay: async () => {}, sink, ...overrides });
    return Object.assign(state, { types: () => [...state.text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type) });
  };
  const change = (tenantId: string) => broadcast.tell(JSON.stringify({ kind: "change", tenantId, action: "key.revoked", targetId: "key_1", atMs: 0 }));
  const pass = async (ms: number): Promise<void> => {
    time.ms += ms;
    await streams.tick();
  };
  return { streams, live, read, change, pass };
};

const refuse = (error: Error) => ({ stillMay: () => Promise.reject(error) });

describe("streams of events", () => {
  it("begin when nothing can be missed any more, and tell each event with a number and its type", () => {
    const { read, change } = open();
    const stream = read();
    change("ten_1");
    expect(stream.text).toBe(
      [
        "retry: 2000\n\n",
        'id: 1\nevent: ready\ndata: {"type":"ready"}\n\n',
        'id: 2\nevent: key.revoked\ndata: {"type":"key.revoked","at":"1970-01-01T00:00:00.000Z","tenant_id":"ten_1","id":"key_1"}\n\n',
      ].join(""),
    );
  });

  it("tell a tenant's reader nothing of another tenant, and an operator of all", () => {
    const { read, change } = open();
    const [one, other, all] = [read(), read({ tenantId: "ten_2" }), read({ tenantId: null })];
    change("ten_2");
    expect([one.types(), other.types(), all.types()]).toEqual([["ready"], ["ready", "key.revoked"], ["ready", "key.revoked"]]);
  });

  it("tell of counted requests", () => {
    const { read, live } = open();
    const stream = read();
    const count = { keyId: "key_1", tenantId: "ten_1", hourMs: 0, endpoint: "", outcome: "RATE_LIMITED", requests: 2 };
    live.tellUse({ id: "mov_1", counts: [count], lastUses: [], budgets: [] });
    expect(stream.text).toContain('"type":"usage","at":"1970-01-01T00:00:00.000Z","tenant_id":"ten_1","keys":[{"id":"key_1","requests":2,"errors":2}]');
  });

  it("say to a reader who comes back that something may have been missed", () => {
    expect(open().read({ isResumed: true }).types()).toEqual(["ready", "reload"]);
  });

  it("are kept alive while nothing happens", async () => {
    const { read, pass } = open();
    const stream = read();
    await pass(streamBounds.heartbeatMs - 1);
    expect(stream.text).not.toContain(":\n\n");
    await pass(1);
    expect(stream.text.endsWith("\n\n:\n\n")).toBe(true);
  });

  it("end within seconds where the right to them is lost, and not before", async () => {
    const { read, change, pass } = open();
    const stream = read(refuse(new AppError("UNAUTHENTICATED")));
    await pass(streamBounds.askAgainMs - 1);
    expect(stream.ended).toBe("");
    await pass(1);
    change("ten_1");
    expect([stream.ended, stream.types()]).toEqual(["ended", ["ready", "end"]]);
  });

  it("outlive an engine that does not answer for a moment, and no longer", async () => {
    const { read, pass } = open();
    const stream = read(refuse(new Unavailable("store")));
    for (let time = 1; time < streamBounds.unanswered; time++) await pass(streamBounds.askAgainMs);
    expect(stream.ended).toBe("");
    await pass(streamBounds.askAgainMs);
    expect(stream.ended).toBe("ended");
  });

  it("end after half an hour, and all of them when the server closes", async () => {
    const { streams, read, pass } = open();
    const old = read();
    await pass(streamBounds.longestMs);
    const young = read();
    streams.close();
    const late = read();
    expect([old.ended, young.ended, late.ended, late.types()]).toEqual(["ended", "ended", "ended", ["ready", "end"]]);
  });

  it("cut off a reader who does not keep up, and tell the others on", () => {
    const { read, change } = open();
    const [slow, quick] = [read(), read()];
    slow.backlog = streamBounds.backlog + 1;
    change("ten_1");
    change("ten_1");
    expect([slow.ended, slow.types().length, quick.types().length]).toEqual(["cut off", 2, 3]);
  });

  it("are bounded, of a tenant and of all", () => {
    const { streams, read } = open();
    for (let number = 0; number < streamBounds.streamsOfTenant; number++) read();
    expect(() => streams.requireRoom("ten_1")).toThrow("At most 32 streams of a tenant");
    streams.requireRoom("ten_2");
    for (let number = streamBounds.streamsOfTenant; number < streamBounds.streams; number++) read({ tenantId: `ten_${number}` });
    expect(() => streams.requireRoom("ten_2")).toThrow("As many streams");
  });
});
