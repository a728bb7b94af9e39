import { Unavailable } from "../errors.ts";
import type { Policy } from "../model/policy.ts";
import type { Announcements } from "../ports/announcements.ts";
import type { Clock } from "../ports/clock.ts";
import type { Epoch, Epochs } from "../ports/epochs.ts";
import type { Known, Ledger, SpendRequest, SpendResult, SpendSteps } from "../ports/ledger.ts";
import type { Stopwatch } from "../ports/stopwatch.ts";
import type { Admit, Introduction, ToldLedger } from "../ports/told-ledger.ts";
import { shareRun } from "../share-run.ts";
import { asSettled } from "../spend-in-turn.ts";
import { confirmEveryMs, isTold, mayMove, toldFrom } from "./epoch-rules.ts";
import { createHold, type Hold } from "./hold.ts";
import { tellChange } from "./tell-change.ts";

/** What happened to the ledger, for the log. */
export type LedgerEvent =
  | { readonly type: "epoch-moved"; readonly number: number; readonly ledger: string }
  | { readonly type: "degraded"; readonly reason: unknown }
  | { readonly type: "restored" }
  | { readonly type: "store-lost"; readonly reason: unknown }
  | { readonly type: "store-found" }
  | { readonly type: "refused"; readonly identity: string; readonly reason: string };

export interface CurrentLedgerOptions extends Pick<Policy, "onLedgerOutage" | "onStoreOutage"> {
  readonly epochs: Epochs;
  readonly announcements: Pick<Announcements, "since">;
  /** The ledger that reads revisions from the store's own rows. */
  readonly storeLedger: SpendSteps;
  readonly openTold: (admit: Admit) => ToldLedger;
  readonly clock: Clock;
  readonly stopwatch: Stopwatch;
  /** Names this process among those that confirm the epoch. */
  readonly processId: string;
  readonly onEvent: (event: LedgerEvent) => void;
}

export interface LedgerHealth {
  /** Spent on by this process at present. */
  readonly via: "told" | "store" | "none";
  /** Whether requests that were meant for the told ledger go, or went a moment ago, to the store's own. */
  readonly isDegraded: boolean;
  readonly isStoreAway: boolean;
}

export interface CurrentLedger extends Ledger {
  health(): LedgerHealth;
  /** Ends the confirming. Whoever opened the ledgers closes them. */
  close(): Promise<void>;
}

interface State extends CurrentLedgerOptions {
  readonly hold: Hold;
  isDegraded: boolean;
  isStoreAway: boolean;
}

/** Announcements that one read brings. */
const pageSize = 1_000;

/**
 * The ledger that the store's epoch names, as this process may use it: the told one while the epoch is held on a lease, else the store's own
 * (`docs/adr/0007-the-epoch-in-the-store.md`). Resolves when the epoch has been confirmed once.
 */
export const openCurrentLedger = async (options: CurrentLedgerOptions): Promise<CurrentLedger> => {
  const state: State = { ...options, hold: createHold(options), isDegraded: false, isStoreAway: false };
  const told = options.openTold((introduction) => admit(state, introduction));
  const confirm = shareRun(() => confirmEpoch(state, told));
  await confirm();
  await told.identity().catch((error: unknown) => degrade(state, error));
  const stop = options.stopwatch.repeat(confirmEveryMs, confirm);
  const route = createRoute(state, { told, confirm });
  return {
    spend: (request) => route((ledger) => ledger.spend(request)),
    spendBehind: (first, request) => route((ledger) => ledger.spendBehind(first, request)),
    spendAll: (requests) => route((ledger) => (ledger === told ? settleRest(state, told.spendAll(requests), again(requests)) : ledger.spendAll(requests))),
    spendAllBehind: (first, requests) =>
      route((ledger) => (ledger === told ? settleRest(state, told.spendAllBehind(first, requests), again(requests)) : ledger.spendAllBehind(first, requests))),
    spendEachBehind: (first, requests) =>
      route((ledger) =>
        ledger === told ? settleRest(state, told.spendEachBehind(first, requests), againBehind(first, requests)) : ledger.spendEachBehind(first, requests),
      ),
    announce: (changed) => tellChange({ epochs: options.epochs, told, stopwatch: options.stopwatch }, changed),
    health: () => ({ via: routeOf(state) ?? "none", isDegraded: state.isDegraded, isStoreAway: state.isStoreAway }),
    close: async () => {
      stop();
      await options.epochs.leave(options.processId).catch(() => {});
    },
  } satisfies CurrentLedger;
};

type Via = NonNullable<ReturnType<Hold["via"]>>;

/** Where a request may go without asking the store first; undefined: it has to be asked. */
const routeOf = (state: State): Via | undefined => {
  if (state.hold.isStanding()) return state.hold.via();
  return state.isStoreAway && state.onStoreOutage === "serve" ? state.hold.via() : undefined;
};

/** One step, on whichever ledger it is. */
type Step<T> = (ledger: SpendSteps) => Promise<T>;

interface RouteDeps {
  readonly told: ToldLedger;
  readonly confirm: () => Promise<void>;
}

/** Every verification goes this way: what it needs beside its own step is made once. */
const createRoute = (state: State, { told, confirm }: RouteDeps) => {
  const answered = <T>(result: T): T => {
    if (state.isDegraded) restore(state);
    return result;
  };
  const go = <T>(via: Via, step: Step<T>): Promise<T> => {
    if (via === "store") return goToStore(state, step, undefined);
    return step(told).then(answered<T>, (error: unknown) => {
      if (!(error instanceof Unavailable)) throw error;
      return goToStore(state, step, error);
    });
  };
  const goConfirmed = <T>(step: Step<T>): Promise<T> => {
    const via = routeOf(state);
    if (via === undefined) return Promise.reject(new Unavailable("store", new Error("Which ledger is current cannot be confirmed.")));
    return go(via, step);
  };
  return <T>(step: Step<T>): Promise<T> => {
    const via = routeOf(state);
    return via === undefined ? confirm().then(() => goConfirmed(step)) : go(via, step);
  };
};

