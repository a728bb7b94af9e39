import { type AuditDeps, auditEntry } from "../audit.ts";
import { commitChange } from "../change.ts";
import { AppError } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Member } from "../model/tenant.ts";
import type { OutsidePerson } from "../ports/outside-tokens.ts";
import type { Stores } from "../ports/store.ts";
import { accountActor } from "./account-actor.ts";
import { giveRole, type PeopleDeps } from "./change-role.ts";
import { linkMember } from "./link-account.ts";

export interface OutsiderJoining {
  readonly person: OutsidePerson;
  /** The account that the member is or becomes. */
  readonly accountId: string;
  readonly ip: string | null;
  readonly requestId: string;
}

/** The issuer's address holds no space, and no account of Keywright's own is named by an address. */
export const outsideAccountId = ({ issuer, subject }: OutsidePerson): string => `${issuer} ${subject}`;

export const refusedOutsider = (why: string): AppError => new AppError("PERMISSION_DENIED", { detail: `The bearer of this token ${why}.` });

/** The member that a person of another system is: of the tenant that the issuer names, made where there is none yet, with the role that it gives. */
export const settleOutsider = async (deps: PeopleDeps, joining: OutsiderJoining): Promise<Member> => {
  const { person, accountId } = joining;
  const { tenantId, role } = person;
  if (tenantId === null) throw refusedOutsider("is of no tenant: the token names none");
  if (role === "none") throw refusedOutsider("has no role: the token gives none that Keywright knows");
  const known = await deps.store.members.findOfAccount(accountId, tenantId);
  const isSettled = known !== undefined && (role === null || known.role === role);
  return isSettled ? known : settle(deps, { ...joining, tenantId, role });
};

interface Settling extends OutsiderJoining {
  readonly tenantId: string;
  readonly role: Member["role"] | null;
}

/**
 * Makes the store say what the token says: the member is there, is this account's, and has this role. The tenant's lock comes first, as wherever roles are
 * given. A change that is not yet in force in every process is told again by the job, as any other.
 */
const settle = async (deps: PeopleDeps, request: Settling): Promise<Member> => {
  const { result } = await commitChange(deps, async (stores) => {
    const tenant = await stores.tenants.lock(request.tenantId);
    if (tenant === undefined) throw new AppError("NOT_FOUND");
    if (tenant.row.status !== "active") throw new AppError("TENANT_SUSPENDED");
    const { id } = (await stores.members.findOfAccount(request.accountId, request.tenantId)) ?? (await join(deps, stores, request));
    const before = await stores.members.lock(id);
    if (before === undefined) throw new AppError("NOT_FOUND");
    return giveRole(deps, stores, { actor: accountActor(request), before, role: request.role ?? before.role });
  });
  return result;
};

/** The member that was created for the person's address and waits for them, or a new one. */
const join = async (deps: AuditDeps, stores: Stores, request: Settling): Promise<Member> => {
  const { person, tenantId, accountId } = request;
  const { email } = person;
  if (email === null) throw refusedOutsider("is no member yet, and the token has no verified e-mail address to become one by");
  const waiting = await stores.members.findByEmail(tenantId, email);
  // Two first calls at once: the other one may have come between two looks.
  if (waiting?.accountId === accountId) return waiting;
  if (waiting !== undefined) {
    const linked = await linkMember(deps, stores, { actor: accountActor(request), memberId: waiting.id, accountId });
    if (linked === undefined) throw refusedOutsider("has the e-mail address of another member, who signs in another way");
    return linked;
  }
  const role = request.role ?? leastRole;
  const member: Member = { id: newId(deps.random, "mem"), tenantId, email, name: person.name ?? email, role, accountId, createdAtMs: deps.clock.nowMs() };
  if (await stores.members.insert(member)) {
    const happening = { actor: accountActor(request), tenantId, action: "member.created", target: { type: "member", id: member.id } } as const;
    await stores.audit.append(auditEntry(deps, { ...happening, after: { name: member.name, role } }));
    return member;
  }
  const made = await stores.members.findOfAccount(accountId, tenantId);
  if (made === undefined) throw refusedOutsider("has the e-mail address of another member, who signs in another way");
  return made;
};

/** Of whoever comes without a role; those who may give roles in Keywright can raise it. */
const leastRole: Member["role"] = "viewer";
