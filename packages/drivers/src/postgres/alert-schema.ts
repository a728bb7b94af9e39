import type { AlertChoices, AlertCursors } from "@keywright/core";
import type { ColumnType } from "kysely";

export interface AlertTables {
  alerts: AlertTable;
  alert_settings: AlertSettingsTable;
  alert_mutes: AlertMuteTable;
  alert_passes: AlertPassTable;
}

export interface AlertTable {
  id: string;
  tenant_id: string | null;
  rule: string;
  subject_type: string;
  subject_id: string;
  value: number;
  threshold: number;
  detail: string | null;
  muted: boolean;
  event_told: boolean;
  mail_due: string;
  started_at_ms: number;
  last_seen_at_ms: number;
  ended_at_ms: number | null;
  acknowledged_at_ms: number | null;
  acknowledged_by_type: string | null;
  acknowledged_by_id: string | null;
}

export interface AlertSettingsTable {
  tenant_id: string | null;
  rule: string;
  choices: ColumnType<AlertChoices, string, string>;
  /** What was chosen as the threshold that its value is compared with. */
  first_threshold: number | null;
  slack_webhook_id: string | null;
  slack_host: string | null;
  muted_until_ms: number | null;
}

export interface AlertMuteTable {
  id: string;
  tenant_id: string | null;
  subject_id: string;
  rule: string | null;
  until_ms: number | null;
  reason: string | null;
  created_at_ms: number;
}

export interface AlertPassTable {
  name: string;
  at_ms: number;
  cursors: ColumnType<AlertCursors, string, string>;
}
