import { AsyncLocalStorage } from "node:async_hooks";
import { Unavailable } from "@keywright/core";
import type { PostgresPool, PostgresPoolClient } from "kysely";
import { whileAwake } from "./rest-storages.ts";

/** From where a call came, and by what it is found in the log. */
export interface CallOrigin {
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** What one call of the library has to tell beside its own answer, which knows neither outages nor invitations. */
interface Exchange {
  readonly origin: CallOrigin;
  outage: Unavailable | undefined;
  /** The address was invited, and who asks has the invitation that was mailed to it. */
  isInvited: boolean;
  /** Whose account the call is about, as soon as that is known; undefined: nobody's. */
  accountId: string | undefined;
  /** The browser has come back from the provider with what it was sent there with. */
  isSsoBegun: boolean;
  /** Somebody had signed in before the call. */
  hadSession: boolean;
  /** What the call knows of sessions: how each rests → by what it may be named. */
  readonly sessionNames: Map<string, string>;
}

export interface Exchanges {
  /** Runs the work. Rejects with `Unavailable` where the store was out of reach, whatever the work has made of it. */
  during<T>(work: () => Promise<T>, origin?: CallOrigin): Promise<T>;
  /** The exchange that is under way. */
  current(): Exchange | undefined;
  /** The pool, whose outages are heard. */
  hear(pool: PostgresPool): PostgresPool;
}

/** The library answers an engine that is away with "no session": a person would be signed out by every restart of the database. */
export const createExchanges = (): Exchanges => {
  const storage = new AsyncLocalStorage<Exchange>();
  const heard = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      const exchange = storage.getStore();
      if (error instanceof Unavailable && exchange !== undefined) exchange.outage = error;
      throw error;
    }
  };
  const hearClient = (client: PostgresPoolClient): PostgresPoolClient => {
    const query = ((text: string, values: readonly unknown[]) => heard(client.query(text, values))) as PostgresPoolClient["query"];
    return { query, release: (destroy) => (client as { release(destroy?: boolean): void }).release(destroy) };
  };
  return {
    during: async (work, origin = nowhere) => {
      const exchange = newExchange(origin);
      const outcome = await whileAwake(storage, () => storage.run(exchange, () => Promise.allSettled([work()])));
      if (exchange.outage !== undefined) throw exchange.outage;
      const [settled] = outcome;
      if (settled.status === "rejected") throw settled.reason;
      return settled.value;
    },
    current: () => storage.getStore(),
    hear: (pool) => ({ options: pool.options, end: () => pool.end(), connect: async () => hearClient(await heard(pool.connect())) }),
  } satisfies Exchanges;
};

const nowhere: CallOrigin = { ip: null, requestId: null };

const newExchange = (origin: CallOrigin): Exchange => ({
  origin,
  outage: undefined,
  isInvited: false,
  accountId: undefined,
  isSsoBegun: false,
  hadSession: false,
  sessionNames: new Map(),
});
