import type { Command } from "commander";
import type { OpenSession } from "../session.ts";
import { addActivateTenant } from "./tenants/activate-tenant.ts";
import { addCreateTenant } from "./tenants/create-tenant.ts";
import { addGetTenant } from "./tenants/get-tenant.ts";
import { addListTenants } from "./tenants/list-tenants.ts";
import { addSuspendTenant } from "./tenants/suspend-tenant.ts";
import { addUpdateTenant } from "./tenants/update-tenant.ts";

const commands = [addCreateTenant, addListTenants, addGetTenant, addUpdateTenant, addSuspendTenant, addActivateTenant];

export const addTenants = (program: Command, open: OpenSession): void => {
  const tenants = program.command("tenants").description("Create, see, change, suspend and activate tenants.");
  for (const add of commands) add(tenants, open);
};
