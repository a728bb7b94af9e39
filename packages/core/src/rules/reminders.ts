import type { ApiKey, KeySecret } from "../model/key.ts";
import type { Reminder, ReminderRules } from "../model/reminder.ts";

const dayMs = 86_400_000;
/** However far away the next moment is: rules may change meanwhile. */
const lookAgainMs = dayMs;
/** Of a key that has ended and may be given a new end. */
const lookAtEndedMs = 30 * dayMs;
/** No plan is for later than this. */
export const furthestLookMs = lookAtEndedMs;

export interface DueReminders {
  /** What the owner is to hear of, if they have not yet. */
  readonly due: readonly Reminder[];
  /** What is behind it, and need not be told any more: two weeks before the end are over once one week is left, even for a clock that goes back. */
  readonly passed: readonly Reminder[];
  /** When to look again; null: never. */
  readonly nextLookMs: number | null;
}

interface KeyFacts {
  readonly key: Pick<ApiKey, "id" | "tenantId" | "state" | "createdAtMs" | "expiresAtMs">;
  /** The current one; null: there is none. */
  readonly secret: Pick<KeySecret, "createdAtMs"> | null;
}

/** What there is to say of a key now, and when to look again. Nothing is said of keys that are switched off, ended or revoked. */
export const dueReminders = (rules: ReminderRules, { key, secret }: KeyFacts, nowMs: number): DueReminders => {
  const nothing = { due: [], passed: [] };
  const { id: keyId, tenantId, expiresAtMs } = key;
  if (key.state === "revoked" || tenantId === null) return { ...nothing, nextLookMs: null };
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return { ...nothing, nextLookMs: nowMs + lookAtEndedMs };
  if (key.state === "disabled" || secret === null) return { ...nothing, nextLookMs: nowMs + lookAgainMs };
  const rotation = rules.rotateAfterDays === null ? [] : [{ atMs: secret.createdAtMs + rules.rotateAfterDays * dayMs, days: 0 }];
  const endings = expiresAtMs === null ? [] : endingsOf(rules, key.createdAtMs, expiresAtMs);
  const isOver = ({ atMs }: { readonly atMs: number }): boolean => atMs <= nowMs;
  const [last, ...passed] = endings.filter(isOver).map(({ days }) => ({ keyId, tenantId, kind: "expiry" as const, days, markMs: expiresAtMs ?? 0 }));
  const old = rotation.filter(isOver).map(({ days }) => ({ keyId, tenantId, kind: "rotate" as const, days, markMs: secret.createdAtMs }));
  const coming = [...rotation, ...endings].filter((moment) => !isOver(moment)).map(({ atMs }) => atMs);
  return { due: [...(last === undefined ? [] : [last]), ...old], passed, nextLookMs: Math.min(nowMs + lookAgainMs, ...coming) };
};

/** The moments before an end, the last one first. One that lies before the key was made is none: a key for a day is not told of a fortnight ahead. */
const endingsOf = ({ expiryDays }: ReminderRules, createdAtMs: number, expiresAtMs: number) =>
  expiryDays
    .toSorted((a, b) => a - b)
    .map((days) => ({ days, atMs: expiresAtMs - days * dayMs }))
    .filter(({ atMs }) => atMs >= createdAtMs);
