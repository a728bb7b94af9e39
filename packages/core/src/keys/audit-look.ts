import { type AuditDeps, auditEntry } from "../audit.ts";
import type { Actor } from "../model/audit.ts";
import type { AuditLog } from "../ports/audit-log.ts";

interface LookDeps extends AuditDeps {
  readonly store: { readonly audit: Pick<AuditLog, "append"> };
}

interface Look {
  readonly actor: Actor;
  readonly tenantId: string | null;
  readonly target: { readonly type: "key" | "tenant" | "member"; readonly id: string };
  /** What was looked at; the keys where left out. */
  readonly what?: "keys" | "members" | "invitations" | "audit_log" | "security_events" | "requests";
}

/** An operator's look into what is a tenant's is entered in the audit log before it is answered; a look that cannot be entered fails. */
export const auditLook = async (deps: LookDeps, { what = "keys", ...look }: Look): Promise<void> => {
  if (look.actor.type === "operator") await deps.store.audit.append(auditEntry(deps, { ...look, action: `${what}.viewed` }));
};
