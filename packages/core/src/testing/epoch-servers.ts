import { Unavailable } from "../errors.ts";
import type { Known, SpendRequest, SpendResult } from "../ports/ledger.ts";
import type { Admit, ToldLedger } from "../ports/told-ledger.ts";
import { spendAllInTurn, spendEach, spendEachBehind, spendInTurn } from "../spend-in-turn.ts";

/** What a ledger beside the store knows of one key; a plain value, so that a copy is a snapshot. */
interface Memory {
  revision: number | undefined;
  lease: string | undefined;
  markedAtMs: number | undefined;
}

/** A server of such a ledger. */
export interface Server {
  readonly identity: string;
  readonly memory: Memory;
  isUp: boolean;
}

export const accepted: SpendResult = { state: "DONE", outcome: "VALID", key: null, pool: null, quota: null };

/** The servers of one ledger, one of which is the primary at a time. */
export const createServers = () => {
  const state = { servers: 0 };
  const empty: Memory = { revision: undefined, lease: undefined, markedAtMs: undefined };
  const start = (memory: Memory): Server => {
    state.servers += 1;
    return { identity: `server ${state.servers}`, memory: { ...memory }, isUp: true };
  };
  const place = { primary: start(empty), snapshot: empty };
  return {
    place,
    takeSnapshot: () => {
      place.snapshot = { ...place.primary.memory };
    },
    /** The primary dies; another takes its place, with what the last snapshot held. */
    restart: () => {
      place.primary.isUp = false;
      place.primary = start(place.snapshot);
    },
    /** A replica that lags takes the place; the former primary lives on, and whoever is connected to it stays so. */
    failOver: () => {
      place.primary = start(place.snapshot);
    },
    takeDown: () => {
      place.primary.isUp = false;
    },
    bringBack: () => {
      place.primary.isUp = true;
    },
  };
};

/** A process's way to the servers. */
export interface Way {
  link: Server | undefined;
  /** The server that it is led to, whichever is the primary. */
  stuckTo: Server | undefined;
}

/** A process's connection to the primary, as the port promises it. */
export const createToldLedger = (way: Way, place: { readonly primary: Server }, admit: Admit): ToldLedger => {
  const connect = async (): Promise<Server> => {
    if (way.link?.isUp === true) return way.link;
    way.link = undefined;
    const server = way.stuckTo ?? place.primary;
    if (server.isUp) await admit(introduce(server));
    // It may have died meanwhile.
    if (!server.isUp) throw new Unavailable("ledger");
    way.link = server;
    return server;
  };
  const onLink = async <T>(work: (server: Server) => T): Promise<T> => {
    const server = await connect().catch((error: unknown) => {
      throw error instanceof Unavailable ? new Unavailable("ledger", error) : error;
    });
    return work(server);
  };
  const spend = (request: SpendRequest): Promise<SpendResult> => onLink(({ memory }) => spendOn(memory, request));
  const spendAll = (requests: readonly SpendRequest[]) => spendEach({ spend }, requests);
  const spendBehind = (first: SpendRequest, request: SpendRequest) => spendInTurn({ spend }, first, request);
  return {
    spend,
    spendBehind,
    spendAll,
    spendAllBehind: (first, requests) => spendAllInTurn({ spend, spendAll }, first, requests),
    spendEachBehind: (first, requests) => spendEachBehind({ spendBehind }, first, requests),
    identity: () => onLink(({ identity }) => identity),
    announceTo: (identity, changed) =>
      onLink((server) => {
        if (server.identity === identity) announceOn(server.memory, changed);
        return server.identity === identity;
      }),
    markTo: (identity, atMs) =>
      onLink((server) => {
        if (server.identity === identity) markOn(server.memory, atMs);
      }),
    reconnect: () => {
      way.link = undefined;
    },
  } satisfies ToldLedger;
};

const introduce = ({ memory, identity }: Server): Parameters<Admit>[0] => ({
  identity,
  markedAtMs: memory.markedAtMs,
  announce: async (changed) => announceOn(memory, changed),
  mark: async (atMs) => markOn(memory, atMs),
});

const spendOn = (memory: Memory, { key, install }: SpendRequest): SpendResult => {
  const isInstalled = install !== null && install.lease === memory.lease;
  if (memory.revision === undefined && isInstalled) memory.revision = key.revision;
  if (memory.revision === undefined) {
    memory.lease ??= `lease ${Math.random()}`;
    return { state: "MISS", lease: memory.lease };
  }
  memory.revision = Math.max(memory.revision, key.revision);
  return key.revision < memory.revision ? { state: "STALE" } : accepted;
};

const announceOn = (memory: Memory, changed: readonly Known[]): void => {
  for (const { revision } of changed) {
    memory.lease = undefined;
    if (memory.revision !== undefined) memory.revision = Math.max(memory.revision, revision);
  }
};

const markOn = (memory: Memory, atMs: number): void => {
  memory.markedAtMs = Math.max(memory.markedAtMs ?? 0, atMs);
};
