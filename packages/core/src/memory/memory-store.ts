import type { Store, Stores } from "../ports/store.ts";
import { memoryAnnouncements } from "./store-announcements.ts";
import { memoryKeyStore } from "./store-keys.ts";
import { memoryAuditLog, memoryIdempotencyStore } from "./store-logs.ts";
import { copyState, emptyState, type StoreAccess, type StoreState } from "./store-state.ts";
import { memoryMemberStore, memoryTenantStore } from "./store-tenants.ts";
import { memoryUsageStore } from "./store-usage.ts";

/**
 * The reference `Store`: what the port means, without an engine. Nothing outlives the process.
 *
 * Transactions and single changes run one after the other, so a lock is held by whoever runs. A transaction works on a copy
 * that takes the state's place when it commits; reads from outside see what was committed.
 */
export const createMemoryStore = (): Store => {
  let committed = emptyState();
  let last: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };

  return {
    ...storesOf({
      read: async (look) => look(committed),
      write: (change) => inTurn(async () => change(committed)),
    }),
    transaction: (work) =>
      inTurn(async () => {
        const copy = copyState(committed);
        const result = await work(storesOf(accessTo(copy)));
        committed = copy;
        return result;
      }),
  };
};

const accessTo = (state: StoreState): StoreAccess => ({
  read: async (look) => look(state),
  write: async (change) => change(state),
});

const storesOf = (access: StoreAccess): Stores => ({
  keys: memoryKeyStore(access),
  tenants: memoryTenantStore(access),
  members: memoryMemberStore(access),
  audit: memoryAuditLog(access),
  announcements: memoryAnnouncements(access),
  usage: memoryUsageStore(access),
  idempotency: memoryIdempotencyStore(access),
});
