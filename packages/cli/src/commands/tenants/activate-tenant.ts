import type { Command } from "commander";
import { addExamples } from "../../examples.ts";
import type { OpenSession, Session } from "../../session.ts";
import { tenantFields } from "../../tenant-view.ts";

export const addActivateTenant = (tenants: Command, open: OpenSession): void => {
  const command = tenants
    .command("activate")
    .description("Make a suspended tenant active again: its keys are accepted as before.")
    .argument("<tenant-id>", "the tenant's id, ten_…")
    .action((tenantId: string) => activateTenant(open(), tenantId));
  addExamples(command, ["keywright tenants activate ten_…"]);
};

const activateTenant = async ({ output, connect }: Session, tenantId: string): Promise<void> => {
  const tenant = await (await connect()).call("update-tenant", { params: { tenant_id: tenantId }, body: { status: "active" } });
  output.show(tenant, (paper) => tenantFields(paper, tenant));
};
