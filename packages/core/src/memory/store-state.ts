import type { Checkpoint } from "@keywright/contract";
import type { Alert, AlertMute, AlertSettings } from "../model/alert.ts";
import type { ChainedEntry } from "../model/audit.ts";
import type { EmbedSession } from "../model/embed-session.ts";
import type { ApiKey, KeyActivity, KeySecret, Signed } from "../model/key.ts";
import type { LoggedRequest, SkippedRequests } from "../model/logged-request.ts";
import type { Digest, Reminder } from "../model/reminder.ts";
import type { SecurityEvent } from "../model/security-event.ts";
import type { Invitation, Member, Team, TeamPlace, Tenant } from "../model/tenant.ts";
import type { BudgetState, CountryCount, ResponseCount, UsageCount } from "../model/usage.ts";
import type { Delivery, OutboxEvent, Webhook } from "../model/webhook.ts";
import type { AlertCursors } from "../ports/alert-store.ts";
import type { Announcement } from "../ports/announcements.ts";
import type { ChainEnd } from "../ports/audit-chains.ts";
import type { IdempotentAnswer } from "../ports/idempotency-store.ts";
import type { Page, PageRequest } from "../ports/page.ts";

/** An answer, and whose store keeps it; null: the one of all tenants. */
export interface KeptAnswer {
  readonly answer: IdempotentAnswer;
  readonly tenantId: string | null;
}

/** An announcement, and whether it was settled. The reference has no clock: all that it made, it made now. */
export interface KeptAnnouncement extends Announcement {
  readonly isSettled: boolean;
}

export interface KeptResponses extends ResponseCount {
  readonly tenantId: string | null;
}

/** An event, and whether it has left. */
export interface KeptEvent {
  readonly event: OutboxEvent;
  readonly tenantId: string | null;
  readonly isGone: boolean;
}

/** The end of a chain, and when it was last sealed. */
export interface KeptChain extends ChainEnd {
  readonly sealedAtMs: number;
}

/** When a pass over the rules of alerts was begun, and where the one before has stopped. */
export interface KeptPass {
  readonly atMs: number;
  readonly cursors: AlertCursors;
}

/** When a key is looked at again, when it was, and the end that it had then. */
export interface KeptLook {
  readonly nextLookMs: number | null;
  readonly lookedAtMs: number;
  readonly expiresAtMs: number | null;
}

/** All that a memory store holds, by id. Values are never changed in place, so a copy of the maps is a snapshot. */
export interface StoreState {
  readonly keys: Map<string, Signed<ApiKey>>;
  readonly secrets: Map<string, Signed<KeySecret>>;
  readonly tenants: Map<string, Signed<Tenant>>;
  readonly members: Map<string, Member>;
  readonly teams: Map<string, Team>;
  /** By team and member. */
  readonly places: Map<string, TeamPlace>;
  readonly invitations: Map<string, Invitation>;
  readonly embedSessions: Map<string, EmbedSession>;
  readonly audit: Map<string, ChainedEntry>;
  /** By tenant; '' is the platform's. */
  readonly chains: Map<string, KeptChain>;
  /** By chain, sequence and kind. */
  readonly checkpoints: Map<string, Checkpoint>;
  readonly securityEvents: Map<string, SecurityEvent>;
  /** By key: where it was used from. */
  readonly origins: Map<string, ReadonlySet<string>>;
  readonly outbox: Map<string, KeptEvent>;
  readonly webhooks: Map<string, Webhook>;
  readonly deliveries: Map<string, Delivery>;
  readonly alerts: Map<string, Alert>;
  /** By tenant and rule. */
  readonly alertSettings: Map<string, AlertSettings>;
  readonly alertMutes: Map<string, AlertMute>;
  /** One row at most. */
  readonly alertPasses: Map<string, KeptPass>;
  /** By key. */
  readonly reminderLooks: Map<string, KeptLook>;
  /** By key, kind, mark and days. */
  readonly reminders: Map<string, Reminder>;
  readonly digests: Map<string, Digest>;
  /** By digest. */
  readonly digestItems: Map<string, readonly Reminder[]>;
  /** By person: whether they want to be reminded. */
  readonly reminderChoices: Map<string, boolean>;
  /** By key, hour, endpoint and outcome. */
  readonly usage: Map<string, UsageCount>;
  /** The same by day: `hourMs` is the start of the day. */
  readonly usageDaily: Map<string, UsageCount>;
  readonly responses: Map<string, KeptResponses>;
  readonly responsesDaily: Map<string, KeptResponses>;
  readonly countries: Map<string, CountryCount>;
  /** Ids of moves that were applied, oldest first. */
  readonly moves: Map<string, true>;
  readonly requests: Map<string, LoggedRequest>;
  /** By tenant: verifications that were never kept. */
  readonly skippedRequests: Map<string, SkippedRequests>;
  readonly activity: Map<string, KeyActivity>;
  readonly budgets: Map<string, BudgetState>;
  readonly idempotency: Map<string, KeptAnswer>;
  /** By sequence. */
  readonly announcements: Map<number, KeptAnnouncement>;
}

