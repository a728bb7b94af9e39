import { type AuditDeps, auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import { roleGrants } from "../keys/require-grant.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Member } from "../model/tenant.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Store, Stores } from "../ports/store.ts";
import { changeOwnedKeys } from "./change-owned-keys.ts";
import { lockMember, requireAnotherOwner } from "./lock-member.ts";
import { managesMembers, requireOwnersHand, standingOf } from "./standing.ts";

export interface PeopleDeps extends AuditDeps {
  readonly store: Store;
  readonly ledger: Ledger;
  readonly keyring: Keyring;
}

export interface ChangeRoleRequest {
  readonly actor: Actor;
  readonly memberId: string;
  readonly role: Member["role"];
}

/**
 * Gives a member another role, from the next request on. Live keys of theirs that are wider than the new role are switched off with it; whoever may
 * grant what they hold can narrow them, or switch them on again.
 */
export const changeRole = (deps: PeopleDeps, request: ChangeRoleRequest): Promise<Committed<Member>> =>
  commitChange(deps, async (stores) => {
    const before = await lockMember(stores, request);
    await requireMayChange(stores, request, before);
    const after: Member = { ...before, role: request.role };
    if (before.role === after.role) return { result: before, changed: [] };
    await stores.members.update(after);
    const changed = await switchOffWide(deps, stores, request);
    const happening = { actor: request.actor, tenantId: before.tenantId, action: "member.role_changed", target: { type: "member", id: before.id } } as const;
    const view = { role: after.role, keys_switched_off: changed.map(({ id }) => id) };
    await stores.audit.append(auditEntry(deps, { ...happening, before: { role: before.role }, after: view }));
    return { result: after, changed };
  });

const requireMayChange = async (stores: Stores, { actor, role: wanted }: ChangeRoleRequest, before: Member): Promise<void> => {
  const role = await standingOf(stores, actor);
  if (!managesMembers(actor, role)) throw new AppError("PERMISSION_DENIED", { detail: "Your role changes nobody's role." });
  if (actor.memberId === before.id) throw new AppError("PERMISSION_DENIED", { detail: "Nobody changes their own role." });
  if (before.role === "owner" || wanted === "owner") requireOwnersHand(actor, role);
  if (before.role === "owner" && wanted !== "owner") await requireAnotherOwner(stores, before.tenantId);
};

const switchOffWide = (deps: PeopleDeps, stores: Stores, { actor, memberId, role }: ChangeRoleRequest): Promise<readonly ApiKey[]> => {
  const isTooWide = (key: ApiKey): boolean => key.state === "active" && key.scopes.some((scope) => !roleGrants(role, scope));
  return changeOwnedKeys(deps, stores, {
    actor,
    ownerId: memberId,
    action: "key.updated",
    change: (key) => (isTooWide(key) ? { state: "disabled" } : undefined),
  });
};
