import type { Command } from "commander";
import { addCarefulOptions, type CarefulOptions, confirm } from "../../confirm.ts";
import { addExamples } from "../../examples.ts";
import type { OpenSession, Session } from "../../session.ts";
import { tenantFields } from "../../tenant-view.ts";

export const addSuspendTenant = (tenants: Command, open: OpenSession): void => {
  const command = tenants
    .command("suspend")
    .description("Suspend a tenant: all its keys are refused at once, until it is active again.")
    .argument("<tenant-id>", "the tenant's id, ten_…");
  addCarefulOptions(command).action((tenantId: string, options: CarefulOptions) => suspendTenant(open(), tenantId, options));
  addExamples(command, ["keywright tenants suspend ten_… --dry-run", "keywright tenants suspend ten_… --yes"]);
};

const suspendTenant = async (session: Session, tenantId: string, options: CarefulOptions): Promise<void> => {
  const client = await session.connect();
  const request = { params: { tenant_id: tenantId }, body: { status: "suspended" as const } };
  const preview = async () => {
    const target = await client.call("get-tenant", { params: request.params });
    const name = `tenant ${target.id} (${JSON.stringify(target.name)})`;
    const text =
      target.status === "suspended" ? `The ${name} is suspended already.` : `Would suspend ${name}: all its keys would be refused until it is active again.`;
    return { action: "update-tenant", target, request: request.body, toText: () => text };
  };
  if (!(await confirm(session, options, { deed: `suspend tenant ${tenantId} and refuse all its keys`, isFinal: true, preview }))) return;
  const tenant = await client.call("update-tenant", request);
  session.output.show(tenant, (paper) => tenantFields(paper, tenant));
};
