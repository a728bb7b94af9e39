import { copyState, type StoreAccess, type StoreState } from "./store-state.ts";

/** What is left of a store for one tenant: looks see its rows alone, and a change that leaves behind anything else is refused whole. */
export const withinTenant = ({ read, write }: StoreAccess, tenantId: string): StoreAccess => ({
  read: (look) => read((state) => look(partOf(state, tenantId))),
  write: (change) =>
    write((state) => {
      const before = partOf(state, tenantId);
      const after = copyState(before);
      const result = change(after);
      const merged = merge(state, { before, after });
      requirePart(merged, after, tenantId);
      for (const name of names) refill(rowsOf(state, name), rowsOf(merged, name));
      return result;
    }),
});

/** Rows of the tenant, and all that belongs to no tenant in particular: applied moves and announcements. */
const partOf = (state: StoreState, tenantId: string): StoreState => {
  const keys = rowsWhere(state.keys, ({ row }) => row.tenantId === tenantId);
  return {
    keys,
    secrets: rowsWhere(state.secrets, ({ row }) => keys.has(row.keyId)),
    tenants: rowsWhere(state.tenants, (_tenant, id) => id === tenantId),
    members: rowsWhere(state.members, (member) => member.tenantId === tenantId),
    teams: rowsWhere(state.teams, (team) => team.tenantId === tenantId),
    places: rowsWhere(state.places, (place) => place.tenantId === tenantId),
    invitations: rowsWhere(state.invitations, (invitation) => invitation.tenantId === tenantId),
    embedSessions: rowsWhere(state.embedSessions, (session) => session.tenantId === tenantId),
    audit: rowsWhere(state.audit, (entry) => entry.tenantId === tenantId),
    chains: rowsWhere(state.chains, (chain) => chain.tenantId === tenantId),
    checkpoints: rowsWhere(state.checkpoints, (checkpoint) => checkpoint.tenant_id === tenantId),
    securityEvents: rowsWhere(state.securityEvents, (event) => event.tenantId === tenantId),
    origins: rowsWhere(state.origins, (_origins, keyId) => keys.has(keyId)),
    outbox: rowsWhere(state.outbox, (event) => event.tenantId === tenantId),
    webhooks: rowsWhere(state.webhooks, (webhook) => webhook.tenantId === tenantId),
    deliveries: rowsWhere(state.deliveries, (delivery) => delivery.tenantId === tenantId),
    alerts: rowsWhere(state.alerts, (alert) => alert.tenantId === tenantId),
    alertSettings: rowsWhere(state.alertSettings, (settings) => settings.tenantId === tenantId),
    alertMutes: rowsWhere(state.alertMutes, (mute) => mute.tenantId === tenantId),
    alertPasses: new Map(),
    reminderLooks: rowsWhere(state.reminderLooks, (_look, keyId) => keys.has(keyId)),
    reminders: rowsWhere(state.reminders, (reminder) => reminder.tenantId === tenantId),
    // Of people, who may be in several tenants.
    digests: new Map(),
    digestItems: new Map(),
    reminderChoices: new Map(),
    usage: rowsWhere(state.usage, (count) => count.tenantId === tenantId),
    usageDaily: rowsWhere(state.usageDaily, (count) => count.tenantId === tenantId),
    responses: rowsWhere(state.responses, (count) => count.tenantId === tenantId),
    responsesDaily: rowsWhere(state.responsesDaily, (count) => count.tenantId === tenantId),
    countries: rowsWhere(state.countries, (count) => count.tenantId === tenantId),
    requests: rowsWhere(state.requests, (request) => request.tenantId === tenantId),
    skippedRequests: rowsWhere(state.skippedRequests, (_skipped, id) => id === tenantId),
    activity: rowsWhere(state.activity, (_use, keyId) => keys.has(keyId)),
    budgets: rowsWhere(state.budgets, (_budget, id) => id === tenantId || keys.has(id)),
    idempotency: rowsWhere(state.idempotency, (kept) => kept.tenantId === tenantId),
    moves: new Map(state.moves),
    announcements: new Map(state.announcements),
  };
};

const rowsWhere = <K, V>(rows: ReadonlyMap<K, V>, isWanted: (row: V, id: K) => boolean): Map<K, V> =>
  new Map([...rows].filter(([id, row]) => isWanted(row, id)));

interface Changed {
  readonly before: StoreState;
  readonly after: StoreState;
}

type Rows = Map<unknown, unknown>;
const names = [
  "keys",
  "secrets",
  "tenants",
  "members",
  "teams",
  "places",
  "invitations",
  "embedSessions",
  "audit",
  "chains",
  "checkpoints",
  "securityEvents",
  "origins",
  "outbox",
  "webhooks",
  "deliveries",
  "alerts",
  "alertSettings",
  "alertMutes",
  "alertPasses",
  "reminderLooks",
  "reminders",
  "digests",
  "digestItems",
  "reminderChoices",
  "usage",
  "usageDaily",
  "responses",
  "responsesDaily",
  "countries",
  "requests",
  "skippedRequests",
  "activity",
  "budgets",
  "idempotency",
  "moves",
  "announcements",
] as const satisfies readonly (keyof StoreState)[];
const rowsOf = (state: StoreState, name: keyof StoreState): Rows => state[name] as Rows;

/** The whole state with the tenant's changes in it. An id that stands for a row behind the wall is taken. */
const merge = (state: StoreState, { before, after }: Changed): StoreState => {
  const merged = copyState(state);
  for (const name of names) {
    const [rows, old, changed] = [rowsOf(merged, name), rowsOf(before, name), rowsOf(after, name)];
    for (const id of old.keys()) if (!changed.has(id)) rows.delete(id);
    for (const [id, row] of changed) {
      if (rows.has(id) && !old.has(id)) throw new Error(`There is a row ${id} already.`);
      rows.set(id, row);
    }
  }
  return merged;
};

const requirePart = (merged: StoreState, after: StoreState, tenantId: string): void => {
  const part = partOf(merged, tenantId);
  for (const name of names) {
    for (const id of rowsOf(after, name).keys()) {
      if (!rowsOf(part, name).has(id)) throw new Error(`The row ${id} does not belong to the tenant.`);
    }
  }
};

const refill = (rows: Rows, from: Rows): void => {
  rows.clear();
  for (const [id, row] of from) rows.set(id, row);
};
