import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { AppError } from "@keywright/core";
import { afterEach, describe, expect, it } from "vitest";
import { listen } from "../listen.ts";
import { apiKey, createStubApp, rootKey, stubHandlers } from "../testing/stub-app.ts";
import { createStreamRoom } from "./stream-room.ts";

const refused = { code: "RATE_LIMITED" };
const root = { id: "key_root", tenantId: null };

const open = () => {
  const time = { ms: 0 };
  const room = createStreamRoom({ timer: { nowMs: () => time.ms }, bounds: { streams: 3, streamsOfCaller: 2, stalledMs: 1_000 } });
  const admit = (actor: { id: string; tenantId: string | null }, source = Readable.from(["a", "b"])) => room.admit(actor, async () => ({ stream: source }));
  return { time, room, admit };
};

/** More text than any buffer between its source and its reader holds. */
const endless = () => {
  const state = { isOver: false };
  const chunks = async function* () {
    try {
      for (;;) yield "x".repeat(65_536);
    } finally {
      state.isOver = true;
    }
  };
  return { stream: Readable.from(chunks()), state };
};

const closed = async (stream: Readable): Promise<void> => {
  stream.on("error", () => {});
  stream.destroy();
  if (!stream.closed) await once(stream, "close");
};

describe("streamed answers", () => {
  it("are bounded for a tenant, whichever of its callers asks, for a root key, and for the process", async () => {
    const { admit } = open();
    const [one, other] = [
      { id: "key_1", tenantId: "ten_1" },
      { id: "key_2", tenantId: "ten_1" },
    ];
    await admit(one);
    await admit(other);
    await expect(admit(one)).rejects.toMatchObject({ ...refused, detail: expect.stringContaining("At most 2") });
    await admit(root);
    await expect(admit(root)).rejects.toMatchObject({ ...refused, detail: expect.stringContaining("this server") });
  });

  it("give their places back when they have been read, hung up on, failed, or never begun", async () => {
    const { admit, room } = open();
    for (let times = 0; times < 5; times++) expect(await text((await admit(root)).stream)).toBe("ab");
    for (let times = 0; times < 5; times++) {
      const { stream, state } = endless();
      await closed((await admit(root, stream)).stream);
      await expect.poll(() => state.isOver).toBe(true);
    }
    for (let times = 0; times < 5; times++) {
      const failing = Readable.from(
        (async function* () {
          yield "a";
          throw new Error("boom");
        })(),
      );
      await expect(text((await admit(root, failing)).stream)).rejects.toThrow("boom");
    }
    for (let times = 0; times < 5; times++) await expect(room.admit(root, () => Promise.reject(new AppError("NOT_FOUND")))).rejects.toThrow("NOT_FOUND");
    for (let times = 0; times < 5; times++) expect(await room.admit(root, async () => ({}))).toEqual({});
    await Promise.all([admit(root), admit(root)]);
  });

  it("lose their places to who asks, where their readers have taken nothing for long", async () => {
    const { admit, time } = open();
    const [idle, read] = [await admit(root, endless().stream), await admit(root, endless().stream)];
    // What fits into the buffer between is taken at once.
    await Promise.all([idle, read].map(({ stream }) => once(stream, "readable")));
    const ended = once(idle.stream, "error");
    time.ms += 900;
    const first = read.stream[Symbol.asyncIterator]();
    await first.next();
    await expect(admit(root)).rejects.toMatchObject(refused);
    time.ms += 200;
    await admit(root);
    await expect(ended).resolves.toMatchObject([{ message: expect.stringContaining("too long") }]);
    expect((await first.next()).done).toBe(false);
    await closed(read.stream);
  });
});

describe("exports", () => {
  const running: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of running.splice(0)) await stop();
  });

  const serve = async () => {
    const streams: ReturnType<typeof endless>[] = [];
    const exported = async () => {
      const made = endless();
      streams.push(made);
      return { status: 200, stream: made.stream, headers: { "content-type": "text/csv" } };
    };
    const handlers = stubHandlers({ "export-usage": exported, "export-audit-log": exported });
    const { app } = createStubApp({ handlers, roomBounds: { streams: 3, streamsOfCaller: 2, stalledMs: 60_000 } });
    const base = await listen(app, { port: 0, host: "127.0.0.1" });
    const ask = async (path: string, credential: string): Promise<IncomingMessage> => {
      const asked = get(`${base}/api/v1/platform/${path}`, { agent: false, headers: { authorization: `Bearer ${credential}` } });
      asked.on("error", () => {});
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      return response.on("error", () => {});
    };
    running.push(() => app.close());
    return { streams, ask };
  };

  it("beyond the bounds are refused with a problem that says when to come back, and who hangs up makes room", async () => {
    const { streams, ask } = await serve();
    const own = [await ask("usage/export", rootKey), await ask("audit-log/export", rootKey)];
    expect(own.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    const third = await ask("usage/export", rootKey);
    expect([third.statusCode, third.headers["retry-after"]]).toEqual([429, "1"]);
    expect(JSON.parse(await text(third))).toMatchObject({ code: "RATE_LIMITED", status: 429, detail: expect.stringContaining("At most 2 exports") });
    const other = await ask("usage/export", apiKey);
    expect(other.statusCode).toBe(200);
    expect(JSON.parse(await text(await ask("usage/export", apiKey)))).toMatchObject({ detail: expect.stringContaining("this server") });

    own[0]?.destroy();
    await expect.poll(() => streams[0]?.state.isOver, { timeout: 10_000 }).toBe(true);
    expect((await ask("audit-log/export", rootKey)).statusCode).toBe(200);
    expect(streams.map(({ state }) => state.isOver)).toEqual([true, false, false, false]);
    for (const { stream } of streams) stream.destroy();
  });
});
