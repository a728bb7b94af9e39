import type { Severity } from "./security-events.ts";

/** One number that says from when on a rule's alert starts. */
export interface AlertThreshold {
  readonly unit: "percent" | "requests" | "failures" | "uses" | "days" | "minutes";
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** One sentence. */
  readonly doc: string;
}

/** What an alert can be about. A hint is the visible part of a key, where the key itself is not known. */
export const alertSubjects = ["key", "address", "hint", "engine"] as const;
export type AlertSubject = (typeof alertSubjects)[number];

interface AlertRuleEntry {
  /** One sentence: when its alert starts. */
  readonly doc: string;
  /** What to do about it, in one sentence. */
  readonly advice: string;
  readonly severity: Severity;
  /** Whose alerts it makes: those of tenants, the operators' own (root keys, addresses, engines), or both. */
  readonly of: "tenants" | "operators" | "both";
  readonly subjects: readonly AlertSubject[];
  /** From when on: the first is what the alert's value is compared with. */
  readonly thresholds: Readonly<Record<string, AlertThreshold>>;
  /** below: it starts at the threshold and under it, and its value is the least that was seen. */
  readonly starts: "above" | "below";
  /** Ends below this share of the first threshold: between the two it goes on, so that it does not flap. 1: there is nothing between. */
  readonly endShare: number;
  /** How many minutes it must have been below before the alert ends. */
  readonly quietMinutes: number;
  /** How many minutes after its end no alert starts of the same rule and subject. */
  readonly coolDownMinutes: number;
}

/** Rules of alerts, as data: rule → what it looks at, from when on, and how it is told. */
export const alertRules = {
  "key.error_rate": {
    doc: "A large share of a key's requests is refused, within about an hour.",
    advice: "Look at the refusals of the key by code: a deployment may send the wrong scope, or from an address that is not on the list.",
    severity: "medium",
    of: "tenants",
    subjects: ["key"],
    thresholds: {
      percent: { unit: "percent", default: 50, min: 1, max: 100, doc: "The share of requests that are refused." },
      requests: { unit: "requests", default: 100, min: 10, max: 1_000_000_000, doc: "With fewer requests within the hour, nothing is said." },
    },
    starts: "above",
    endShare: 0.8,
    quietMinutes: 5,
    coolDownMinutes: 60,
  },
  "key.refusals": {
    doc: "A key is refused again and again, within five minutes.",
    advice: "Look at the refusals of the key by code: whoever uses it retries without waiting, or has gone beyond a limit.",
    severity: "medium",
    of: "both",
    subjects: ["key"],
    thresholds: {
      refusals: {
        unit: "requests",
        default: 500,
        min: 100,
        max: 1_000_000_000,
        doc: "Refusals within five minutes; minutes with fewer than a hundred are not counted.",
      },
    },
    starts: "above",
    endShare: 0.5,
    quietMinutes: 5,
    coolDownMinutes: 30,
  },
  "authentication.failures": {
    doc: "An address, or somebody with a key of one hint, fails to authenticate again and again, within five minutes.",
    advice: "If the address is nobody's that you know, block it where requests come in; a hint says whose key is sent wrongly.",
    severity: "high",
    of: "both",
    subjects: ["address", "hint"],
    thresholds: {
      failures: {
        unit: "failures",
        default: 100,
        min: 10,
        max: 1_000_000_000,
        doc: "Failures within five minutes; minutes with fewer than ten are not counted.",
      },
    },
    starts: "above",
    endShare: 0.5,
    quietMinutes: 10,
    coolDownMinutes: 60,
  },
  "key.quota_near": {
    doc: "A key has used up most of its monthly quota.",
    advice: "Raise the quota, or see who uses so much.",
    severity: "low",
    of: "tenants",
    subjects: ["key"],
    thresholds: { percent: { unit: "percent", default: 80, min: 1, max: 99, doc: "The share of the quota that is used." } },
    starts: "above",
    endShare: 1,
    quietMinutes: 0,
    coolDownMinutes: 60,
  },
  "key.quota_reached": {
    doc: "A key has used up its monthly quota: its requests are refused until the next month.",
    advice: "Raise the quota, or wait for the next month (UTC).",
    severity: "high",
    of: "tenants",
    subjects: ["key"],
    thresholds: { percent: { unit: "percent", default: 100, min: 100, max: 100, doc: "The share of the quota that is used." } },
    starts: "above",
    endShare: 1,
    quietMinutes: 0,
    coolDownMinutes: 60,
  },
  "key.unused": {
    doc: "A key that could be used has not been, for a long time.",
    advice: "Revoke the key if nobody needs it: what is not there cannot leak.",
    severity: "low",
    of: "both",
    subjects: ["key"],
    thresholds: { days: { unit: "days", default: 90, min: 7, max: 365, doc: "Days since it was last used, or made." } },
    starts: "above",
    endShare: 1,
    quietMinutes: 0,
    coolDownMinutes: 1_440,
  },
  "key.expiring": {
    doc: "A key comes to its end soon.",
    advice: "Make a new key, or let this one live longer, before its requests are refused.",
    severity: "medium",
    of: "both",
    subjects: ["key"],
    thresholds: { days: { unit: "days", default: 14, min: 1, max: 90, doc: "Days before its end." } },
    starts: "below",
    endShare: 1,
    quietMinutes: 0,
    coolDownMinutes: 1_440,
  },
  "key.used_after_revocation": {
    doc: "A key is used after it was revoked, within the hour: somebody still holds it.",
    advice: "Find out who still has the key: it was revoked because it leaked, or a deployment was forgotten.",
    severity: "high",
    of: "both",
    subjects: ["key"],
    thresholds: { uses: { unit: "uses", default: 1, min: 1, max: 1_000_000_000, doc: "Uses within the hour." } },
    starts: "above",
    endShare: 1,
    quietMinutes: 60,
    coolDownMinutes: 60,
  },
  "engine.degraded": {
    doc: "The store, the ledger or the secret store is out of reach, or does less than it should.",
    advice: "Run `keywright doctor`, and look at /readyz: it says what is wrong with which engine.",
    severity: "critical",
    of: "operators",
    subjects: ["engine"],
    thresholds: { minutes: { unit: "minutes", default: 1, min: 1, max: 60, doc: "How many minutes it lasts." } },
    starts: "above",
    endShare: 1,
    quietMinutes: 3,
    coolDownMinutes: 10,
  },
} as const satisfies Record<string, AlertRuleEntry>;

export type AlertRuleId = keyof typeof alertRules;
/** In the order of the table. */
export const alertRuleIds = Object.keys(alertRules) as readonly AlertRuleId[];
/** A rule without its literal figures. */
export const alertRule = (id: AlertRuleId): AlertRuleEntry => alertRules[id];

/** How an alert is told: to the tenant's owners and admins by mail (the operators' at their address), to webhooks that listen, to an incoming webhook as Slack has them. */
export const alertChannels = ["mail", "webhook", "slack"] as const;
export type AlertChannel = (typeof alertChannels)[number];

/** open: it goes on; acknowledged: it goes on, and somebody sees to it; ended: it is history. */
export const alertStates = ["open", "acknowledged", "ended"] as const;
export type AlertState = (typeof alertStates)[number];

/** Limits of the settings that every rule has, in minutes. */
export const alertBounds = { quietMinutes: 1_440, coolDownMinutes: { min: 1, max: 10_080 }, mutes: 100 } as const;
