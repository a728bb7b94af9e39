import Type from "typebox";
import type { Endpoint } from "./endpoint.ts";
import {
  Alert,
  AlertId,
  AlertMute,
  AlertRule,
  AlertRules,
  CreateAlertMute,
  DeletedAlertMute,
  ListAlertMutesQuery,
  ListAlertRulesQuery,
  ListAlertsQuery,
  MuteId,
  RuleId,
  UpdateAlertRule,
} from "./schemas/alert.ts";
import { page } from "./schemas/platform.ts";
import { closed } from "./schemas/text.ts";

const platform = "/api/v1/platform";
const params = Type.Object({ alert_id: AlertId }, closed);

/** Rows of THE table: what people are told of by itself, and when. */
export const alertEndpoints = {
  "list-alerts": {
    method: "GET",
    path: `${platform}/alerts`,
    tag: "Alerts",
    permission: "alerts:read",
    doc: "List alerts, newest first, with filters and a cursor; an operator who names no tenant sees the operators' own. Ended ones are kept for 400 days.",
    query: ListAlertsQuery,
    replies: { 200: page(Alert) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "get-alert": {
    method: "GET",
    path: `${platform}/alerts/{alert_id}`,
    tag: "Alerts",
    permission: "alerts:read",
    doc: "One alert.",
    params,
    replies: { 200: Alert },
    errors: ["NOT_FOUND"],
  },
  "acknowledge-alert": {
    method: "POST",
    path: `${platform}/alerts/{alert_id}/acknowledge`,
    tag: "Alerts",
    permission: "alerts:write",
    doc: "Say that somebody sees to an alert: people are not told of it again. One that has ended, or was acknowledged before, stays as it is.",
    params,
    replies: { 200: Alert },
    errors: ["NOT_FOUND"],
  },
  "list-alert-rules": {
    method: "GET",
    path: `${platform}/alert-rules`,
    tag: "Alerts",
    permission: "alerts:read",
    doc: "Every rule with the settings that are in force; an operator who names no tenant sees the operators' own.",
    query: ListAlertRulesQuery,
    replies: { 200: AlertRules },
    errors: ["NOT_FOUND"],
  },
  "update-alert-rule": {
    method: "PATCH",
    path: `${platform}/alert-rules/{rule}`,
    tag: "Alerts",
    permission: "alerts:write",
    doc: "Switch a rule off or on, choose its thresholds and how it is told, or mute it for a while.",
    params: Type.Object({ rule: RuleId }, closed),
    body: UpdateAlertRule,
    replies: { 200: AlertRule },
    errors: ["NOT_FOUND"],
    example: { thresholds: { refusals: 1_000 }, channels: ["mail", "slack"], slack_url: "https://hooks.slack.example.com/services/T0/B0/XXXX" },
  },
  "list-alert-mutes": {
    method: "GET",
    path: `${platform}/alert-mutes`,
    tag: "Alerts",
    permission: "alerts:read",
    doc: "List what is muted, newest first; what has ended by itself is not there.",
    query: ListAlertMutesQuery,
    replies: { 200: page(AlertMute) },
    errors: ["NOT_FOUND", "INVALID_CURSOR"],
  },
  "create-alert-mute": {
    method: "POST",
    path: `${platform}/alert-mutes`,
    tag: "Alerts",
    permission: "alerts:write",
    doc: "Mute a subject: alerts about it are in the history, and told to nobody.",
    body: CreateAlertMute,
    replies: { 201: AlertMute },
    errors: ["NOT_FOUND", "MUTE_LIMIT_REACHED"],
    example: { subject_id: "key_01F8MECHZX3TBDSZ7XRADM", rule: "key.unused", reason: "used once a year" },
  },
  "delete-alert-mute": {
    method: "DELETE",
    path: `${platform}/alert-mutes/{mute_id}`,
    tag: "Alerts",
    permission: "alerts:write",
    doc: "Unmute: alerts that start from now on are told.",
    params: Type.Object({ mute_id: MuteId }, closed),
    replies: { 200: DeletedAlertMute },
    errors: ["NOT_FOUND"],
  },
} as const satisfies Record<string, Endpoint>;
