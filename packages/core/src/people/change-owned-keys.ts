import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import { auditView } from "../keys/key-details.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Stores } from "../ports/store.ts";
import { isKeySigned, signKey } from "../signing.ts";

interface OwnedChange {
  readonly actor: Actor;
  /** The member whose live keys are looked at; the caller holds their lock. */
  readonly ownerId: string;
  readonly action: "key.updated" | "key.revoked" | "key.handed_over";
  readonly reason?: string;
  /** What shall change of a key; undefined: it stays as it is. */
  readonly change: (key: ApiKey) => Partial<ApiKey> | undefined;
}

interface OwnedDeps extends AuditDeps {
  readonly keyring: Keyring;
}

/** Changes live keys of one owner in the order of their ids, each with a revision and an entry in the audit log, and answers those that changed. */
export const changeOwnedKeys = async (deps: OwnedDeps, stores: Stores, { ownerId, change, ...told }: OwnedChange): Promise<readonly ApiKey[]> => {
  const changed: ApiKey[] = [];
  for (const keyId of await stores.keys.listAlive(ownerId, deps.clock.nowMs())) {
    const stored = await stores.keys.lock(keyId);
    const fields = stored && change(stored.key.row);
    if (stored === undefined || fields === undefined || stored.key.row.state === "revoked") continue;
    if (!isKeySigned(deps.keyring, stored.key)) throw new AppError("NOT_FOUND", { detail: `The row of ${keyId} was edited behind Keywright's back.` });
    const before = stored.key.row;
    const after: ApiKey = { ...before, ...fields, updatedAtMs: deps.clock.nowMs(), revision: before.revision + 1 };
    await stores.keys.update(signKey(deps.keyring, after));
    const happening = { ...told, tenantId: after.tenantId, target: { type: "key", id: keyId } } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, before: auditView(before), after: auditView(after) }));
    changed.push(after);
  }
  return changed;
};
