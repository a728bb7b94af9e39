import { type Lease, type Login, LoginRefused, lookUp, renew, revoke } from "./login.ts";
import type { Transport } from "./transport.ts";
import { VaultError } from "./vault-error.ts";
import { withDeadline } from "./with-deadline.ts";

/** What became of the token, for logs and metrics; never the token. */
export type TokenEvent =
  | { readonly step: "login" | "renewal"; readonly outcome: "done" /** null: without end. */; readonly ttlMs: number | null }
  | { readonly step: "login" | "renewal"; readonly outcome: "failed" /** One sentence. */; readonly reason: string };

/** Calls `work` once after `delayMs`, unless it is cancelled before. */
export type Schedule = (delayMs: number, work: () => void) => () => void;

export interface SessionOptions {
  readonly transport: Transport;
  readonly login: Login;
  readonly deadlineMs: number;
  readonly schedule: Schedule;
  readonly onToken: (event: TokenEvent) => void;
}

export interface Session {
  /** Whether a token that has ended can be replaced. */
  readonly canLogInAgain: boolean;
  /** A token that is good, logging in where there is none. Rejects with `VaultError`. */
  lease(): Promise<Lease>;
  /** After a call was denied: whether it was the token's fault, so that the next lease is worth another try. */
  isOver(lease: Lease): Promise<boolean>;
  /** Ends the token, if it was this session's own. */
  close(): Promise<void>;
}

/** A token that lives long is renewed daily; no timer takes a delay of more than 24 days. */
const longestRenewalMs = 86_400_000;
const shortestRenewalMs = 250;
/** After a refusal: Vault locks out whoever goes on guessing. */
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;
/** A new token that is refused so soon after it took another's place is not replaced in its turn: each leaves a lease behind. */
const replacementPauseMs = 10_000;

interface State {
  current: Lease | undefined;
  /** How long the current token was good for when it was given: a renewal that gives much less tells that its end is near. */
  grantedMs: number;
  opening: Promise<Lease> | undefined;
  looking: Promise<boolean> | undefined;
  refusal: { readonly error: LoginRefused; readonly pauseMs: number; readonly isStanding: boolean } | undefined;
  mayReplace: boolean;
  readonly timers: Set<() => void>;
  closed: boolean;
}

/** Keeps one token good: renewed at two thirds of its time, replaced by a new login before its end, or after it was revoked. */
export const createSession = (options: SessionOptions): Session => {
  const state: State = {
    current: undefined,
    grantedMs: 0,
    opening: undefined,
    looking: undefined,
    refusal: undefined,
    mayReplace: true,
    timers: new Set(),
    closed: false,
  };
  return {
    canLogInAgain: options.login.isRepeatable,
    lease: async () => state.current ?? (await open(options, state)),
    isOver: async (lease) => {
      if (state.current !== lease) return true;
      if (!state.mayReplace) return false;
      state.looking ??= look(options, state, lease).finally(() => {
        state.looking = undefined;
      });
      return state.looking;
    },
    close: () => close(options, state),
  } satisfies Session;
};

/** One login at a time, whoever asks for it. */
const open = (options: SessionOptions, state: State): Promise<Lease> => {
  if (state.closed) return Promise.reject(new VaultError("The connection to Vault is closed."));
  if (state.refusal?.isStanding === true) return Promise.reject(state.refusal.error);
  state.opening ??= logIn(options, state).finally(() => {
    state.opening = undefined;
  });
  return state.opening;
};

const logIn = async (options: SessionOptions, state: State): Promise<Lease> => {
  try {
    const lease = await withDeadline(options.deadlineMs, options.login.run);
    state.refusal = undefined;
    state.grantedMs = lease.ttlMs ?? 0;
    hold(options, state, lease);
    options.onToken({ step: "login", outcome: "done", ttlMs: lease.ttlMs });
    return lease;
  } catch (error) {
    if (error instanceof LoginRefused) standOff(options, state, error);
    options.onToken({ step: "login", outcome: "failed", reason: sentenceOf(error) });
    throw error;
  }
};

