import { type AuditDeps, auditEntry, systemActor } from "./audit.ts";
import type { Store } from "./ports/store.ts";

/** Which row does not bear Keywright's tag, or which secret does not match its hash. */
export interface TamperedRow {
  readonly type: "key" | "tenant";
  readonly id: string;
  readonly tenantId: string | null;
  readonly detail: string;
}

/** Called for every refusal of something that was edited behind Keywright's back. Never rejects. */
export type TamperAlarm = (row: TamperedRow) => Promise<void>;

/** Rows whose alarm was audited lately, so that a flood of requests for one does not flood the log. */
const remembered = 1_000;
const repeatMs = 3_600_000;

interface AlarmDeps extends AuditDeps {
  readonly store: Pick<Store, "audit">;
  /** Counts every refusal, audited or not. */
  readonly onTampering: (row: TamperedRow) => void;
}

/** Audits tampering: one entry a row and hour. A log that cannot be written does not let the row pass. */
export const createTamperAlarm = (deps: AlarmDeps): TamperAlarm => {
  const lastMs = new Map<string, number>();
  return async (row) => {
    deps.onTampering(row);
    const nowMs = deps.clock.nowMs();
    if (nowMs - (lastMs.get(row.id) ?? Number.NEGATIVE_INFINITY) < repeatMs) return;
    if (lastMs.size >= remembered) lastMs.clear();
    lastMs.set(row.id, nowMs);
    const target = { type: row.type, id: row.id };
    const entry = auditEntry(deps, { actor: systemActor, tenantId: row.tenantId, action: `${row.type}.tampering_refused`, target, reason: row.detail });
    await deps.store.audit.append(entry).catch(() => lastMs.delete(row.id));
  };
};
