import type { StreamEvent } from "@keywright/contract";
import { AppError, type ChangeSignal, type Live, Unavailable, type UseSignal } from "@keywright/core";

/** Whose events are asked for. */
export interface Watched {
  /** null: an operator's, of all tenants. */
  readonly tenantId: string | null;
  /** Left out: of all the tenant's keys. */
  readonly keyId?: string;
}

/** Where events come from. One that goes to many readers is one object: it is written as text once. */
export interface EventFeed {
  /** Calls until the returned function is called. `onGap`: something may have been missed. */
  watch(watched: Watched, hear: { readonly onEvent: (event: StreamEvent) => void; readonly onGap: () => void }): () => void;
}

/** Where one stream is written to. */
export interface StreamSink {
  write(text: string): void;
  /** Bytes that were written and that the reader has not taken. */
  backlog(): number;
  /** Ends it, what was written included. */
  end(): void;
  /** Cuts it off. */
  destroy(): void;
  /** Calls the listener once, whoever has ended it. */
  onClose(listener: () => void): void;
}

export interface NewStream extends Watched {
  /** Whether the reader was here before, and may have missed something since. */
  readonly isResumed: boolean;
  /** Rejects with `AppError` where whoever reads has lost their right to, with `Unavailable` where that cannot be found out. */
  readonly stillMay: () => Promise<void>;
  readonly sink: StreamSink;
}

/** The streams that are open in this process: bounded, kept alive, and asked again and again whether they may go on. */
export interface EventStreams {
  /** Throws `AppError("RATE_LIMITED")` where as many are open as may be. */
  requireRoom(tenantId: string | null): void;
  open(stream: NewStream): void;
  /** To be called every second. Resolves when those whose turn it is have been asked about. */
  tick(): Promise<void>;
  /** How many are open. */
  count(): number;
  /** Ends all, and those that open later at once: their readers come back to another process. */
  close(): void;
}

interface StreamsDeps {
  readonly feed: EventFeed;
  /** Wall clock of events; a monotonic one for the rest. */
  readonly timer: { nowMs(): number };
  readonly bounds?: Pick<typeof streamBounds, "streams" | "streamsOfTenant">;
}

export const streamBounds = {
  streams: 256 as number,
  streamsOfTenant: 32 as number,
  /** A reader that is this many bytes behind is cut off. */
  backlog: 65_536,
  heartbeatMs: 15_000,
  /** How long a right that was lost may be used on. */
  askAgainMs: 4_000,
  /** Questions in a row that may find no answer. */
  unanswered: 3,
  /** Then the reader comes back: to a process that may have more room, with a session that may have been used. */
  longestMs: 1_800_000,
} as const;

interface Stream extends NewStream {
  readonly openedMs: number;
  readonly stopWatching: () => void;
  writtenMs: number;
  askedMs: number;
  unanswered: number;
}

interface State extends StreamsDeps {
  readonly streams: Set<Stream>;
  readonly texts: WeakMap<StreamEvent, string>;
  /** Of events, over all streams: a browser sends the last one that it had when it comes back. */
  lastId: number;
  isClosed: boolean;
}

export const createEventStreams = (deps: StreamsDeps): EventStreams => {
  const state: State = { ...deps, streams: new Set(), texts: new WeakMap(), lastId: 0, isClosed: false };
  return {
    requireRoom: (tenantId) => requireRoom(state, tenantId),
    open: (stream) => open(state, stream),
    tick: async () => {
      await Promise.all([...state.streams].map((stream) => tend(state, stream)));
    },
    count: () => state.streams.size,
    close: () => {
      state.isClosed = true;
      for (const stream of [...state.streams]) end(state, stream);
    },
  } satisfies EventStreams;
};

const requireRoom = ({ streams, bounds = streamBounds }: State, tenantId: string | null): void => {
  const ofTenant = [...streams].filter((stream) => stream.tenantId === tenantId).length;
  if (streams.size >= bounds.streams) throw new AppError("RATE_LIMITED", { detail: "As many streams are open as this server keeps." });
  if (ofTenant >= bounds.streamsOfTenant) {
    throw new AppError("RATE_LIMITED", { detail: `At most ${bounds.streamsOfTenant} streams of a tenant are open at once.` });
  }
};

const open = (state: State, asked: NewStream): void => {
  const nowMs = state.timer.nowMs();
  const hear = { onEvent: (event: StreamEvent) => send(state, stream, event), onGap: () => send(state, stream, { type: "reload" }) };
  const stream: Stream = { ...asked, openedMs: nowMs, writtenMs: nowMs, askedMs: nowMs, unanswered: 0, stopWatching: state.feed.watch(asked, hear) };
  state.streams.add(stream);
  stream.sink.onClose(() => forget(state, stream));
  stream.sink.write("retry: 2000\n\n");
  send(state, stream, { type: "ready" });
  if (stream.isResumed) send(state, stream, { type: "reload" });
  if (state.isClosed) end(state, stream);
};

const send = (state: State, stream: Stream, event: StreamEvent): void => {
  state.lastId += 1;
  write(state, stream, `id: ${state.lastId}\nevent: ${event.type}\ndata: ${textOf(state, event)}\n\n`);
};

const textOf = ({ texts }: State, event: StreamEvent): string => {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const text = JSON.stringify(event);
  texts.set(event, text);
  return text;
};

const write = (state: State, stream: Stream, text: string): void => {
  if (!state.streams.has(stream)) return;
  stream.writtenMs = state.timer.nowMs();
  stream.sink.write(text);
  // What it has not taken is lost to it all the same: it comes back, and reads everything again.
  if (stream.sink.backlog() <= streamBounds.backlog) return;
  forget(state, stream);
  stream.sink.destroy();
};

const end = (state: State, stream: Stream): void => {
  send(state, stream, { type: "end" });
  forget(state, stream);
  stream.sink.end();
};

const forget = (state: State, stream: Stream): void => {
  if (state.streams.delete(stream)) stream.stopWatching();
};

const tend = async (state: State, stream: Stream): Promise<void> => {
  const nowMs = state.timer.nowMs();
  if (nowMs - stream.openedMs >= streamBounds.longestMs) return end(state, stream);
  if (nowMs - stream.writtenMs >= streamBounds.heartbeatMs) write(state, stream, ":\n\n");
  if (nowMs - stream.askedMs < streamBounds.askAgainMs) return;
  stream.askedMs = nowMs;
  if (!(await mayGoOn(stream))) end(state, stream);
};

const mayGoOn = async (stream: Stream): Promise<boolean> => {
  try {
    await stream.stillMay();
    stream.unanswered = 0;
    return true;
  } catch (error) {
    if (!(error instanceof Unavailable)) return false;
    stream.unanswered += 1;
    return stream.unanswered < streamBounds.unanswered;
  }
};

/** What is changed, and by which keys much is asked. */
export const changesFeed = (live: Pick<Live, "watch">): EventFeed => ({
  watch: ({ tenantId }, { onEvent, onGap }) => live.watch({ tenantId, onSignal: (signal) => onEvent(toEvent(signal)), onGap }),
});

const toEvent = (signal: ChangeSignal | UseSignal): StreamEvent => {
  const at = new Date(signal.atMs).toISOString();
  if (signal.kind === "change") return { type: signal.action, at, tenant_id: signal.tenantId, id: signal.targetId };
  return { type: "usage", at, tenant_id: signal.tenantId, keys: signal.keys.map(({ keyId, requests, refused }) => ({ id: keyId, requests, errors: refused })) };
};
