import { Unavailable } from "@keywright/core";
import { ErrorReply } from "redis";
import type { Link } from "./link.ts";
import { within } from "./within.ts";

export type LinkEvent = { readonly state: "up"; readonly identity: string } | { readonly state: "down"; readonly reason: Error };

export interface KeeperOptions {
  /** Makes a new link, or rejects in time. */
  readonly open: () => Promise<Link>;
  /** Awaited on every new link before anything else uses it; a link on which it rejects is closed. */
  readonly admit: (link: Link) => Promise<void>;
  readonly admitDeadlineMs: number;
  readonly commandDeadlineMs: number;
  readonly onLink: (event: LinkEvent) => void;
}

export interface Keeper {
  /** Does the work on the link, waiting for one where need be, within the command deadline in all. Rejects with `Unavailable` where that fails. */
  run<T>(work: (link: Link) => Promise<T>): Promise<T>;
  /** The standing link, where there is one. */
  current(): Link | undefined;
  /** Gives the link up: the next one looks the primary up anew. */
  drop(reason: Error): void;
  close(): void;
}

const firstPauseMs = 50;
const longestPauseMs = 1_000;

interface State {
  link: Link | undefined;
  opening: Promise<Link> | undefined;
  /** The breaker: why the last link, or the last attempt at one, failed. While it stands nobody waits for the next attempt. */
  failure: Error | undefined;
  pauseMs: number;
  timer: NodeJS.Timeout | undefined;
  closed: boolean;
}

/** Keeps one link alive. A lost one is replaced in the background, with pauses that grow, so that a dead server is not asked by every request. */
export const createKeeper = (options: KeeperOptions): Keeper => {
  const state: State = { link: undefined, opening: undefined, failure: undefined, pauseMs: firstPauseMs, timer: undefined, closed: false };

  const run = async <T>(work: (link: Link) => Promise<T>): Promise<T> => {
    let used: Link | undefined;
    let isLate = false;
    const worked = reach(options, state).then((link) => {
      // The caller has its refusal by now: what is sent must not be charged behind its back.
      if (isLate) throw new Error("The connection came too late.");
      used = link;
      return work(link);
    });
    const onLate = (): void => {
      isLate = true;
      if (used !== undefined) lose(options, state, { link: used, reason: new Error("The ledger did not answer in time."), isFailure: true });
    };
    try {
      return await within(options.commandDeadlineMs, worked, onLate);
    } catch (error) {
      if (used !== undefined && leadsAstray(error)) lose(options, state, { link: used, reason: asError(error), isFailure: false });
      throw isOutage(error) ? new Unavailable("ledger", error) : error;
    }
  };

  const drop = (reason: Error): void => {
    if (state.link !== undefined) lose(options, state, { link: state.link, reason, isFailure: false });
  };

  return {
    run,
    current: () => state.link,
    drop,
    close: () => {
      state.closed = true;
      clearTimeout(state.timer);
      drop(new Error("The ledger is closed."));
    },
  } satisfies Keeper;
};

const reach = async (options: KeeperOptions, state: State): Promise<Link> => {
  if (state.closed) throw new Error("The ledger is closed.");
  if (state.link !== undefined) return state.link;
  if (state.failure !== undefined) throw state.failure;
  return open(options, state);
};

/** One attempt at a time, whoever asks for it. One that fails is made again after a pause. */
const open = (options: KeeperOptions, state: State): Promise<Link> => {
  const fail = (error: unknown): never => {
    state.failure = asError(error);
    if (!state.closed) {
      state.timer = setTimeout(() => void open(options, state).catch(() => {}), state.pauseMs).unref();
      state.pauseMs = Math.min(longestPauseMs, state.pauseMs * 2);
    }
    throw error;
  };
  state.opening ??= establish(options, state)
    .finally(() => {
      state.opening = undefined;
    })
    .catch(fail);
  return state.opening;
};

const establish = async (options: KeeperOptions, state: State): Promise<Link> => {
  clearTimeout(state.timer);
  const link = await options.open();
  try {
    await within(options.admitDeadlineMs, options.admit(link), link.close);
    if (state.closed) throw new Error("The ledger is closed.");
  } catch (error) {
    link.close();
    throw error;
  }
  state.link = link;
  state.failure = undefined;
  state.pauseMs = firstPauseMs;
  options.onLink({ state: "up", identity: link.identity });
  link.onEnd((reason) => lose(options, state, { link, reason, isFailure: false }));
  return link;
};

interface Loss {
  readonly link: Link;
  readonly reason: Error;
  /** Whether callers are refused from now on, and not only kept waiting, until there is a new link. */
  readonly isFailure: boolean;
}

const lose = (options: KeeperOptions, state: State, { link, reason, isFailure }: Loss): void => {
  if (state.link !== link) return;
  state.link = undefined;
  link.close();
  if (isFailure) state.failure = reason;
  options.onLink({ state: "down", reason });
  if (!state.closed) open(options, state).catch(() => {});
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Replies that tell of the server and not of the command. Inside a script's failure the code stands amid the text. */
const outages =
  /\b(?:READONLY|NOREPLICAS|MASTERDOWN|LOADING|OOM|MISCONF|BUSY|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|CROSSSLOT|NOAUTH|WRONGPASS|NOPERM|max number of clients)\b/;
/** Replies of a server that is not, or no longer, the right one. */
const astray = /\b(?:READONLY|MASTERDOWN|LOADING|CLUSTERDOWN|MOVED|ASK|NOAUTH)\b/;

const leadsAstray = (error: unknown): boolean => error instanceof ErrorReply && astray.test(error.message);

/** An error that is no reply is the connection's or the deadline's, unless it is a mistake in the program. */
const isOutage = (error: unknown): boolean => {
  if (error instanceof ErrorReply) return outages.test(error.message);
  return !(error instanceof TypeError || error instanceof RangeError);
};
