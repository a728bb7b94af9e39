import type { SecurityEventKind, Severity } from "@keywright/contract";

export type SubjectType = "address" | "key" | "hint" | "tenant" | "chain";

/** Something that was noticed, and how often within one minute. */
export interface SecurityEvent {
  readonly id: string;
  readonly kind: SecurityEventKind;
  readonly severity: Severity;
  /** Whose it is to see; null: the operators' alone. */
  readonly tenantId: string | null;
  readonly subjectType: SubjectType;
  readonly subjectId: string;
  readonly atMs: number;
  readonly lastAtMs: number;
  readonly count: number;
  /** Public fields only: never key text. */
  readonly details: Readonly<Record<string, unknown>>;
}
