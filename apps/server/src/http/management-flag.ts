import { type Actor, AppError } from "@keywright/core";
import type { Parts } from "./request-reader.ts";

/** The flag `enable-api-key-management`, for a tenant; null: for whoever is in none. */
export type IsManagementEnabled = (tenantId: string | null) => Promise<boolean>;

/**
 * Where the flag is off, management is not there: for the actor's tenant, or for the one that an operator's call names. A call by an operator
 * that names none goes by what holds for nobody in particular.
 */
export const requireManagement = async (isEnabled: IsManagementEnabled, actor: Actor, parts: Parts): Promise<void> => {
  const tenantId = actor.tenantId || (namedTenant(parts.params) ?? namedTenant(parts.query) ?? namedTenant(parts.body) ?? null);
  if (!(await isEnabled(tenantId))) throw new AppError("FEATURE_DISABLED");
};

/** The field by which every endpoint names a tenant; the schema has checked what is in it. */
const namedTenant = (part: unknown): string | undefined => {
  if (typeof part !== "object" || part === null || !("tenant_id" in part)) return undefined;
  return typeof part.tenant_id === "string" ? part.tenant_id : undefined;
};
