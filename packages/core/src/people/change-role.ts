import { type AuditDeps, auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Member } from "../model/tenant.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Store, Stores } from "../ports/store.ts";
import { roleGrants } from "../rules/role-grants.ts";
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
    return giveRole(deps, stores, { actor: request.actor, before, role: request.role });
  });

interface Giving {
  readonly actor: Actor;
  /** The member; the caller holds their lock and the tenant's. */
  readonly before: Member;
  readonly role: Member["role"];
}

/** What a new role brings with it, whoever gives it. */
export const giveRole = async (
  deps: Omit<PeopleDeps, "store" | "ledger">,
  stores: Stores,
  { actor, before, role }: Giving,
): Promise<{ readonly result: Member; readonly changed: readonly ApiKey[] }> => {
  const after: Member = { ...before, role };
  if (before.role === role) return { result: before, changed: [] };
  await stores.members.update(after);
  const changed = await switchOffWide(deps, stores, { actor, before, role });
  const happening = { actor, tenantId: before.tenantId, action: "member.role_changed", target: { type: "member", id: before.id } } as const;
  const view = { role, keys_switched_off: changed.map(({ id }) => id) };
  await stores.audit.append(auditEntry(deps, { ...happening, before: { role: before.role }, after: view }));
  return { result: after, changed };
};

const requireMayChange = async (stores: Stores, { actor, role: wanted }: ChangeRoleRequest, before: Member): Promise<void> => {
  const role = await standingOf(stores, actor);
  if (!managesMembers(actor, role)) throw new AppError("PERMISSION_DENIED", { detail: "Your role changes nobody's role." });
  if (actor.memberId === before.id) throw new AppError("PERMISSION_DENIED", { detail: "Nobody changes their own role." });
  if (before.role === "owner" || wanted === "owner") requireOwnersHand(actor, role);
  if (before.role === "owner" && wanted !== "owner") await requireAnotherOwner(stores, before.tenantId);
};

const switchOffWide = (deps: Omit<PeopleDeps, "store" | "ledger">, stores: Stores, { actor, before, role }: Giving): Promise<readonly ApiKey[]> => {
  const isTooWide = (key: ApiKey): boolean => key.state === "active" && key.scopes.some((scope) => !roleGrants(role, scope));
  return changeOwnedKeys(deps, stores, {
    actor,
    ownerId: before.id,
    action: "key.updated",
    change: (key) => (isTooWide(key) ? { state: "disabled" } : undefined),
  });
};
