import { newId } from "../ids.ts";
import type { AuditEntry } from "../model/audit.ts";
import type { OutboxEvent } from "../model/webhook.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { Store, Stores } from "../ports/store.ts";
import { eventOfEntry } from "./event-of-entry.ts";
import { eventOfSecurity } from "./event-of-security.ts";
import { eventsOfMove } from "./events-of-move.ts";

interface FeedDeps {
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * The same store, which puts into its outbox what the outside is told: of a change, what its transaction enters in the audit log; security events; and
 * keys whose requests were refused for want of budget, as their counts come home. Each in the transaction of what it tells: both are there, or neither.
 */
export const feedOutbox = (store: Store, deps: FeedDeps): Store => ({
  ...store,
  transaction: (work) => store.transaction((stores) => work(feeding(stores, deps))),
  audit: {
    ...store.audit,
    append: (entry) => {
      const event = eventOf(deps, entry);
      return event === undefined ? store.audit.append(entry) : store.transaction((stores) => appendWith(stores, entry, event));
    },
  },
  securityEvents: {
    ...store.securityEvents,
    add: (events) => store.transaction((stores) => feeding(stores, deps).securityEvents.add(events)),
  },
  usage: {
    ...store.usage,
    apply: (move) => (eventsOfMove(move, 0).length === 0 ? store.usage.apply(move) : store.transaction((stores) => feeding(stores, deps).usage.apply(move))),
  },
  forTenant: (tenantId) => feedOutbox(store.forTenant(tenantId), deps),
});

const eventOf = ({ random }: FeedDeps, entry: AuditEntry): OutboxEvent | undefined => eventOfEntry(entry, () => newId(random, "evt"));

const appendWith = async (stores: Stores, entry: AuditEntry, event: OutboxEvent): Promise<void> => {
  await stores.audit.append(entry);
  await stores.outbox.add([event]);
};

const feeding = (stores: Stores, deps: FeedDeps): Stores => ({
  ...stores,
  audit: {
    ...stores.audit,
    append: (entry) => {
      const event = eventOf(deps, entry);
      return event === undefined ? stores.audit.append(entry) : appendWith(stores, entry, event);
    },
  },
  securityEvents: {
    ...stores.securityEvents,
    add: async (events) => {
      await stores.securityEvents.add(events);
      await stores.outbox.add(events.map(eventOfSecurity));
    },
  },
  usage: {
    ...stores.usage,
    apply: async (move) => {
      const isNew = await stores.usage.apply(move);
      if (isNew) await stores.outbox.add(eventsOfMove(move, deps.clock.nowMs()));
      return isNew;
    },
  },
});
