import Type, { type Static } from "typebox";
import { type AlertChannel, type AlertRuleId, alertBounds, alertChannels, alertRuleIds, alertStates, alertSubjects } from "../alert-rules.ts";
import { severities } from "../security-events.ts";
import { TenantId } from "./key.ts";
import { bounds } from "./limits.ts";
import { paging } from "./paging.ts";
import { closed, id, nullable, text, time } from "./text.ts";

const oneOf = <T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>(
    Type.Union(
      values.map((value) => Type.Literal(value)),
      { description },
    ),
  );
const ofTenant = { tenant_id: Type.Optional(TenantId) };

export const AlertId = id("alr", "The alert's id.");
export const MuteId = id("mut", "The mute's id.");
export const RuleId = oneOf<AlertRuleId>(alertRuleIds, "A rule of docs/alert-rules.md.");
const State = oneOf(alertStates, "open: it goes on; acknowledged: it goes on, and somebody sees to it; ended: it is history.");
const Channels = Type.Array(oneOf<AlertChannel>(alertChannels, "mail: owners and admins; webhook: webhooks that listen; slack: the incoming webhook."), {
  maxItems: alertChannels.length,
  uniqueItems: true,
});
const Minutes = (min: number, max: number, description: string) => Type.Integer({ minimum: min, maximum: max, description });
const Thresholds = Type.Record(Type.String(), Type.Integer(), { description: "By name: from when on the alert starts." });

export const Alert = Type.Object({
  id: AlertId,
  tenant_id: nullable(Type.String(), { description: "Whose it is; null: the operators'." }),
  rule: RuleId,
  severity: oneOf(severities, "How much it matters."),
  state: State,
  subject: Type.Object({ type: oneOf(alertSubjects, "What it is about."), id: Type.String() }),
  value: Type.Integer({ description: "The highest that was seen (of days that are left, the least), in the unit of the rule's first threshold." }),
  threshold: Type.Integer({ description: "The rule's first threshold, as it was when the alert started." }),
  detail: nullable(Type.String(), { description: "What is known besides, in a few words." }),
  muted: Type.Boolean({ description: "Whether it was muted when it started, so that nobody was told." }),
  started_at: time("When it started."),
  last_seen_at: time("When it was last seen to go on."),
  ended_at: nullable(time("When it ended.")),
  acknowledged_at: nullable(time("When somebody said that they see to it.")),
  acknowledged_by: nullable(Type.Object({ type: Type.String(), id: nullable(Type.String()) }), { description: "Who, as in the audit log." }),
});
export type Alert = Static<typeof Alert>;

export const ListAlertsQuery = Type.Object(
  {
    ...ofTenant,
    state: Type.Optional(State),
    rule: Type.Optional(RuleId),
    subject_id: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    from: Type.Optional(time("Started not before.")),
    to: Type.Optional(time("Started before.")),
    ...paging,
  },
  closed,
);

export const AlertRule = Type.Object({
  rule: RuleId,
  tenant_id: nullable(Type.String(), { description: "Whose settings; null: the operators'." }),
  doc: Type.String({ description: "When its alert starts." }),
  advice: Type.String({ description: "What to do about it." }),
  severity: oneOf(severities, "How much it matters."),
  subjects: Type.Array(oneOf(alertSubjects, "What its alerts are about.")),
  enabled: Type.Boolean(),
  thresholds: Thresholds,
  limits: Type.Record(
    Type.String(),
    Type.Object({ unit: Type.String(), default: Type.Integer(), min: Type.Integer(), max: Type.Integer(), doc: Type.String() }),
    { description: "By the same names: the unit, and what may be chosen." },
  ),
  quiet_minutes: Type.Integer({ description: "How long it must have been below before the alert ends." }),
  cool_down_minutes: Type.Integer({ description: "How long after an end no alert starts of the same subject." }),
  channels: Type.Array(oneOf<AlertChannel>(alertChannels, "How it is told.")),
  slack_host: nullable(Type.String(), { description: "Where the incoming webhook is; its address is shown to nobody. null: there is none." }),
  muted_until: nullable(time("Until then its alerts are told to nobody."), { description: "null: they are told." }),
  customized: Type.Boolean({ description: "Whether anything differs from the defaults." }),
});
export type AlertRule = Static<typeof AlertRule>;

export const ListAlertRulesQuery = Type.Object(ofTenant, closed);
export const AlertRules = Type.Object({ data: Type.Array(AlertRule) });

export const UpdateAlertRule = Type.Object(
  {
    ...ofTenant,
    enabled: Type.Optional(Type.Boolean()),
    thresholds: Type.Optional(
      Type.Record(Type.String({ pattern: "^[a-z_]{1,20}$" }), Type.Integer(), { description: "Those that are left out stay.", maxProperties: 10 }),
    ),
    quiet_minutes: Type.Optional(Minutes(0, alertBounds.quietMinutes, "How long it must have been below before the alert ends.")),
    cool_down_minutes: Type.Optional(
      Minutes(alertBounds.coolDownMinutes.min, alertBounds.coolDownMinutes.max, "How long after an end no alert starts of the same subject."),
    ),
    channels: Type.Optional(Channels),
    slack_url: Type.Optional(
      nullable(Type.String({ minLength: 1, maxLength: bounds.slackUrl }), {
        description: "An incoming webhook as Slack has them; it is kept in the secret store and never shown. null: none any more.",
      }),
    ),
    muted_until: Type.Optional(nullable(time("Until then its alerts are told to nobody."), { description: "null: they are told again." })),
  },
  { ...closed, minProperties: 1 },
);

export const AlertMute = Type.Object({
  id: MuteId,
  tenant_id: nullable(Type.String(), { description: "Whose; null: the operators'." }),
  subject_id: Type.String({ description: "What is told of to nobody: a key, an address, a hint or an engine." }),
  rule: nullable(RuleId, { description: "By which rule; null: by any." }),
  until: nullable(time("Until when."), { description: "null: until it is deleted." }),
  reason: nullable(Type.String()),
  created_at: time("When it was made."),
});
export type AlertMute = Static<typeof AlertMute>;
export const CreateAlertMute = Type.Object(
  {
    ...ofTenant,
    subject_id: text(64, "A key's id, an address, a hint or an engine, as an alert has it in `subject.id`."),
    rule: Type.Optional(RuleId),
    until: Type.Optional(time("Until when; left out: until it is deleted.")),
    reason: Type.Optional(text(bounds.reason, "Why.")),
  },
  closed,
);
export const ListAlertMutesQuery = Type.Object({ ...ofTenant, ...paging }, closed);
export const DeletedAlertMute = Type.Object({ id: MuteId, status: Type.Literal("deleted") });
