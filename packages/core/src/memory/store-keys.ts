import type { ApiKey, KeyActivity, KeySecret, Signed } from "../model/key.ts";
import type { KeyFilter, KeyStore, StoredKey, StoredRecord } from "../ports/key-store.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import { compareKeyPlaces, type KeyPlace, type KeySort, keyPlaceOf, newestFirst, readKeyPlace, writeKeyPlace } from "../rules/key-order.ts";
import { addRow, holdsText, replaceRow, type StoreAccess, type StoreState } from "./store-state.ts";

const unused: KeyActivity = { lastUsedAtMs: null, lastUsedIp: null };

export const memoryKeyStore = ({ read, write }: StoreAccess) =>
  ({
    insert: (key) => write((state) => addRow(state.keys, key.row.id, key)),
    insertSecret: (secret) => write((state) => addSecret(state, secret)),
    update: (key) => write((state) => replaceRow(state.keys, key.row.id, key)),
    updateSecret: (secret) => write((state) => replaceRow(state.secrets, secret.row.id, secret)),
    lock: (keyId) => read((state) => storedKey(state, keyId)),
    find: (keyId) => read((state) => storedKey(state, keyId)),
    findByDigest: (digests) => read((state) => recordOf(state, digests)),
    list: (filter, page, sort = newestFirst) =>
      read((state) => {
        const matching = [...state.keys.values()].filter((key) => matches(state, key.row, filter));
        return pageInOrder(
          matching.map((key) => withSecrets(state, key)),
          page,
          sort,
        );
      }),
    countAlive: (ownerId, nowMs) => read((state) => aliveOf(state, ownerId, nowMs).length),
    listAlive: (ownerId, nowMs) => read((state) => aliveOf(state, ownerId, nowMs).sort()),
  }) satisfies KeyStore;

const pageInOrder = (keys: readonly StoredKey[], { limit, after }: PageRequest, { by, isDescending }: KeySort): Page<StoredKey> => {
  const compare = (a: KeyPlace, b: KeyPlace): number => compareKeyPlaces(a, b) * (isDescending ? -1 : 1);
  const from = after === null ? null : readKeyPlace(after, by);
  const rest = keys
    .map((stored) => ({ stored, place: keyPlaceOf(stored.key.row, stored.activity, by) }))
    .filter(({ place }) => from === null || compare(place, from) > 0)
    .sort((a, b) => compare(a.place, b.place));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(({ stored }) => stored), after: rest.length > limit && last !== undefined ? writeKeyPlace(last.place, by) : null };
};

const aliveOf = (state: StoreState, ownerId: string, nowMs: number): string[] =>
  [...state.keys.values()].filter(({ row }) => row.ownerId === ownerId && row.state !== "revoked" && !expired(row, nowMs)).map(({ row }) => row.id);

const addSecret = (state: StoreState, secret: Signed<KeySecret>): void => {
  const twin = [...state.secrets.values()].find(({ row }) => row.digest === secret.row.digest);
  if (twin !== undefined) throw new Error(`Secret ${twin.row.id} has this digest already.`);
  addRow(state.secrets, secret.row.id, secret);
};

export const storedKey = (state: StoreState, keyId: string): StoredKey | undefined => {
  const key = state.keys.get(keyId);
  return key && withSecrets(state, key);
};

const withSecrets = (state: StoreState, key: Signed<ApiKey>): StoredKey => ({
  key,
  secrets: secretsOf(state, key.row.id),
  activity: state.activity.get(key.row.id) ?? unused,
});

/** The current secret, then the ones that had a grace period, newest first. */
const secretsOf = (state: StoreState, keyId: string): readonly Signed<KeySecret>[] =>
  [...state.secrets.values()].filter(({ row }) => row.keyId === keyId && row.validUntilMs !== 0).sort((a, b) => (comesFirst(a.row, b.row) ? -1 : 1));

const comesFirst = (a: KeySecret, b: KeySecret): boolean => {
  if ((a.validUntilMs === null) !== (b.validUntilMs === null)) return a.validUntilMs === null;
  return a.createdAtMs === b.createdAtMs ? a.id > b.id : a.createdAtMs > b.createdAtMs;
};

const recordOf = (state: StoreState, digests: readonly string[]): StoredRecord | undefined => {
  const secret = [...state.secrets.values()].find(({ row }) => digests.includes(row.digest));
  const key = secret && state.keys.get(secret.row.keyId);
  if (secret === undefined || key === undefined) return undefined;
  const { id, tenantId } = key.row;
  return {
    key,
    secret,
    tenant: (tenantId !== null && state.tenants.get(tenantId)) || null,
    keyBudget: state.budgets.get(id) ?? null,
    tenantBudget: (tenantId !== null && state.budgets.get(tenantId)) || null,
  };
};

const matches = (state: StoreState, key: ApiKey, filter: KeyFilter): boolean =>
  key.tenantId === filter.tenantId &&
  (filter.status === undefined || filter.status === statusOf(key, filter.nowMs)) &&
  (filter.environment === undefined || filter.environment === key.environment) &&
  (filter.scope === undefined || key.scopes.includes(filter.scope)) &&
  (filter.ownerId === undefined || filter.ownerId === key.ownerId) &&
  (filter.q === undefined || holdsText(key.name, filter.q) || hintEnds(state, key.id, filter.q));

const statusOf = (key: ApiKey, nowMs: number): KeyFilter["status"] => (key.state === "active" && expired(key, nowMs) ? "expired" : key.state);

const expired = (key: ApiKey, nowMs: number): boolean => key.expiresAtMs !== null && key.expiresAtMs <= nowMs;

const hintEnds = (state: StoreState, keyId: string, end: string): boolean =>
  [...state.secrets.values()].some(({ row }) => row.keyId === keyId && row.validUntilMs === null && row.hint.endsWith(end));