/** Revocation is in force there with the store's own commit, so it is safe at any time; only its budgets are others. */
const goToStore = <T>(state: State, step: Step<T>, reason: unknown): Promise<T> => {
  degrade(state, reason);
  if (state.onLedgerOutage === "degrade") return step(state.storeLedger);
  return Promise.reject(
    reason instanceof Unavailable ? reason : new Unavailable("ledger", new Error("The ledger is out of reach, and onLedgerOutage is deny.")),
  );
};

/** One of several requests once more, by its place. */
type Again<Result> = (place: number) => Step<Result>;

/** Only those go to the store's own ledger that the told one has not settled: the others have been charged. */
const settleRest = async <Result extends SpendResult | undefined, Several extends readonly (Result | Unavailable)[] | undefined>(
  state: State,
  settling: Promise<Several>,
  askAgain: Again<Result>,
): Promise<Several | readonly (Result | Unavailable)[]> => {
  const settled = await settling;
  if (settled === undefined || !settled.some((one) => one instanceof Unavailable)) return settled;
  return Promise.all(settled.map(async (one, place) => (one instanceof Unavailable ? goToStore(state, askAgain(place), one).catch(asSettled) : one)));
};

const again =
  (requests: readonly SpendRequest[]): Again<SpendResult> =>
  (place) =>
  ({ spend }) =>
    spend(requests[place] as SpendRequest);

/** With the one that it stands behind, which has not been charged either. */
const againBehind =
  (first: SpendRequest, requests: readonly SpendRequest[]): Again<SpendResult | undefined> =>
  (place) =>
  ({ spendBehind }) =>
    spendBehind(first, requests[place] as SpendRequest);

const degrade = (state: State, reason: unknown): void => {
  if (state.isDegraded) return;
  state.isDegraded = true;
  state.onEvent({ type: "degraded", reason });
};

const restore = (state: State): void => {
  state.isDegraded = false;
  state.onEvent({ type: "restored" });
};

const self = (state: State) => ({ id: state.processId, servesAlone: state.onStoreOutage === "serve", holds: state.hold.number() ?? null });

/** Asks the store once, and acts on what it says. A store out of reach is no failure of this: the operator chose what follows. */
const confirmEpoch = async (state: State, told: ToldLedger): Promise<void> => {
  const at = state.hold.now();
  const epoch = await askEpoch(state);
  if (epoch === undefined) return;
  if (state.hold.confirm(epoch, at)) {
    state.onEvent({ type: "epoch-moved", number: epoch.number, ledger: epoch.ledger });
    told.reconnect();
  }
  // What becomes of the connection, admission decides; what fails here is tried again in a second.
  const kept = state.hold.via() === "told" ? told.markTo(epoch.ledger, epoch.nowMs) : told.identity();
  kept.then(
    () => {},
    () => {},
  );
};

const askEpoch = async (state: State): Promise<Epoch | undefined> => {
  try {
    const epoch = await state.epochs.confirm(self(state));
    if (state.isStoreAway) state.onEvent({ type: "store-found" });
    state.isStoreAway = false;
    return epoch;
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    if (!state.isStoreAway) state.onEvent({ type: "store-lost", reason: error });
    state.isStoreAway = true;
    return undefined;
  }
};

/** Makes the ledger of a new connection the current one, where it is not; then tells it everything that it may not know. */
const admit = async (state: State, introduction: Introduction): Promise<void> => {
  const { identity, markedAtMs } = introduction;
  const refuse = (reason: string): never => {
    state.onEvent({ type: "refused", identity, reason });
    throw new Unavailable("ledger", new Error(reason));
  };
  const at = state.hold.now();
  // Who is about to hold one is waited for, like who does.
  const epoch = await askWhetherCurrent(state, introduction);
  if (epoch === undefined) return;
  if (epoch.ledger !== identity && !mayMove(epoch)) refuse("Another ledger has just become the current one.");
  const current = epoch.ledger === identity ? epoch : await state.epochs.move(epoch.number, identity, isTold(epoch.ledger));
  if (current.ledger !== identity) refuse("Another process has made another ledger the current one.");
  const fromMs = toldFrom(markedAtMs, current.nowMs);
  if (fromMs === undefined) return refuse("What the ledger holds is older than 30 days: empty it, so that no key of that time comes back.");
  await tellSince(state, fromMs, introduction.announce);
  await introduction.mark(current.nowMs);
  if (!state.hold.admit(current, at)) refuse("Another ledger has become the current one meanwhile.");
};

/**
 * undefined: the store cannot be asked, and the connection leads where a lost one led, to a ledger that has kept its mark. It goes on as that one
 * would have: for the lease, or as long as the operator lets it go on without the store.
 */
const askWhetherCurrent = async (state: State, { identity, markedAtMs }: Introduction): Promise<Epoch | undefined> => {
  try {
    return await state.epochs.confirm({ ...self(state), holds: state.hold.number() ?? 0 });
  } catch (error) {
    if (error instanceof Unavailable && markedAtMs !== undefined && state.hold.isOn(identity)) return undefined;
    throw error;
  }
};

const tellSince = async ({ announcements }: State, fromMs: number, announce: (changed: readonly Known[]) => Promise<void>): Promise<void> => {
  for (let after = 0; ; ) {
    const page = await announcements.since(fromMs, { after, limit: pageSize });
    if (page.length > 0) await announce(page);
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) return;
    after = last.sequence;
  }
};