const standOff = (options: SessionOptions, state: State, error: LoginRefused): void => {
  const pauseMs = Math.min(longestPauseMs, state.refusal === undefined ? firstPauseMs : state.refusal.pauseMs * 2);
  state.refusal = { error, pauseMs, isStanding: true };
  const end = (): void => {
    if (state.refusal !== undefined) state.refusal = { ...state.refusal, isStanding: false };
  };
  after(options, state, { delayMs: pauseMs, work: end });
};

const hold = (options: SessionOptions, state: State, lease: Lease): void => {
  state.current = lease;
  if (lease.ttlMs === null || !(lease.isRenewable || options.login.isRepeatable)) return;
  const delayMs = Math.min(longestRenewalMs, Math.max(shortestRenewalMs, (lease.ttlMs * 2) / 3));
  after(options, state, { delayMs, work: () => void keepGood(options, state, lease) });
};

/** Renews the token, or takes a new one; calls go on with the old one meanwhile. What fails is tried again while it is current. */
const keepGood = async (options: SessionOptions, state: State, lease: Lease): Promise<void> => {
  if (state.current !== lease || state.closed) return;
  try {
    const renewed = lease.isRenewable ? await renewOnce(options, lease) : undefined;
    if (state.current !== lease) return;
    if (renewed !== undefined && isWorthKeeping(options, state, renewed)) hold(options, state, renewed);
    else await open(options, state);
  } catch (error) {
    if (error instanceof LoginRefused && !options.login.isRepeatable) return;
    const delayMs = Math.min(longestPauseMs, Math.max(shortestRenewalMs, (lease.ttlMs ?? 0) / 12));
    after(options, state, { delayMs, work: () => void keepGood(options, state, lease) });
  }
};

/** A renewal that gives much less than the login did tells that the token's end is near: time for another one. */
const isWorthKeeping = ({ login }: SessionOptions, { grantedMs }: State, renewed: Lease): boolean =>
  !login.isRepeatable || (renewed.ttlMs ?? 0) >= (grantedMs * 2) / 3;

/** undefined: the token gets no more time, and only a new one helps. */
const renewOnce = async (options: SessionOptions, lease: Lease): Promise<Lease | undefined> => {
  try {
    const renewed = await withDeadline(options.deadlineMs, (signal) => renew(options.transport, lease.token, signal));
    options.onToken({ step: "renewal", outcome: "done", ttlMs: renewed.ttlMs });
    return renewed;
  } catch (error) {
    options.onToken({ step: "renewal", outcome: "failed", reason: sentenceOf(error) });
    if (error instanceof LoginRefused && options.login.isRepeatable) return undefined;
    throw error;
  }
};

/** Vault denies a call alike for a token that has ended and for a policy that is too narrow: whoever has a good token can look it up. */
const look = async (options: SessionOptions, state: State, lease: Lease): Promise<boolean> => {
  try {
    await withDeadline(options.deadlineMs, (signal) => lookUp(options.transport, lease.token, signal));
    return false;
  } catch (error) {
    if (!(error instanceof LoginRefused)) throw error;
    if (state.current !== lease) return true;
    state.current = undefined;
    state.mayReplace = false;
    const allow = (): void => {
      state.mayReplace = true;
    };
    after(options, state, { delayMs: replacementPauseMs, work: allow });
    return true;
  }
};

interface Later {
  readonly delayMs: number;
  readonly work: () => void;
}

const after = (options: SessionOptions, state: State, { delayMs, work }: Later): void => {
  if (state.closed) return;
  const cancel = options.schedule(delayMs, () => {
    state.timers.delete(cancel);
    work();
  });
  state.timers.add(cancel);
};

const close = async (options: SessionOptions, state: State): Promise<void> => {
  state.closed = true;
  for (const cancel of state.timers) cancel();
  state.timers.clear();
  await state.opening?.catch(() => {});
  const { current } = state;
  state.current = undefined;
  if (current === undefined || !options.login.isRepeatable) return;
  // Without this each restart would leave a lease behind for as long as the role's tokens live. One that stays ends by itself.
  await withDeadline(options.deadlineMs, (signal) => revoke(options.transport, current.token, signal)).catch(() => {});
};

const sentenceOf = (error: unknown): string => (error instanceof VaultError ? error.message : "Vault cannot be reached.");
