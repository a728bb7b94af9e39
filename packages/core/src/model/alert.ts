import type { AlertChannel, AlertRuleId, AlertSubject } from "@keywright/contract";

/** What an alert is about: there is one open alert at most of a rule, a tenant and a subject. */
export interface AlertTopic {
  readonly rule: AlertRuleId;
  /** null: the operators'. */
  readonly tenantId: string | null;
  readonly subjectType: AlertSubject;
  readonly subjectId: string;
}

export interface Alert extends AlertTopic {
  readonly id: string;
  /** The highest that was seen; the lowest, where the rule starts below its threshold. */
  readonly value: number;
  /** The rule's first threshold, as it was at the start. */
  readonly threshold: number;
  /** Public words: never key text. */
  readonly detail: string | null;
  /** Whether it was muted when it started: then nobody is told of it, nor of its end. */
  readonly isMuted: boolean;
  /** Whether webhooks were told of its start: then they are told of its end. */
  readonly isEventTold: boolean;
  /** What people are still to be told of by mail. */
  readonly mailDue: "none" | "start" | "end" | "both";
  readonly startedAtMs: number;
  /** When it was last seen to go on. */
  readonly lastSeenAtMs: number;
  readonly endedAtMs: number | null;
  readonly acknowledgedAtMs: number | null;
  readonly acknowledgedBy: { readonly type: string; readonly id: string | null } | null;
}

/** What somebody has chosen for a rule; what is left out is as the table has it. */
export interface AlertChoices {
  readonly isEnabled?: boolean;
  readonly thresholds?: Readonly<Record<string, number>>;
  readonly quietMinutes?: number;
  readonly coolDownMinutes?: number;
  readonly channels?: readonly AlertChannel[];
}

/** A rule's settings of a tenant, or of the operators (null), where they differ from the table. */
export interface AlertSettings {
  readonly tenantId: string | null;
  readonly rule: AlertRuleId;
  readonly choices: AlertChoices;
  /** The webhook by which it is told as Slack wants it; its address rests in the secret store. */
  readonly slack: { readonly webhookId: string; readonly host: string } | null;
  readonly mutedUntilMs: number | null;
}

/** What is told of to nobody. */
export interface AlertMute {
  readonly id: string;
  readonly tenantId: string | null;
  readonly subjectId: string;
  /** null: by any rule. */
  readonly rule: AlertRuleId | null;
  /** null: until it is deleted. */
  readonly untilMs: number | null;
  readonly reason: string | null;
  readonly createdAtMs: number;
}
