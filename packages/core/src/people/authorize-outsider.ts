import { accountPermissions, type Permission } from "@keywright/contract";
import { type AuditDeps, auditEntry } from "../audit.ts";
import type { Authenticated } from "../authenticate.ts";
import { commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Actor } from "../model/audit.ts";
import type { Secret } from "../model/secret.ts";
import type { Member } from "../model/tenant.ts";
import type { OutsidePerson, OutsideTokens } from "../ports/outside-tokens.ts";
import type { Stores } from "../ports/store.ts";
import { noTenant } from "../visibility.ts";
import { authorizePerson } from "./authorize-person.ts";
import { giveRole, type PeopleDeps } from "./change-role.ts";
import { linkMember } from "./link-account.ts";

interface OutsiderDeps extends PeopleDeps {
  readonly outsideTokens: OutsideTokens;
}

export interface OutsiderRequest {
  readonly token: Secret;
  readonly permission: Permission;
  readonly ip: string | null;
  readonly requestId: string;
}

/**
 * Who calls by another system's token, and may they? They act as a member of the tenant that the token names, made on their first call, with the
 * role that the token gives, where it gives one. What a member may is then asked like anybody's.
 */
export const authorizeOutsider = async (deps: OutsiderDeps, request: OutsiderRequest): Promise<Authenticated> => {
  const { token, permission, ip, requestId } = request;
  const person = await deps.outsideTokens.verify(token.reveal());
  if (person === undefined) throw new AppError("INVALID_CREDENTIAL");
  if (accountPermissions.includes(permission))
    throw refused("is a member where the token says, and has no account here; this call is for people who sign in here");
  const { tenantId, role } = person;
  if (tenantId === null) throw refused("is of no tenant: the token names none");
  if (role === "none") throw refused("has no role: the token gives none that Keywright knows");
  const accountId = accountIdOf(person);
  const known = await deps.store.members.findOfAccount(accountId, tenantId);
  const isSettled = known !== undefined && (role === null || known.role === role);
  const member = isSettled ? known : await settle(deps, { person, accountId, tenantId, role, ip, requestId });
  const signedIn = { accountId, email: person.email ?? member.email, name: person.name ?? member.name, isOperator: false };
  return authorizePerson(deps, { signedIn, tenantId, permission, ip, requestId });
};

/** The issuer's address holds no space, and no account of Keywright's own is named by an address. */
const accountIdOf = ({ issuer, subject }: OutsidePerson): string => `${issuer} ${subject}`;

const refused = (why: string): AppError => new AppError("PERMISSION_DENIED", { detail: `The bearer of this token ${why}.` });

interface Settling {
  readonly person: OutsidePerson;
  readonly accountId: string;
  readonly tenantId: string;
  readonly role: Member["role"] | null;
  readonly ip: string | null;
  readonly requestId: string;
}

/**
 * Makes the store say what the token says: the member is there, is this account's, and has this role. The tenant's lock comes first, as wherever roles are
 * given. A change that is not yet in force in every process is told again by the job, as any other.
 */
const settle = async (deps: OutsiderDeps, request: Settling): Promise<Member> => {
  const { result } = await commitChange(deps, async (stores) => {
    const tenant = await stores.tenants.lock(request.tenantId);
    if (tenant === undefined) throw new AppError("NOT_FOUND");
    if (tenant.row.status !== "active") throw new AppError("TENANT_SUSPENDED");
    const { id } = (await stores.members.findOfAccount(request.accountId, request.tenantId)) ?? (await join(deps, stores, request));
    const before = await stores.members.lock(id);
    if (before === undefined) throw new AppError("NOT_FOUND");
    return giveRole(deps, stores, { actor: actorOf(request), before, role: request.role ?? before.role });
  });
  return result;
};

/** The member that was created for the person's address and waits for them, or a new one. */
const join = async (deps: AuditDeps, stores: Stores, request: Settling): Promise<Member> => {
  const { person, tenantId, accountId } = request;
  const { email } = person;
  if (email === null) throw refused("is no member yet, and the token has no verified e-mail address to become one by");
  const waiting = await stores.members.findByEmail(tenantId, email);
  // Two first calls at once: the other one may have come between two looks.
  if (waiting?.accountId === accountId) return waiting;
  if (waiting !== undefined) {
    const linked = await linkMember(deps, stores, { actor: actorOf(request), memberId: waiting.id, accountId });
    if (linked === undefined) throw refused("has the e-mail address of another member, who signs in another way");
    return linked;
  }
  const role = request.role ?? leastRole;
  const member: Member = { id: newId(deps.random, "mem"), tenantId, email, name: person.name ?? email, role, accountId, createdAtMs: deps.clock.nowMs() };
  if (await stores.members.insert(member)) {
    const happening = { actor: actorOf(request), tenantId, action: "member.created", target: { type: "member", id: member.id } } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, after: { name: member.name, role } }));
    return member;
  }
  const made = await stores.members.findOfAccount(accountId, tenantId);
  if (made === undefined) throw refused("has the e-mail address of another member, who signs in another way");
  return made;
};

/** Of whoever comes without a role; those who may give roles in Keywright can raise it. */
const leastRole: Member["role"] = "viewer";

const actorOf = ({ accountId, ip, requestId }: Settling): Actor => ({
  type: "account",
  id: accountId,
  tenantId: noTenant,
  memberId: null,
  scopes: [],
  ip,
  requestId,
});
