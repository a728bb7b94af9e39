import { notThere } from "../errors.ts";
import type { Policy } from "../model/policy.ts";
import type { Stores } from "../ports/store.ts";
import { ownerType } from "../rules/owner.ts";

interface Owning {
  readonly tenantId: string;
  readonly ownerId: string;
}

/** Locks the member or the team that is to own a key, and answers how many live keys it may have. Another tenant's is answered like none. */
export const lockOwner = async (policy: Policy, stores: Stores, { tenantId, ownerId }: Owning): Promise<number> => {
  const type = ownerType(ownerId);
  const owner = type === "team" ? await stores.teams.lock(ownerId) : await stores.members.lock(ownerId);
  if (owner?.tenantId !== tenantId) throw notThere(type === "team" ? "/team_id" : "/owner_id", `is no ${type} of this tenant`);
  return type === "team" ? policy.maxKeysPerTeam : policy.maxKeysPerMember;
};
