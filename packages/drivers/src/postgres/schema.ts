import type { DecisionFacts, ReminderRules } from "@keywright/core";
import type { ColumnType, Generated } from "kysely";
import type { AlertTables } from "./alert-schema.ts";
import type { ReminderTables } from "./schema-reminders.ts";

/**
 * The tables as TypeScript knows them; `migrations/` makes them. Times are whole milliseconds since the epoch. Texts that are
 * compared without regard to case have a twin in lower case, folded by us: so every engine and locale compares alike.
 */
export interface Tables extends AlertTables, ReminderTables {
  tenants: TenantTable;
  members: MemberTable;
  teams: TeamTable;
  team_members: TeamMemberTable;
  invitations: InvitationTable;
  embed_sessions: EmbedSessionTable;
  api_keys: ApiKeyTable;
  key_secrets: KeySecretTable;
  key_activity: KeyActivityTable;
  budget_states: BudgetStateTable;
  audit_log: AuditTable;
  audit_chains: AuditChainTable;
  audit_checkpoints: AuditCheckpointTable;
  security_events: SecurityEventTable;
  outbox_events: OutboxEventTable;
  webhooks: WebhookTable;
  webhook_deliveries: DeliveryTable;
  usage_moves: MoveTable;
  request_log: RequestTable;
  request_log_sizes: RequestSizeTable;
  idempotent_answers: IdempotentAnswerTable;
  announcements: AnnouncementTable;
}

/** Written as JSON text, read as what it holds. */
type Json<T> = ColumnType<T, string | null, string | null>;
type Texts = ColumnType<readonly string[], readonly string[], readonly string[]>;

export interface TenantTable {
  id: string;
  name: string;
  folded_name: string;
  tier: string;
  status: string;
  rate_limit: number | null;
  rate_window_seconds: number | null;
  developer_scopes: ColumnType<readonly string[] | null, readonly string[] | null, readonly string[] | null>;
  reminders: Json<ReminderRules | null>;
  created_at_ms: number;
  updated_at_ms: number;
  revision: number;
  tag: string;
}

export interface MemberTable {
  id: string;
  tenant_id: string;
  email: string;
  folded_email: string;
  name: string;
  role: string;
  account_id: string | null;
  created_at_ms: number;
}

export interface TeamTable {
  id: string;
  tenant_id: string;
  name: string;
  folded_name: string;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface TeamMemberTable {
  tenant_id: string;
  team_id: string;
  member_id: string;
}

export interface EmbedSessionTable {
  id: string;
  tenant_id: string;
  member_id: string;
  origin: string;
  /** 32 bytes, unique. */
  digest: Buffer;
  created_at_ms: number;
  expires_at_ms: number;
}

export interface InvitationTable {
  id: string;
  tenant_id: string;
  email: string;
  folded_email: string;
  role: string;
  team_ids: Texts;
  /** 32 bytes, unique. */
  digest: Buffer;
  created_at_ms: number;
  expires_at_ms: number;
  accepted_at_ms: number | null;
  withdrawn_at_ms: number | null;
}

export interface ApiKeyTable {
  id: string;
  tenant_id: string | null;
  owner_id: string | null;
  name: string;
  folded_name: string;
  environment: string;
  scopes: Texts;
  state: string;
  ip_allowlist: Texts;
  rate_limit: number | null;
  rate_window_seconds: number | null;
  monthly_quota: number | null;
  metadata: Json<Readonly<Record<string, string | number | boolean>>>;
  expires_at_ms: number | null;
  created_at_ms: number;
  updated_at_ms: number;
  revoked_at_ms: number | null;
  revoked_reason: string | null;
  revision: number;
  tag: string;
}

export interface KeySecretTable {
  id: string;
  key_id: string;
  /** 32 bytes, unique. */
  digest: Buffer;
  pepper_version: number;
  hint: string;
  created_at_ms: number;
  valid_until_ms: number | null;
  proved: boolean;
  tag: string;
}

export interface KeyActivityTable {
  key_id: string;
  tenant_id: string | null;
  /** null: never. */
  last_used_at_ms: number | null;
  /** The hour of it, by which keys are found in order. */
  last_used_hour: ColumnType<number, never, never>;
  last_used_ip: string | null;
}

export interface BudgetStateTable {
  subject_id: string;
  bucket_tokens: number | null;
  bucket_fraction: number | null;
  bucket_at_ms: number | null;
  quota_month: number | null;
  quota_used: number | null;
}

export interface AuditTable {
  id: string;
  tenant_id: string | null;
  at_ms: number;
  actor_type: string;
  actor_id: string | null;
  action: string;
  target_type: string;
  target_id: string;
  reason: string | null;
  ip: string | null;
  request_id: string | null;
  before: Json<Readonly<Record<string, unknown>> | null>;
  after: Json<Readonly<Record<string, unknown>> | null>;
  /** Within the chain of its tenant. */
  sequence: number;
  previous_hash: string;
  hash: string;
}

export interface AuditChainTable {
  /** The tenant's id; '' is the platform's chain. */
  chain: string;
  sequence: number;
  hash: string;
  sealed_sequence: Generated<number>;
  sealed_at_ms: Generated<number>;
}

export interface AuditCheckpointTable {
  chain: string;
  sequence: number;
  kind: string;
  hash: string;
  at_ms: number;
  key_id: string;
  signature: string;
}

export interface SecurityEventTable {
  id: string;
  tenant_id: string | null;
  kind: string;
  severity: string;
  subject_type: string;
  subject_id: string;
  at_ms: number;
  last_at_ms: number;
  count: number;
  details: ColumnType<Readonly<Record<string, unknown>>, string, string>;
}

export interface OutboxEventTable {
  id: string;
  type: string;
  tenant_id: string | null;
  at_ms: number;
  payload: ColumnType<Readonly<Record<string, unknown>>, string, string>;
  due_at_ms: number;
  /** How many times it has happened; null: it tells of one thing. */
  count: number | null;
  /** null: it has not left. */
  gone_at_ms: number | null;
}

export interface WebhookTable {
  id: string;
  tenant_id: string | null;
  format: string;
  url: string;
  description: string;
  events: Texts;
  state: string;
  disabled_reason: string | null;
  previous_secret_until_ms: number | null;
  failures: number;
  failing_since_ms: number | null;
  paused_until_ms: number;
  mail_due: boolean;
  created_at_ms: number;
  updated_at_ms: number;
}

export interface DeliveryTable {
  id: string;
  webhook_id: string;
  tenant_id: string | null;
  event_id: string;
  type: string;
  state: string;
  attempts: number;
  next_at_ms: number;
  created_at_ms: number;
  last_at_ms: number | null;
  last_status: number | null;
  last_problem: string | null;
  last_answer: string | null;
}

export interface RequestTable {
  id: string;
  tenant_id: string;
  key_id: string | null;
  at_ms: number;
  endpoint: string;
  verdict: string;
  ip: string | null;
  user_agent: string | null;
  facts: Json<DecisionFacts>;
}

export interface RequestSizeTable {
  tenant_id: string;
  accepted: number;
  refused: number;
  skipped: number;
}

export interface MoveTable {
  id: string;
  /** By the database's clock. */
  applied_at: ColumnType<Date, never, never>;
}

export interface AnnouncementTable {
  sequence: Generated<number>;
  subject_id: string;
  revision: number;
  /** By the database's clock, as is `settled_at`. */
  made_at: ColumnType<Date, never, never>;
  settled_at: ColumnType<Date, never, never>;
}

export interface IdempotentAnswerTable {
  scope: string;
  fingerprint: string;
  sealed: string;
  created_at_ms: number;
}
