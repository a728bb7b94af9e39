import type { OutboxEvent } from "../model/webhook.ts";
import { expiryEventId, type Outbox } from "../ports/outbox.ts";
import type { StoreAccess, StoreState } from "./store-state.ts";

export const memoryOutbox = ({ read, write }: StoreAccess) =>
  ({
    add: (events) =>
      write((state) => {
        for (const event of events) addEvent(state, event);
      }),
    take: (nowMs, limit) =>
      write((state) => {
        const due = [...state.outbox.values()].filter(({ event, isGone }) => !isGone && event.dueAtMs <= nowMs);
        const taken = due
          .map(({ event }) => event)
          .sort((a, b) => a.dueAtMs - b.dueAtMs || (a.id < b.id ? -1 : 1))
          .slice(0, limit);
        for (const event of taken) state.outbox.set(event.id, { event, tenantId: event.tenantId, isGone: true });
        return taken;
      }),
    expiredKeys: ({ fromMs, toMs }, limit) =>
      read((state) =>
        [...state.keys.values()]
          .flatMap(({ row: { id, tenantId, state: is, expiresAtMs } }) =>
            is === "revoked" || expiresAtMs === null || expiresAtMs <= fromMs || expiresAtMs > toMs ? [] : [{ id, tenantId, expiresAtMs }],
          )
          .filter((key) => !state.outbox.has(expiryEventId(key)))
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .slice(0, limit),
      ),
    prune: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.outbox.values()].filter(({ event }) => event.atMs < beforeMs).slice(0, limit);
        for (const { event } of old) state.outbox.delete(event.id);
        return old.length;
      }),
  }) satisfies Outbox;

const addEvent = (state: StoreState, event: OutboxEvent): void => {
  const standing = state.outbox.get(event.id);
  if (standing === undefined) state.outbox.set(event.id, { event, tenantId: event.tenantId, isGone: false });
  else if (!standing.isGone && standing.event.count !== null && event.count !== null)
    state.outbox.set(event.id, { ...standing, event: { ...standing.event, count: standing.event.count + event.count } });
};
