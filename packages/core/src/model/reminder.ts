/** When people are reminded of keys. */
export interface ReminderRules {
  /** The age of a secret, in whole days, at which it is to be replaced; null: nobody is reminded. */
  readonly rotateAfterDays: number | null;
  /** How many whole days before the end of a key; empty: nobody is reminded. */
  readonly expiryDays: readonly number[];
}

/** Something that somebody is reminded of, once. Each field but the tenant is part of what tells it apart from others. */
export interface Reminder {
  readonly keyId: string;
  readonly tenantId: string;
  /** rotate: its secret is old. expiry: it ends soon. */
  readonly kind: "rotate" | "expiry";
  /** Days before the end; 0 for rotate: a secret is spoken of once, whatever age is chosen later. */
  readonly days: number;
  /** When the secret was made, or when the key ends: a new secret, or another end, is another matter. */
  readonly markMs: number;
}

/** One text for a reminder: the same for the same matter. */
export const reminderId = ({ keyId, kind, markMs, days }: Reminder): string => `${keyId} ${kind} ${markMs} ${days}`;

/** A key in a mail: what people call it, and never its text. */
export interface RemindedKey {
  readonly reminder: Reminder;
  readonly name: string;
  readonly hint: string;
  readonly tenantName: string;
}

/** What one person is told in one mail. */
export interface Digest {
  readonly id: string;
  /** The person: an address in lower case. */
  readonly person: string;
  /** open: still to be sent. dropped: nothing of it was true any more, or the person wants none. given_up: it could not be sent for days. */
  readonly state: "open" | "sent" | "dropped" | "given_up";
  /** The day, counted from 1970 in UTC, on which it was sent or tried last: a person has one digest a day. null: it was not tried yet. */
  readonly day: number | null;
  readonly attempts: number;
  /** When it is tried next, while it is open. */
  readonly nextAtMs: number;
  readonly createdAtMs: number;
}
