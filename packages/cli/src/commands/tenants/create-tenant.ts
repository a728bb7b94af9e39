import type { RateLimit } from "@keywright/contract";
import type { Command } from "commander";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { rateLimit } from "../../option-values.ts";
import type { OpenSession, Session } from "../../session.ts";
import { tenantFields } from "../../tenant-view.ts";
import { type Tier, tierOption } from "./tier-option.ts";

interface CreateTenantOptions {
  readonly name: string;
  readonly tier?: Tier;
  readonly rateLimit?: RateLimit;
  readonly idempotencyKey?: string;
}

export const addCreateTenant = (tenants: Command, open: OpenSession): void => {
  const command = tenants
    .command("create")
    .description("Create a tenant.")
    .requiredOption("--name <name>", "the customer's name")
    .addOption(tierOption())
    .option("--rate-limit <limit>", "its own pool in place of the tier's, such as 500/60s", rateLimit)
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateTenantOptions) => createTenant(open(), options));
  addExamples(command, ["keywright tenants create --name Acme --tier pro", "keywright tenants create --name Acme --json | jq -r .id"]);
};

const createTenant = async ({ output, connect }: Session, { name, tier, rateLimit: limit, idempotencyKey }: CreateTenantOptions): Promise<void> => {
  const client = await connect();
  const tenant = await client.call("create-tenant", { body: defined({ name, tier, rate_limit: limit }), ...defined({ idempotencyKey }) });
  output.show(tenant, (paper) => tenantFields(paper, tenant));
};
