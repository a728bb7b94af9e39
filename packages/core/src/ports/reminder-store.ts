import type { ApiKey, KeySecret } from "../model/key.ts";
import type { Digest, RemindedKey, Reminder } from "../model/reminder.ts";

export interface LooksRequest {
  readonly nowMs: number;
  /** A look that was planned later than this, or was taken later than an hour from now, is a wrong clock's: its key is due too. */
  readonly latestMs: number;
  readonly limit: number;
}

/** What of a key its reminders depend on: of a hundred thousand keys a day no more is read than that. */
export interface AgingKey {
  readonly key: Pick<ApiKey, "id" | "tenantId" | "ownerId" | "name" | "state" | "createdAtMs" | "expiresAtMs">;
  /** The current one; null: there is none. */
  readonly secret: Pick<KeySecret, "createdAtMs" | "hint"> | null;
}

/** When a key is looked at again; null: never, unless its end changes. */
export interface Look {
  readonly keyId: string;
  readonly nextLookMs: number | null;
}

export interface Gathered {
  readonly person: string;
  readonly reminder: Reminder;
}

export interface DigestClaim {
  readonly nowMs: number;
  /** Today, as `Digest.day` counts. */
  readonly day: number;
  /** Until when it is the claimer's alone; then, if nothing has come of it, it is due again. */
  readonly leaseUntilMs: number;
  /** A digest that is due later than this was put off by a wrong clock: it is due too. */
  readonly latestMs: number;
  /** Of how many keys more is told than their number. */
  readonly keys: number;
}

/** A digest to be sent now, with what of it is true still. */
export interface ClaimedDigest {
  /** With this attempt counted, and today as its day. */
  readonly digest: Digest;
  /** Keys that still have this secret, or this end to come, of tenants that are active and that the person is a member of: ends first, soonest first, then the oldest secrets. */
  readonly keys: readonly RemindedKey[];
  /** How many there are in all. */
  readonly total: number;
}

/** What people were reminded of, and the digests that do so. Digests and choices are of people, who may be in several tenants: to a tenant's store they are not there. */
export interface ReminderStore {
  /** Keys of tenants that are to be looked at, locked in this respect until the transaction ends. A new key, and one whose end has changed, is due at once. Those that another transaction is looking at are passed over. */
  takeDue(request: LooksRequest): Promise<readonly AgingKey[]>;
  /** Plans the next looks of keys that were taken. */
  plan(looks: readonly Look[], nowMs: number): Promise<void>;
  /** Notes that these were dealt with; answers those that had not been before. */
  record(reminders: readonly Reminder[], nowMs: number): Promise<readonly Reminder[]>;
  /** Those of these that were dealt with before. */
  recorded(reminders: readonly Reminder[]): Promise<readonly Reminder[]>;
  /** Puts each into the person's open digest that was not tried yet; where there is none, `newDigestId` begins one. */
  gather(entries: readonly Gathered[], newDigestId: () => string, nowMs: number): Promise<void>;
  /** Takes the oldest open digest of somebody who has had none today; undefined: there is none. Whoever takes one has it alone until the lease ends. */
  claim(request: DigestClaim): Promise<ClaimedDigest | undefined>;
  /** Replaces the digest, if it is still at the attempt that is named; false: it has gone on meanwhile. */
  settle(digest: Digest, attempt: number): Promise<boolean>;
  /** Whether the person wants to be reminded; true where they have said nothing. */
  isWanted(person: string): Promise<boolean>;
  /** Notes what the person wants; answers whether it is another choice than before. */
  choose(person: string, isWanted: boolean, nowMs: number): Promise<boolean>;
  /** Keys of tenants, by id from `after` on, for who wants to look at all of them. */
  keys(after: string | null, limit: number): Promise<readonly AgingKey[]>;
  /** Deletes digests that are open no more and were made before this moment, `limit` at most; answers how many. */
  prune(beforeMs: number, limit: number): Promise<number>;
}
