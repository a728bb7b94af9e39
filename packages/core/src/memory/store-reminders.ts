import type { ApiKey } from "../model/key.ts";
import { type Digest, type RemindedKey, type Reminder, reminderId } from "../model/reminder.ts";
import type { AgingKey, ClaimedDigest, DigestClaim, Gathered, LooksRequest, ReminderStore } from "../ports/reminder-store.ts";
import { storedKey } from "./store-keys.ts";
import { addRow, type StoreAccess, type StoreState } from "./store-state.ts";

const hourMs = 3_600_000;
const rising = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

export const memoryReminders = ({ read, write }: StoreAccess) =>
  ({
    takeDue: (request) =>
      read((state) =>
        tenantKeys(state)
          .filter((key) => isDue(state, key, request))
          .slice(0, request.limit),
      ),
    plan: (looks, nowMs) =>
      write((state) => {
        for (const { keyId, nextLookMs } of looks) {
          const expiresAtMs = state.keys.get(keyId)?.row.expiresAtMs ?? null;
          state.reminderLooks.set(keyId, { nextLookMs, lookedAtMs: nowMs, expiresAtMs });
        }
      }),
    record: (reminders) => write((state) => reminders.filter((reminder) => isNew(state, reminder))),
    recorded: (reminders) => read((state) => reminders.filter((reminder) => state.reminders.has(reminderId(reminder)))),
    gather: (entries, newDigestId, nowMs) =>
      write((state) => {
        for (const entry of entries) gather(state, { ...entry, newDigestId, nowMs });
      }),
    claim: (request) => write((state) => claim(state, request)),
    settle: (digest, attempt) =>
      write((state) => {
        const now = state.digests.get(digest.id);
        if (now?.state !== "open" || now.attempts !== attempt) return false;
        state.digests.set(digest.id, digest);
        return true;
      }),
    isWanted: (person) => read((state) => state.reminderChoices.get(person) ?? true),
    choose: (person, isWanted) =>
      write((state) => {
        const before = state.reminderChoices.get(person) ?? true;
        state.reminderChoices.set(person, isWanted);
        return before !== isWanted;
      }),
    keys: (after, limit) =>
      read((state) =>
        tenantKeys(state)
          .filter(({ key }) => after === null || key.id > after)
          .slice(0, limit),
      ),
    prune: (beforeMs, limit) =>
      write((state) => {
        const old = [...state.digests.values()].filter((one) => one.state !== "open" && one.createdAtMs < beforeMs).slice(0, limit);
        for (const { id } of old) {
          state.digests.delete(id);
          state.digestItems.delete(id);
        }
        return old.length;
      }),
  }) satisfies ReminderStore;

const tenantKeys = (state: StoreState): readonly AgingKey[] =>
  [...state.keys.values()]
    .filter(({ row }) => row.tenantId !== null)
    .sort((a, b) => rising(a.row, b.row))
    .map(({ row }) => ({ key: agingOf(row), secret: currentSecret(state, row.id) }));

const agingOf = ({ id, tenantId, ownerId, name, state, createdAtMs, expiresAtMs }: ApiKey): AgingKey["key"] => ({
  id,
  tenantId,
  ownerId,
  name,
  state,
  createdAtMs,
  expiresAtMs,
});

const currentSecret = (state: StoreState, keyId: string): AgingKey["secret"] => {
  const row = storedKey(state, keyId)?.secrets.find((secret) => secret.row.validUntilMs === null)?.row;
  return row === undefined ? null : { createdAtMs: row.createdAtMs, hint: row.hint };
};

const isDue = (state: StoreState, { key }: AgingKey, { nowMs, latestMs }: LooksRequest): boolean => {
  const look = state.reminderLooks.get(key.id);
  if (look === undefined || look.expiresAtMs !== key.expiresAtMs) return true;
  if (look.nextLookMs === null) return false;
  return look.nextLookMs <= nowMs || look.nextLookMs > latestMs || look.lookedAtMs > nowMs + hourMs;
};

const isNew = (state: StoreState, reminder: Reminder): boolean => {
  const id = reminderId(reminder);
  if (state.reminders.has(id)) return false;
  state.reminders.set(id, reminder);
  return true;
};

interface Gathering extends Gathered {
  readonly newDigestId: () => string;
  readonly nowMs: number;
}

const gather = (state: StoreState, { person, reminder, newDigestId, nowMs }: Gathering): void => {
  const standing = [...state.digests.values()].find((one) => one.person === person && one.state === "open" && one.attempts === 0);
  const digest: Digest = standing ?? { id: newDigestId(), person, state: "open", day: null, attempts: 0, nextAtMs: nowMs, createdAtMs: nowMs };
  if (standing === undefined) addRow(state.digests, digest.id, digest);
  const items = state.digestItems.get(digest.id) ?? [];
  if (!items.some((item) => reminderId(item) === reminderId(reminder))) state.digestItems.set(digest.id, [...items, reminder]);
};

const claim = (state: StoreState, { nowMs, day, leaseUntilMs, latestMs, keys }: DigestClaim): ClaimedDigest | undefined => {
  const all = [...state.digests.values()].sort(rising);
  const hadToday = (id: string, person: string): boolean => all.some((other) => other.person === person && other.id !== id && other.day === day);
  const oldest = all.filter(
    (one, index) => one.state === "open" && !all.slice(0, index).some((other) => other.person === one.person && other.state === "open"),
  );
  const due = oldest
    .filter((one) => (one.nextAtMs <= nowMs || one.nextAtMs > latestMs) && !hadToday(one.id, one.person))
    .sort((a, b) => a.nextAtMs - b.nextAtMs || rising(a, b))[0];
  if (due === undefined) return undefined;
  const digest: Digest = { ...due, day, attempts: due.attempts + 1, nextAtMs: leaseUntilMs };
  state.digests.set(digest.id, digest);
  const standing = (state.digestItems.get(digest.id) ?? []).flatMap((reminder) => remindedKey(state, { reminder, person: digest.person, nowMs }));
  const ordered = standing.sort((a, b) => byUrgency(a.reminder, b.reminder));
  return { digest, keys: ordered.slice(0, keys), total: ordered.length };
};

const byUrgency = (a: Reminder, b: Reminder): number => {
  if (a.kind !== b.kind) return a.kind === "expiry" ? -1 : 1;
  return a.markMs - b.markMs || (a.keyId < b.keyId ? -1 : 1);
};

interface Asked {
  readonly reminder: Reminder;
  readonly person: string;
  readonly nowMs: number;
}

/** The key as it is called now, where what is said of it is true still and is the person's to know. */
const remindedKey = (state: StoreState, { reminder, person, nowMs }: Asked): readonly RemindedKey[] => {
  const stored = storedKey(state, reminder.keyId);
  const tenant = state.tenants.get(reminder.tenantId)?.row;
  const secret = stored?.secrets.find(({ row }) => row.validUntilMs === null)?.row;
  // A key that is switched off for an hour is told of all the same: what is left out here is not said later.
  if (stored === undefined || stored.key.row.state === "revoked" || secret === undefined || tenant?.status !== "active") return [];
  const { expiresAtMs, name } = stored.key.row;
  const isTrue = reminder.kind === "rotate" ? secret.createdAtMs === reminder.markMs : expiresAtMs === reminder.markMs && expiresAtMs > nowMs;
  const isTheirs = [...state.members.values()].some((member) => member.tenantId === tenant.id && member.email.toLowerCase() === person);
  return isTrue && isTheirs ? [{ reminder, name, hint: secret.hint, tenantName: tenant.name }] : [];
};
