import { auditEntry } from "../audit.ts";
import { type Committed, commitChange } from "../change.ts";
import { AppError, notThere } from "../errors.ts";
import { requireReach } from "../keys/require-reach.ts";
import type { Actor } from "../model/audit.ts";
import type { ApiKey } from "../model/key.ts";
import type { Policy } from "../model/policy.ts";
import type { Member } from "../model/tenant.ts";
import type { Stores } from "../ports/store.ts";
import { changeOwnedKeys } from "./change-owned-keys.ts";
import type { PeopleDeps } from "./change-role.ts";
import { lockMember, requireAnotherOwner } from "./lock-member.ts";
import { lockOwner } from "./lock-owner.ts";
import { managesMembers, requireOwnersHand, standingOf } from "./standing.ts";

export interface RemoveMemberDeps extends PeopleDeps {
  readonly policy: Policy;
}

/** What becomes of live keys. */
export type KeysOfLeaver = "revoke" | { readonly teamId: string };

export interface RemoveMemberRequest {
  readonly actor: Actor;
  readonly memberId: string;
  /** undefined: there should be none. */
  readonly keys: KeysOfLeaver | undefined;
}

export interface RemovedMember {
  readonly member: Member;
  /** Keys that were revoked or handed over. */
  readonly keys: readonly ApiKey[];
}

/** Takes a member out of the tenant, or lets them leave. Their live keys go where it is said, in the same transaction. */
export const removeMember = (deps: RemoveMemberDeps, request: RemoveMemberRequest): Promise<Committed<RemovedMember>> =>
  commitChange(deps, async (stores) => {
    const member = await lockMember(stores, request);
    await requireMayRemove(stores, request.actor, member);
    const keys = await settleKeys(deps, stores, { ...request, member });
    await stores.members.remove(member.id);
    const happening = { actor: request.actor, tenantId: member.tenantId, action: "member.removed", target: { type: "member", id: member.id } } as const;
    const before = { name: member.name, role: member.role };
    await stores.audit.append(auditEntry(deps, { ...happening, before, after: { keys: keysView(request.keys), key_ids: keys.map(({ id }) => id) } }));
    return { result: { member, keys }, changed: keys };
  });

const keysView = (keys: KeysOfLeaver | undefined) => (typeof keys === "object" ? { team_id: keys.teamId } : (keys ?? null));

const requireMayRemove = async (stores: Stores, actor: Actor, member: Member): Promise<void> => {
  const role = await standingOf(stores, actor);
  const isLeaving = actor.type === "member" && actor.id === member.id;
  if (!isLeaving && !managesMembers(actor, role)) throw new AppError("PERMISSION_DENIED", { detail: "Your role removes nobody but yourself." });
  if (!isLeaving && member.role === "owner") requireOwnersHand(actor, role);
  if (member.role === "owner") await requireAnotherOwner(stores, member.tenantId);
};

interface Settling extends RemoveMemberRequest {
  readonly member: Member;
}

const settleKeys = async (deps: RemoveMemberDeps, stores: Stores, { actor, member, keys }: Settling): Promise<readonly ApiKey[]> => {
  const owned = { actor, ownerId: member.id };
  const alive = await stores.keys.countAlive(member.id, deps.clock.nowMs());
  if (keys === undefined) {
    if (alive > 0)
      throw new AppError("OWNS_KEYS", {
        detail: `The member has live keys (${alive}): say in \`keys\` whether to revoke them, or which team takes them over.`,
      });
    return [];
  }
  if (keys === "revoke") {
    const [reason, nowMs] = ["the member left the tenant", deps.clock.nowMs()];
    return changeOwnedKeys(deps, stores, {
      ...owned,
      action: "key.revoked",
      reason,
      change: () => ({ state: "revoked", revokedAtMs: nowMs, revokedReason: reason }),
    });
  }
  await requireRoom(deps, stores, { actor, member, teamId: keys.teamId, alive });
  return changeOwnedKeys(deps, stores, { ...owned, action: "key.handed_over", change: () => ({ ownerId: keys.teamId }) });
};

interface HandOver {
  readonly actor: Actor;
  readonly member: Member;
  readonly teamId: string;
  readonly alive: number;
}

/** The team, locked, has room for the keys; whoever reaches their own teams alone hands over to those alone. */
const requireRoom = async (deps: RemoveMemberDeps, stores: Stores, { actor, member, teamId, alive }: HandOver): Promise<void> => {
  if ((await stores.teams.find(teamId))?.tenantId !== member.tenantId) throw notThere("/keys/team_id", "is no team of this tenant");
  const most = await lockOwner(deps.policy, stores, { tenantId: member.tenantId, ownerId: teamId });
  await requireReach(stores, actor, teamId);
  if ((await stores.keys.countAlive(teamId, deps.clock.nowMs())) + alive > most) {
    throw new AppError("KEY_LIMIT_REACHED", { detail: `A team has ${most} keys at most that are not revoked or expired.` });
  }
};
