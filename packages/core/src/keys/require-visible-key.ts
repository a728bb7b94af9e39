import type { AuditDeps } from "../audit.ts";
import { AppError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { Store } from "../ports/store.ts";
import { sees } from "../visibility.ts";
import { auditLook } from "./audit-look.ts";

interface VisibleKeyDeps extends AuditDeps {
  readonly store: Store;
}

/** A key that something is asked about by its id: another tenant's does not exist, and to ask is a look at it. */
export const requireVisibleKey = async (deps: VisibleKeyDeps, actor: Actor, keyId: string): Promise<void> => {
  const stored = await deps.store.keys.find(keyId);
  if (stored === undefined || !sees(actor, stored.key.row.tenantId)) throw new AppError("NOT_FOUND");
  await auditLook(deps, { actor, tenantId: stored.key.row.tenantId, target: { type: "key", id: keyId } });
};
