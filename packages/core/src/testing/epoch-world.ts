import { type CurrentLedger, openCurrentLedger } from "../epoch/current-ledger.ts";
import { Unavailable } from "../errors.ts";
import { createMemoryEpochs } from "../memory/memory-epochs.ts";
import type { Announcement } from "../ports/announcements.ts";
import type { Installation, SpendRequest, SpendResult } from "../ports/ledger.ts";
import { spendAllInTurn, spendEach, spendEachBehind, spendInTurn } from "../spend-in-turn.ts";
import { accepted, createServers, createToldLedger, type Server } from "./epoch-servers.ts";
import { createHandMovedTime } from "./hand-moved-time.ts";

interface Kept extends Announcement {
  settledAtMs: number;
}

/** Undefined where an engine is out of reach, which is an expected outcome here. */
const orUnavailable = async <T>(work: Promise<T>): Promise<T | undefined> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Unavailable) return undefined;
    throw error;
  }
};

const maxRounds = 8;
const never = Number.POSITIVE_INFINITY;

/** One key in one store, with ledgers that fail and processes that are cut off; time moves only when it is told to. */
export const createEpochWorld = () => {
  const time = createHandMovedTime(Date.UTC(2026, 0, 1));
  const { clock, stopwatch } = time;
  const servers = createServers();
  const truth = { revision: 1, enforced: 1 };
  const announcements: Kept[] = [];
  const epochs = createMemoryEpochs(clock);

  /** A process: what it holds in memory, what it reaches, and the product's own ledger logic. */
  const openProcess = async (id: string, onStoreOutage: "serve" | "deny" = "serve") => {
    const reach = { store: true, cached: truth.revision, link: undefined as Server | undefined, stuckTo: undefined as Server | undefined };
    const store = async <T>(work: () => T): Promise<Awaited<T>> => {
      if (!reach.store) throw new Unavailable("store");
      return await work();
    };
    const spendOnStore = ({ key }: SpendRequest): Promise<SpendResult> =>
      store((): SpendResult => (key.revision === truth.revision ? accepted : { state: "STALE" }));
    const spendAllOnStore = (requests: readonly SpendRequest[]) => spendEach({ spend: spendOnStore }, requests);
    const spendBehindOnStore = (first: SpendRequest, request: SpendRequest) => spendInTurn({ spend: spendOnStore }, first, request);
    const ledger: CurrentLedger = await openCurrentLedger({
      epochs: {
        read: () => store(epochs.read),
        confirm: (process) => store(() => epochs.confirm(process)),
        move: (from, ledgerName, isTold) => store(() => epochs.move(from, ledgerName, isTold)),
        countBehind: (number) => store(() => epochs.countBehind(number)),
        leave: epochs.leave,
      },
      announcements: {
        since: (sinceMs, { after, limit }) =>
          store(() => announcements.filter(({ sequence, settledAtMs }) => sequence > after && settledAtMs >= sinceMs).slice(0, limit)),
      },
      storeLedger: {
        spend: spendOnStore,
        spendBehind: spendBehindOnStore,
        spendAll: spendAllOnStore,
        spendAllBehind: (first, requests) => spendAllInTurn({ spend: spendOnStore, spendAll: spendAllOnStore }, first, requests),
        spendEachBehind: (first, requests) => spendEachBehind({ spendBehind: spendBehindOnStore }, first, requests),
      },
      openTold: (admit) => createToldLedger(reach, servers.place, admit),
      clock,
      stopwatch,
      processId: id,
      onLedgerOutage: "degrade",
      onStoreOutage,
      onEvent: () => {},
    });

    const verifyOnce = async (): Promise<number | undefined> => {
      let install: Installation | null = null;
      for (let round = 0; round < maxRounds; round++) {
        const key = { id: "key_1", revision: reach.cached };
        const result = await ledger.spend({ key, install } as SpendRequest);
        if (result.state === "DONE") return key.revision;
        install = result.state === "MISS" ? { lease: result.lease, keyBudget: null, tenantBudget: null } : null;
        reach.cached = await store(() => truth.revision);
      }
      return undefined;
    };
    const tell = async (changed: Kept): Promise<true> => {
      await ledger.announce([changed]);
      changed.settledAtMs = clock.nowMs();
      truth.enforced = Math.max(truth.enforced, changed.revision);
      return true;
    };
    return {
      reach,
      ledger,
      /** The revision that was accepted; undefined: none was. */
      verify: () => orUnavailable(verifyOnce()),
      /** Commits a change and tells it; answers whether it is in force. */
      change: async (): Promise<boolean> => {
        if (!reach.store) return false;
        truth.revision += 1;
        const changed: Kept = { id: "key_1", revision: truth.revision, sequence: announcements.length + 1, settledAtMs: never };
        announcements.push(changed);
        return (await orUnavailable(tell(changed))) ?? false;
      },
    };
  };

  return { ...servers, truth, epochs, advance: time.advance, settle: time.settle, openProcess };
};

export type EpochWorld = ReturnType<typeof createEpochWorld>;