/** One look at the state, or one change of it. Both run in one go: nothing happens between their lines. */
export interface StoreAccess {
  read<T>(look: (state: StoreState) => T): Promise<T>;
  write<T>(change: (state: StoreState) => T): Promise<T>;
}

export const emptyState = (): StoreState => ({
  keys: new Map(),
  secrets: new Map(),
  tenants: new Map(),
  members: new Map(),
  teams: new Map(),
  places: new Map(),
  invitations: new Map(),
  embedSessions: new Map(),
  audit: new Map(),
  chains: new Map(),
  checkpoints: new Map(),
  securityEvents: new Map(),
  origins: new Map(),
  outbox: new Map(),
  webhooks: new Map(),
  deliveries: new Map(),
  alerts: new Map(),
  alertSettings: new Map(),
  alertMutes: new Map(),
  alertPasses: new Map(),
  reminderLooks: new Map(),
  reminders: new Map(),
  digests: new Map(),
  digestItems: new Map(),
  reminderChoices: new Map(),
  usage: new Map(),
  usageDaily: new Map(),
  responses: new Map(),
  responsesDaily: new Map(),
  countries: new Map(),
  moves: new Map(),
  requests: new Map(),
  skippedRequests: new Map(),
  activity: new Map(),
  budgets: new Map(),
  idempotency: new Map(),
  announcements: new Map(),
});

export const copyState = (state: StoreState): StoreState => ({
  keys: new Map(state.keys),
  secrets: new Map(state.secrets),
  tenants: new Map(state.tenants),
  members: new Map(state.members),
  teams: new Map(state.teams),
  places: new Map(state.places),
  invitations: new Map(state.invitations),
  embedSessions: new Map(state.embedSessions),
  audit: new Map(state.audit),
  chains: new Map(state.chains),
  checkpoints: new Map(state.checkpoints),
  securityEvents: new Map(state.securityEvents),
  origins: new Map(state.origins),
  outbox: new Map(state.outbox),
  webhooks: new Map(state.webhooks),
  deliveries: new Map(state.deliveries),
  alerts: new Map(state.alerts),
  alertSettings: new Map(state.alertSettings),
  alertMutes: new Map(state.alertMutes),
  alertPasses: new Map(state.alertPasses),
  reminderLooks: new Map(state.reminderLooks),
  reminders: new Map(state.reminders),
  digests: new Map(state.digests),
  digestItems: new Map(state.digestItems),
  reminderChoices: new Map(state.reminderChoices),
  usage: new Map(state.usage),
  usageDaily: new Map(state.usageDaily),
  responses: new Map(state.responses),
  responsesDaily: new Map(state.responsesDaily),
  countries: new Map(state.countries),
  moves: new Map(state.moves),
  requests: new Map(state.requests),
  skippedRequests: new Map(state.skippedRequests),
  activity: new Map(state.activity),
  budgets: new Map(state.budgets),
  idempotency: new Map(state.idempotency),
  announcements: new Map(state.announcements),
});

/** Adds a row under a new id; a second row under one id is a mistake of the caller's. */
export const addRow = <T>(rows: Map<string, T>, id: string, row: T): void => {
  if (rows.has(id)) throw new Error(`There is a row ${id} already.`);
  rows.set(id, row);
};

/** Replaces the row under an id that exists. */
export const replaceRow = <T>(rows: Map<string, T>, id: string, row: T): void => {
  if (!rows.has(id)) throw new Error(`There is no row ${id}.`);
  rows.set(id, row);
};

/** One page of `rows`, by id descending. */
export const pageById = <T>(rows: readonly T[], idOf: (row: T) => string, { limit, after }: PageRequest): Page<T> => {
  const rest = rows.filter((row) => after === null || idOf(row) < after).sort((a, b) => (idOf(a) < idOf(b) ? 1 : -1));
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return { items, after: rest.length > limit && last !== undefined ? idOf(last) : null };
};

/** Whether `text` holds `part`, without regard to case. */
export const holdsText = (text: string, part: string): boolean => text.toLowerCase().includes(part.toLowerCase());
