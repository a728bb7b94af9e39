/** The tables of `migrations/0022-reminders.ts`, as TypeScript knows them. */
export interface ReminderTables {
  reminder_looks: ReminderLookTable;
  reminders: ReminderTable;
  reminder_digests: DigestTable;
  reminder_digest_items: DigestItemTable;
  reminder_choices: ReminderChoiceTable;
}

export interface ReminderLookTable {
  key_id: string;
  tenant_id: string;
  /** null: never. */
  next_look_ms: number | null;
  looked_at_ms: number;
}

export interface ReminderTable {
  key_id: string;
  kind: string;
  mark_ms: number;
  days: number;
  tenant_id: string;
  at_ms: number;
}

export interface DigestTable {
  id: string;
  person: string;
  state: string;
  day: number | null;
  attempts: number;
  next_at_ms: number;
  created_at_ms: number;
}

export interface DigestItemTable {
  digest_id: string;
  key_id: string;
  kind: string;
  mark_ms: number;
  days: number;
  tenant_id: string;
}

export interface ReminderChoiceTable {
  person: string;
  is_wanted: boolean;
  at_ms: number;
}
