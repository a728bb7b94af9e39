import type { Tenant } from "@keywright/contract";
import type { Paper } from "./paper.ts";
import { formatRateLimit } from "./rate-limit.ts";
import { shownStatus, shownTime } from "./view.ts";

/** Tenants, a line each. */
export const tenantTable = (paper: Paper, tenants: readonly Tenant[]): string => {
  if (tenants.length === 0) return "No tenants.";
  const rows = tenants.map((tenant) => [
    tenant.id,
    tenant.name,
    tenant.tier,
    shownStatus(tenant.status),
    formatRateLimit(tenant.effective_rate_limit),
    shownTime(tenant.created_at, ""),
  ]);
  return paper.table(["ID", "NAME", "TIER", "STATUS", "RATE LIMIT", "CREATED"], rows);
};

export const tenantFields = (paper: Paper, tenant: Tenant): string =>
  paper.fields([
    ["ID", tenant.id],
    ["Name", tenant.name],
    ["Tier", tenant.tier],
    ["Status", shownStatus(tenant.status)],
    ["Rate limit", `${formatRateLimit(tenant.effective_rate_limit)} (${tenant.rate_limit === null ? "the tier's" : "its own"})`],
    ["Created", shownTime(tenant.created_at, "")],
    ["Changed", `${shownTime(tenant.updated_at, "")} (revision ${tenant.revision})`],
  ]);
