import { type AuditDeps, auditEntry } from "../audit.ts";
import type { Actor } from "../model/audit.ts";
import type { Member } from "../model/tenant.ts";
import type { Store, Stores } from "../ports/store.ts";
import { accountActor } from "./account-actor.ts";
import type { SignedIn } from "./signed-in.ts";

interface LinkDeps extends AuditDeps {
  readonly store: Store;
}

export interface LinkRequest {
  readonly signedIn: SignedIn;
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** More members than anyone has under one address; the rest is linked at the next sign-in. */
const maxLinked = 100;

/**
 * Links a person's account to the members that were created for their verified address, in whatever tenants; to be called when someone has signed
 * in. Where the account is a member of the tenant already, the other one stays as it is. Answers the members that are linked now.
 */
export const linkAccount = (deps: LinkDeps, { signedIn, ip, requestId }: LinkRequest): Promise<readonly Member[]> => {
  const actor = accountActor({ accountId: signedIn.accountId, ip, requestId });
  return deps.store.transaction(async (stores) => {
    const { items } = await stores.members.listUnlinked(signedIn.email, { limit: maxLinked, after: null });
    const linked: Member[] = [];
    for (const { id } of [...items].reverse()) {
      const member = await linkMember(deps, stores, { actor, memberId: id, accountId: signedIn.accountId });
      if (member !== undefined) linked.push(member);
    }
    return linked;
  });
};

export interface Linking {
  readonly actor: Actor;
  readonly memberId: string;
  readonly accountId: string;
}

/** Links one member; undefined, and nothing done, where another account has come first or this account is another member of the tenant. */
export const linkMember = async (deps: AuditDeps, stores: Stores, { actor, memberId, accountId }: Linking): Promise<Member | undefined> => {
  const member = await stores.members.lock(memberId);
  if (member === undefined || member.accountId !== null) return undefined;
  if ((await stores.members.findOfAccount(accountId, member.tenantId)) !== undefined) return undefined;
  const linked = { ...member, accountId };
  await stores.members.update(linked);
  const happening = { actor, tenantId: member.tenantId, action: "member.linked", target: { type: "member", id: memberId } } as const;
  await stores.audit.append(auditEntry(deps, { ...happening, after: { account_id: accountId } }));
  return linked;
};
