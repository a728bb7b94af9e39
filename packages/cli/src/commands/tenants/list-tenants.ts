import type { Tenant } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../../read-pages.ts";
import type { OpenSession, Session } from "../../session.ts";
import { tenantTable } from "../../tenant-view.ts";

const statuses = ["active", "suspended"] as const satisfies readonly Tenant["status"][];

interface ListTenantsOptions extends PagingOptions {
  readonly status?: Tenant["status"];
  readonly query?: string;
}

export const addListTenants = (tenants: Command, open: OpenSession): void => {
  const command = tenants
    .command("list")
    .description("List tenants, newest first.")
    .addOption(new Option("--status <status>", "those in one state").choices(statuses))
    .option("-q, --query <text>", "part of the name");
  addPagingOptions(command).action((options: ListTenantsOptions) => listTenants(open(), options));
  addExamples(command, ["keywright tenants list", "keywright tenants list --status suspended --all --json"]);
};

const listTenants = async ({ output, connect }: Session, options: ListTenantsOptions): Promise<void> => {
  const client = await connect();
  const filters = { status: options.status, q: options.query };
  const page = await readPages(options, (paging) => client.call("list-tenants", { query: defined({ ...filters, ...paging }) }));
  output.show(page, (paper) => tenantTable(paper, page.data));
  noteNext(output, page);
};
