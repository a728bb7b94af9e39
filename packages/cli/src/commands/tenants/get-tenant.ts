import type { Command } from "commander";
import { addExamples } from "../../examples.ts";
import type { OpenSession, Session } from "../../session.ts";
import { tenantFields } from "../../tenant-view.ts";

export const addGetTenant = (tenants: Command, open: OpenSession): void => {
  const command = tenants
    .command("get")
    .description("Show one tenant.")
    .argument("<tenant-id>", "the tenant's id, ten_…")
    .action((tenantId: string) => getTenant(open(), tenantId));
  addExamples(command, ["keywright tenants get ten_…"]);
};

const getTenant = async ({ output, connect }: Session, tenantId: string): Promise<void> => {
  const tenant = await (await connect()).call("get-tenant", { params: { tenant_id: tenantId } });
  output.show(tenant, (paper) => tenantFields(paper, tenant));
};
