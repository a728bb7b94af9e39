import { type AuditDeps, auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Policy } from "../model/policy.ts";
import type { Addresses } from "../ports/addresses.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Store } from "../ports/store.ts";
import { type Expiry, resolveExpiry } from "../rules/expiry.ts";
import { canonicalAllowlist, checkMetadata, checkScopes } from "../rules/key-fields.ts";
import { signKey } from "../signing.ts";
import { lockAliveKey } from "./find-key.ts";
import { auditView, type KeyDetails, toDetails } from "./key-details.ts";
import { requireGrant } from "./require-grant.ts";

/** What shall change; a field that is left out stays. */
export interface KeyChange {
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly enabled?: boolean;
  readonly expiry?: Expiry;
  readonly ipAllowlist?: readonly string[];
  readonly rateLimit?: ApiKey["rateLimit"];
  readonly monthlyQuota?: number | null;
  readonly metadata?: ApiKey["metadata"];
}

export interface UpdateKeyDeps extends AuditDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly keyring: Keyring;
  readonly addresses: Addresses;
  readonly policy: Policy;
}

export interface UpdateKeyRequest {
  readonly actor: Actor;
  readonly keyId: string;
  readonly change: KeyChange;
  /** The revision that the caller saw; null: whatever it is now. */
  readonly ifRevision: number | null;
}

/** Changes a key; in force everywhere when this resolves and says so. */
export const updateKey = async (deps: UpdateKeyDeps, { actor, keyId, change, ifRevision }: UpdateKeyRequest): Promise<Committed<KeyDetails>> => {
  const fields = changedFields(deps, change);
  return commitChange(deps, async (stores) => {
    const stored = await lockAliveKey(deps, stores, { actor, keyId });
    const before = stored.key.row;
    if (ifRevision !== null && ifRevision !== before.revision) throw new AppError("PRECONDITION_FAILED");
    await requireGrant({ stores, keyring: deps.keyring }, actor, grantedScopes(actor, before, change));
    const after: ApiKey = { ...before, ...fields, updatedAtMs: deps.clock.nowMs(), revision: before.revision + 1 };
    await stores.keys.update(signKey(deps.keyring, after));
    const happening = { actor, tenantId: after.tenantId, action: "key.updated", target: { type: "key", id: keyId } } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, before: auditView(before), after: auditView(after) }));
    return { result: { ...toDetails(stored), key: after }, changed: [after] };
  });
};

/** What a change grants: the new scopes; and those that the key has, to whoever switches it on again, and to a member who loosens what bounds it. */
const grantedScopes = (actor: Actor, before: ApiKey, change: KeyChange): readonly string[] => {
  if (change.scopes !== undefined) return change.scopes;
  if (change.enabled === true && before.state !== "active") return before.scopes;
  const { expiry, ipAllowlist, rateLimit, monthlyQuota } = change;
  const isBounded = [expiry, ipAllowlist, rateLimit, monthlyQuota].every((bound) => bound === undefined);
  return actor.type === "member" && !isBounded ? before.scopes : [];
};

const changedFields = (deps: UpdateKeyDeps, change: KeyChange): Partial<ApiKey> => {
  const { enabled, expiry, ipAllowlist, ...plain } = change;
  if (change.scopes !== undefined) checkScopes(deps.policy, change.scopes);
  if (change.metadata !== undefined) checkMetadata(change.metadata);
  return {
    ...plain,
    ...(enabled !== undefined && { state: enabled ? "active" : "disabled" }),
    ...(expiry !== undefined && { expiresAtMs: resolveExpiry(deps.policy, expiry, deps.clock.nowMs()) }),
    ...(ipAllowlist !== undefined && { ipAllowlist: canonicalAllowlist(deps.addresses, ipAllowlist) }),
  };
};
