import { type Actor, AppError } from "@keywright/core";
import { namedTenant } from "./named-tenant.ts";
import type { Parts } from "./request-reader.ts";

/** The flag `enable-api-key-management`, for a tenant; null: for whoever is in none. */
export type IsManagementEnabled = (tenantId: string | null) => Promise<boolean>;

/**
 * Where the flag is off, management is not there: for the actor's tenant, or for the one that an operator's call names. A call by an operator
 * that names none goes by what holds for nobody in particular.
 */
export const requireManagement = async (isEnabled: IsManagementEnabled, actor: Actor, parts: Pick<Parts, "params" | "query" | "body">): Promise<void> => {
  const tenantId = actor.tenantId || (namedTenant(parts) ?? null);
  if (!(await isEnabled(tenantId))) throw new AppError("FEATURE_DISABLED");
};
