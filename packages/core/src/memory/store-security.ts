import type { SecurityEvent } from "../model/security-event.ts";
import type { KeyOrigin, NewOrigin, SecurityEventFilter, SecurityEventStore } from "../ports/security-event-store.ts";
import { addRow, pageById, type StoreAccess, type StoreState } from "./store-state.ts";

const maxOrigins = 100;

export const memorySecurityEvents = ({ read, write }: StoreAccess) =>
  ({
    add: (events) =>
      write((state) => {
        for (const event of events) addRow(state.securityEvents, event.id, event);
      }),
    list: (filter, page) =>
      read((state) =>
        pageById(
          [...state.securityEvents.values()].filter((event) => matches(event, filter)),
          ({ id }) => id,
          page,
        ),
      ),
    noteOrigins: (uses) => write((state) => uses.flatMap((use) => noteOrigin(state, use))),
    prune: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.securityEvents.values()].filter(({ atMs }) => atMs < beforeMs).slice(0, limit);
        for (const { id } of old) state.securityEvents.delete(id);
        return old.length;
      }),
  }) satisfies SecurityEventStore;

const noteOrigin = (state: StoreState, { keyId, origin }: KeyOrigin): readonly NewOrigin[] => {
  const key = state.keys.get(keyId)?.row;
  const known = state.origins.get(keyId) ?? new Set();
  if (key === undefined || known.has(origin) || known.size >= maxOrigins) return [];
  state.origins.set(keyId, new Set([...known, origin]));
  return known.size === 0 ? [] : [{ keyId, origin, tenantId: key.tenantId }];
};

const matches = (event: SecurityEvent, { tenantId, kind, severity, subjectId, fromMs, toMs }: SecurityEventFilter): boolean =>
  [
    [tenantId, event.tenantId],
    [kind, event.kind],
    [severity, event.severity],
    [subjectId, event.subjectId],
  ].every(([wanted, is]) => wanted === undefined || wanted === is) &&
  (fromMs === undefined || event.atMs >= fromMs) &&
  (toMs === undefined || event.atMs < toMs);
