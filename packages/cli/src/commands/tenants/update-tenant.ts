import type { RateLimit } from "@keywright/contract";
import type { Command } from "commander";
import { CommandFailure } from "../../command-failure.ts";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { type None, nullIfNone, rateLimitOrNone } from "../../option-values.ts";
import type { OpenSession, Session } from "../../session.ts";
import { tenantFields } from "../../tenant-view.ts";
import { type Tier, tierOption } from "./tier-option.ts";

interface UpdateTenantOptions {
  readonly name?: string;
  readonly tier?: Tier;
  readonly rateLimit?: RateLimit | None;
}

export const addUpdateTenant = (tenants: Command, open: OpenSession): void => {
  const command = tenants
    .command("update")
    .description("Change a tenant; in force everywhere when the command ends. What is not said stays.")
    .argument("<tenant-id>", "the tenant's id, ten_…")
    .option("--name <name>", "the customer's name")
    .addOption(tierOption())
    .option("--rate-limit <limit>", "its own pool, such as 500/60s; none: the tier's", rateLimitOrNone)
    .action((tenantId: string, options: UpdateTenantOptions) => updateTenant(open(), tenantId, options));
  addExamples(command, ["keywright tenants update ten_… --tier enterprise", "keywright tenants update ten_… --rate-limit none"]);
};

const updateTenant = async ({ output, connect }: Session, tenantId: string, options: UpdateTenantOptions): Promise<void> => {
  const body = defined({ name: options.name, tier: options.tier, rate_limit: nullIfNone(options.rateLimit) });
  if (Object.keys(body).length === 0) throw new CommandFailure("USAGE", "Nothing to change was said: `keywright tenants update --help` lists what can be.");
  const tenant = await (await connect()).call("update-tenant", { params: { tenant_id: tenantId }, body });
  output.show(tenant, (paper) => tenantFields(paper, tenant));
};
