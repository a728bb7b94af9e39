import { AppError, invalidField } from "./errors.ts";
import type { Actor } from "./model/audit.ts";

/** The tenant of a person who acts in none: no row is of it, so that nothing is visible to them. */
export const noTenant = "";

/** The tenant that a call is about: an actor's own; an operator names one. Another tenant than one's own does not exist. */
export const tenantOf = (actor: Actor, named: string | undefined): string => {
  if (actor.tenantId === null) {
    if (named === undefined) throw invalidField("/tenant_id", "is required with a root key: an operator says which tenant is meant");
    return named;
  }
  if (named !== undefined && named !== actor.tenantId) throw new AppError("NOT_FOUND");
  return actor.tenantId;
};

/** Whose things are meant: an operator who names no tenant means the operators' own. */
export const ownerOf = (actor: Actor, named: string | undefined): string | null =>
  actor.tenantId === null && named === undefined ? null : tenantOf(actor, named);

/** Whether something of this tenant (null: the operator's own) is visible to the actor. */
export const sees = (actor: Actor, tenantId: string | null): boolean => actor.tenantId === null || actor.tenantId === tenantId;
