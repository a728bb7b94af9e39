import type { AuditEntry } from "../model/audit.ts";
import type { Store, Stores } from "../ports/store.ts";
import type { Live } from "./live.ts";

/**
 * The same store, whose commits are told to those who watch: of a change, what its transaction has entered in the audit log; of usage, what has been
 * counted. Only what has been committed is told, so that whoever looks again finds it.
 */
export const tellStore = (store: Store, live: Pick<Live, "tellChanges" | "tellUse">): Store => ({
  ...store,
  transaction: async (work) => {
    const entries: AuditEntry[] = [];
    const result = await store.transaction((stores) => {
      entries.length = 0;
      return work(noting(stores, entries));
    });
    live.tellChanges(entries);
    return result;
  },
  usage: {
    ...store.usage,
    apply: async (move) => {
      const isNew = await store.usage.apply(move);
      if (isNew) live.tellUse(move);
      return isNew;
    },
  },
  forTenant: (tenantId) => tellStore(store.forTenant(tenantId), live),
});

const noting = (stores: Stores, entries: AuditEntry[]): Stores => ({
  ...stores,
  audit: {
    ...stores.audit,
    append: async (entry) => {
      await stores.audit.append(entry);
      entries.push(entry);
    },
  },
});
