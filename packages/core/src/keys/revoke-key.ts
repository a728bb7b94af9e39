import { type AuditDeps, auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Store, Stores } from "../ports/store.ts";
import { rootEnvironment } from "../rules/key-format.ts";
import { rootHolds } from "../rules/scopes.ts";
import { signKey } from "../signing.ts";
import { lockKey } from "./find-key.ts";

export interface RevokeDeps extends AuditDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly keyring: Keyring;
}

export interface RevokeRequest {
  readonly actor: Actor;
  readonly keyId: string;
  readonly reason: string | null;
}

/** Revokes a key for ever: committed, told to the ledger, then answered. Revoking a revoked key answers as the first time. */
export const revokeKey = (deps: RevokeDeps, request: RevokeRequest): Promise<Committed<ApiKey>> =>
  commitChange(deps, async (stores) => {
    const { row } = (await lockKey(deps, stores, request)).key;
    return revokeRow(deps, stores, { ...request, row });
  });

/** Revokes a root key; nobody cuts off the branch that they sit on. */
export const revokeRootKey = async (deps: RevokeDeps, request: RevokeRequest): Promise<Committed<ApiKey>> => {
  if (request.actor.id === request.keyId) {
    throw new AppError("PERMISSION_DENIED", { detail: "A root key cannot revoke itself: use another one, so that the operator is not locked out." });
  }
  return commitChange(deps, async (stores) => revokeRow(deps, stores, { ...request, row: await lockRootKey(stores, request) }));
};

/**
 * The root key, locked together with the one that revokes it, in the order of their ids: of two that revoke each other, the second finds itself
 * revoked. As nobody revokes more than they hold, a root key that can do everything always remains.
 */
const lockRootKey = async (stores: Stores, { actor, keyId }: RevokeRequest): Promise<ApiKey> => {
  const rows = new Map<string, ApiKey>();
  for (const id of [keyId, ...(actor.id === null ? [] : [actor.id])].sort()) {
    const stored = await stores.keys.lock(id);
    if (stored !== undefined) rows.set(id, stored.key.row);
  }
  if (actor.id !== null && rows.get(actor.id)?.state === "revoked") throw new AppError("INVALID_CREDENTIAL");
  const row = rows.get(keyId);
  if (row?.environment !== rootEnvironment) throw new AppError("NOT_FOUND");
  const missing = actor.type === "system" ? [] : row.scopes.filter((permission) => !rootHolds(actor.scopes, permission));
  if (missing.length > 0) throw new AppError("SCOPE_NOT_HELD", { detail: `This root key does not hold: ${missing.join(", ")}.` });
  return row;
};

const revokeRow = async (deps: RevokeDeps, stores: Stores, { actor, reason, row }: RevokeRequest & { row: ApiKey }) => {
  if (row.state === "revoked") return { result: row, changed: [row] };
  const nowMs = deps.clock.nowMs();
  const revoked: ApiKey = { ...row, state: "revoked", updatedAtMs: nowMs, revokedAtMs: nowMs, revokedReason: reason, revision: row.revision + 1 };
  await stores.keys.update(signKey(deps.keyring, revoked));
  const type = row.environment === rootEnvironment ? "root_key" : "key";
  const happening = { actor, tenantId: row.tenantId, action: `${type}.revoked`, target: { type, id: row.id }, reason } as const;
  await stores.audit.append(auditEntry(deps, { ...happening, before: { state: row.state }, after: { state: "revoked", revision: revoked.revision } }));
  return { result: revoked, changed: [revoked] };
};
