import { AppError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { Member } from "../model/tenant.ts";
import type { Stores } from "../ports/store.ts";
import { sees } from "../visibility.ts";

interface Wanted {
  readonly actor: Actor;
  readonly memberId: string;
}

/** The member, locked after the tenant: so those who change roles or leave come one by one, and the last owner is known to be the last. */
export const lockMember = async (stores: Stores, { actor, memberId }: Wanted): Promise<Member> => {
  await stores.tenants.lock(visibleMember(await stores.members.find(memberId), actor).tenantId);
  return visibleMember(await stores.members.lock(memberId), actor);
};

/** The member, if the actor may see them. */
export const visibleMember = (member: Member | undefined, actor: Actor): Member => {
  if (member === undefined || !sees(actor, member.tenantId)) throw new AppError("NOT_FOUND");
  return member;
};

/** Refuses to take the only owner away. Callers hold the tenant's lock. */
export const requireAnotherOwner = async (stores: Stores, tenantId: string): Promise<void> => {
  if ((await stores.members.countOwners(tenantId)) <= 1) throw new AppError("LAST_OWNER");
};
