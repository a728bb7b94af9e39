import { type AuditDeps, auditEntry } from "../audit.ts";
import type { Actor } from "../model/audit.ts";
import type { AuditLog } from "../ports/audit-log.ts";

interface ExportDeps extends AuditDeps {
  readonly store: { readonly audit: Pick<AuditLog, "append"> };
}

interface Export {
  readonly actor: Actor;
  /** Whose log; null: the platform's. */
  readonly tenantId: string | null;
}

/** Whoever takes a copy of an audit log is entered in it, before the first line leaves. */
export const auditExport = (deps: ExportDeps, { actor, tenantId }: Export): Promise<void> =>
  deps.store.audit.append(auditEntry(deps, { actor, tenantId, action: "audit_log.exported", target: { type: "audit_log", id: tenantId ?? "platform" } }));
