import { accountPermissions, type Permission, rolePermissions } from "@keywright/contract";
import type { Authenticated } from "../authenticate.ts";
import { AppError, invalidField } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { Member } from "../model/tenant.ts";
import type { Store } from "../ports/store.ts";
import { accountActor } from "./account-actor.ts";
import type { SignedIn } from "./signed-in.ts";

export interface PersonRequest {
  readonly signedIn: SignedIn;
  /** The tenant that the request names; undefined: none. */
  readonly tenantId: string | undefined;
  readonly permission: Permission;
  readonly ip: string | null;
  readonly requestId: string;
}

interface AuthorizeDeps {
  readonly store: Pick<Store, "members" | "tenants">;
}

/**
 * Who is a person who has signed in, and may they? Asked of the store at every request, so that a change of role, or a removal, is in force when
 * it is answered. An operator acts in no tenant, as a root key does; everyone else as the member that they are of the tenant named, or of their
 * only one.
 */
export const authorizePerson = async ({ store }: AuthorizeDeps, request: PersonRequest): Promise<Authenticated> => {
  const { signedIn, permission } = request;
  if (accountPermissions.includes(permission)) return { actor: { ...accountActor({ ...request, accountId: signedIn.accountId }), signedIn }, spent: null };
  if (signedIn.isOperator) {
    requireHeld(rolePermissions.operator, permission);
    return { actor: operatorActor(request), spent: null };
  }
  const member = await findMember(store, request);
  requireHeld(rolePermissions[member.role], permission);
  await requireActiveTenant(store, member);
  return { actor: memberActor(request, member), spent: null };
};

/** A member does nothing in a tenant that is suspended. */
export const requireActiveTenant = async (store: Pick<Store, "tenants">, { tenantId }: Member): Promise<void> => {
  const tenant = await store.tenants.find(tenantId);
  if (tenant === undefined) throw new AppError("NOT_FOUND");
  if (tenant.row.status !== "active") throw new AppError("TENANT_SUSPENDED");
};

export const requireHeld = (held: readonly Permission[], permission: Permission): void => {
  if (!held.includes(permission)) throw new AppError("PERMISSION_DENIED", { detail: `This call needs the permission ${permission}.` });
};

/** A tenant that one is no member of is answered like one that does not exist. */
const findMember = async (store: AuthorizeDeps["store"], { signedIn, tenantId }: PersonRequest): Promise<Member> => {
  if (tenantId !== undefined) {
    const member = await store.members.findOfAccount(signedIn.accountId, tenantId);
    if (member === undefined) throw new AppError("NOT_FOUND");
    return member;
  }
  const { items } = await store.members.listOfAccount(signedIn.accountId, { limit: 2, after: null });
  const [only, another] = items;
  if (only === undefined) throw new AppError("PERMISSION_DENIED", { detail: "You are a member of no tenant: accept an invitation first." });
  if (another !== undefined) throw invalidField("/tenant_id", "is required: you are a member of several tenants, say which one is meant");
  return only;
};

const actorOf = ({ signedIn, ip, requestId }: PersonRequest) => ({ signedIn, ip, requestId });

const memberActor = (request: PersonRequest, { id, tenantId, role }: Member): Actor => ({
  ...actorOf(request),
  type: "member",
  id,
  tenantId,
  memberId: id,
  scopes: [],
  role,
});

const operatorActor = (request: PersonRequest): Actor => ({
  ...actorOf(request),
  type: "operator",
  id: request.signedIn.accountId,
  tenantId: null,
  memberId: null,
  scopes: rolePermissions.operator,
});
