import type { ApiKey } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { keyTable } from "../../key-view.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../../read-pages.ts";
import type { OpenSession, Session } from "../../session.ts";

const statuses = ["active", "disabled", "expired", "revoked"] as const satisfies readonly ApiKey["status"][];

interface ListKeysOptions extends PagingOptions {
  readonly tenant?: string;
  readonly status?: ApiKey["status"];
  readonly environment?: ApiKey["environment"];
  readonly scope?: string;
  readonly owner?: string;
  readonly query?: string;
}

export const addListKeys = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("list")
    .description("List API keys, newest first.")
    .option("--tenant <tenant-id>", "the tenant whose keys; needed with a root key")
    .addOption(new Option("--status <status>", "those in one state").choices(statuses))
    .addOption(new Option("--environment <environment>", "those of one environment").choices(["live", "test"]))
    .option("--scope <scope>", "those that hold a scope")
    .option("--owner <member-id>", "those of one member")
    .option("-q, --query <text>", "part of the name, or the end of the hint");
  addPagingOptions(command).action((options: ListKeysOptions) => listKeys(open(), options));
  addExamples(command, ["keywright keys list --tenant ten_… --status active", "keywright keys list --tenant ten_… --all --json | jq -r '.data[].id'"]);
};

const listKeys = async ({ output, connect }: Session, options: ListKeysOptions): Promise<void> => {
  const client = await connect();
  const { tenant, status, environment, scope, owner, query } = options;
  const filters = { tenant_id: tenant, status, environment, scope, owner_id: owner, q: query };
  const page = await readPages(options, (paging) => client.call("list-keys", { query: defined({ ...filters, ...paging }) }));
  output.show(page, (paper) => keyTable(paper, page.data));
  noteNext(output, page);
};
