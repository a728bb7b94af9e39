import { type MemberRole, rolePermissions } from "@keywright/contract";
import { AppError } from "../errors.ts";
import type { Actor } from "../model/audit.ts";
import type { Stores } from "../ports/store.ts";
import { rootHolds, scopesOpen } from "../rules/scopes.ts";

/**
 * The role that a member has now, within the transaction that asks, where the request was authorised by the one they had; null for whoever is no
 * member: root keys, operators, API keys.
 */
export const standingOf = async (stores: Pick<Stores, "members">, actor: Actor): Promise<MemberRole | null> => {
  if (actor.type !== "member") return null;
  const member = actor.id === null ? undefined : await stores.members.find(actor.id);
  if (member === undefined || member.tenantId !== actor.tenantId)
    throw new AppError("PERMISSION_DENIED", { detail: "You are no longer a member of this tenant." });
  return member.role;
};

/** Owners are made and unmade by owners and operators alone: an admin, or an API key, who could would be an owner themselves. */
export const requireOwnersHand = (actor: Actor, role: MemberRole | null): void => {
  if (actor.tenantId !== null && role !== "owner") {
    throw new AppError("PERMISSION_DENIED", { detail: "Only an owner or an operator makes, changes or removes owners." });
  }
};

/** Whether the actor may add, change and remove other members. */
export const managesMembers = (actor: Actor, role: MemberRole | null): boolean => {
  if (role !== null) return rolePermissions[role].includes("members:write");
  if (actor.type === "system") return true;
  return actor.tenantId === null ? rootHolds(actor.scopes, "members:write") : scopesOpen(actor.scopes, "members:write");
};
