import type { AlertRuleId, AlertState } from "@keywright/contract";
import type { Alert, AlertMute, AlertSettings, AlertTopic } from "../model/alert.ts";
import type { Page, PageRequest } from "./page.ts";

export interface AlertFilter {
  /** null: the operators' own. */
  readonly tenantId: string | null;
  readonly state?: AlertState;
  readonly rule?: AlertRuleId;
  readonly subjectId?: string;
  /** Started from this moment (inclusive), to this one (exclusive). */
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** Where each look at the store that is made in parts goes on; left out: at its beginning. */
export type AlertCursors = Readonly<Record<string, string>>;

export interface AlertStore {
  /**
   * Begins a pass over the rules, unless one was begun less than `everyMs` ago, by whichever process: undefined. A clock that was moved back by more
   * than that begins one. Answers where the one before has stopped.
   */
  beginPass(nowMs: number, everyMs: number): Promise<AlertCursors | undefined>;
  /** Keeps where a pass has stopped. */
  endPass(cursors: AlertCursors): Promise<void>;
  /** false, and nothing done, where one of its rule, tenant and subject is open. */
  insert(alert: Alert): Promise<boolean>;
  /** Replaces the row; the caller holds its lock. */
  update(alert: Alert): Promise<void>;
  find(id: string): Promise<Alert | undefined>;
  /** The same, locked until the transaction ends. */
  lock(id: string): Promise<Alert | undefined>;
  /** Newest first, by id descending. */
  list(filter: AlertFilter, page: PageRequest): Promise<Page<Alert>>;
  /** Of each topic the open alert, or else the one that has ended last. */
  latest(topics: readonly AlertTopic[]): Promise<readonly Alert[]>;
  /** Open ones of any tenant, oldest first, by id; `after` is an id. */
  listOpen(page: PageRequest): Promise<Page<Alert>>;
  /** Those that people are still to be told of by mail; at most `limit`, by tenant. */
  listMailDue(limit: number): Promise<readonly Alert[]>;
  /** Deletes those that ended before this moment, `limit` at most; answers how many. */
  prune(beforeMs: number, limit: number): Promise<number>;
}

/** What is set for rules, and what is muted. */
export interface AlertRuleStore {
  /** All settings of these tenants; null among them: the operators'. */
  settingsOf(tenantIds: readonly (string | null)[]): Promise<readonly AlertSettings[]>;
  /** Adds or replaces the settings of a tenant and a rule. */
  saveSettings(settings: AlertSettings): Promise<void>;
  /** The lowest that anybody has chosen as a rule's first threshold, where somebody has. */
  lowestThresholds(): Promise<Partial<Record<AlertRuleId, number>>>;
  insertMute(mute: AlertMute): Promise<void>;
  findMute(id: string): Promise<AlertMute | undefined>;
  removeMute(id: string): Promise<void>;
  /** Those that have not ended, newest first, by id descending. */
  listMutes(request: { readonly tenantId: string | null; readonly nowMs: number }, page: PageRequest): Promise<Page<AlertMute>>;
  countMutes(tenantId: string | null, nowMs: number): Promise<number>;
  /** Those about these subjects that have not ended, of any tenant. */
  mutesOf(subjectIds: readonly string[], nowMs: number): Promise<readonly AlertMute[]>;
  /** Deletes those that ended before this moment, `limit` at most; answers how many. */
  pruneMutes(beforeMs: number, limit: number): Promise<number>;
}
