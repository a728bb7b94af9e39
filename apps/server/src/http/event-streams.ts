import type { StreamEvent } from "@keywright/contract";
import { AppError, type ChangeSignal, type Live, Unavailable, type UseSignal } from "@keywright/core";

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

export interface NewStream {
  /** null: an operator's, of all tenants. */
  readonly tenantId: string | null;
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
  /** Ends all, and those that open later at once: their readers come back to another process. */
  close(): void;
}

interface StreamsDeps {
  readonly live: Pick<Live, "watch">;
  /** Wall clock of events; a monotonic one for the rest. */
  readonly timer: { nowMs(): number };
}

export const streamBounds = {
  streams: 256,
  streamsOfTenant: 32,
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
  /** Of events, over all streams: a browser sends the last one that it had when it comes back. */
  lastId: number;
  isClosed: boolean;
}

export const createEventStreams = (deps: StreamsDeps): EventStreams => {
  const state: State = { ...deps, streams: new Set(), lastId: 0, isClosed: false };
  return {
    requireRoom: (tenantId) => requireRoom(state, tenantId),
    open: (stream) => open(state, stream),
    tick: async () => {
      await Promise.all([...state.streams].map((stream) => tend(state, stream)));
    },
    close: () => {
      state.isClosed = true;
      for (const stream of [...state.streams]) end(state, stream);
    },
  } satisfies EventStreams;
};

const requireRoom = ({ streams }: State, tenantId: string | null): void => {
  const ofTenant = [...streams].filter((stream) => stream.tenantId === tenantId).length;
  if (streams.size >= streamBounds.streams) throw new AppError("RATE_LIMITED", { detail: "As many streams are open as this server keeps." });
  if (ofTenant >= streamBounds.streamsOfTenant) {
    throw new AppError("RATE_LIMITED", { detail: `At most ${streamBounds.streamsOfTenant} streams of a tenant are open at once.` });
  }
};

const open = (state: State, asked: NewStream): void => {
  const nowMs = state.timer.nowMs();
  const watcher = {
    tenantId: asked.tenantId,
    onSignal: (signal: ChangeSignal | UseSignal) => send(state, stream, toEvent(signal)),
    onGap: () => send(state, stream, { type: "reload" }),
  };
  const stream: Stream = { ...asked, openedMs: nowMs, writtenMs: nowMs, askedMs: nowMs, unanswered: 0, stopWatching: state.live.watch(watcher) };
  state.streams.add(stream);
  stream.sink.onClose(() => forget(state, stream));
  stream.sink.write("retry: 2000\n\n");
  send(state, stream, { type: "ready" });
  if (stream.isResumed) send(state, stream, { type: "reload" });
  if (state.isClosed) end(state, stream);
};

const send = (state: State, stream: Stream, event: StreamEvent): void => {
  state.lastId += 1;
  write(state, stream, `id: ${state.lastId}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
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

const toEvent = (signal: ChangeSignal | UseSignal): StreamEvent => {
  const at = new Date(signal.atMs).toISOString();
  if (signal.kind === "change") return { type: signal.action, at, tenant_id: signal.tenantId, id: signal.targetId };
  return { type: "usage", at, tenant_id: signal.tenantId, keys: signal.keys.map(({ keyId, requests, refused }) => ({ id: keyId, requests, errors: refused })) };
};
