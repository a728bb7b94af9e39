import { type Command, Option } from "commander";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { keyFields } from "../../key-view.ts";
import { quota, rateLimit } from "../../option-values.ts";
import type { OpenSession, Session } from "../../session.ts";
import { storeNow } from "../../view.ts";
import { addExpiryOptions, addListOptions, type KeyFieldOptions, scopeOption, toKeyFields } from "./key-options.ts";

interface CreateKeyOptions extends KeyFieldOptions {
  readonly tenant?: string;
  readonly name: string;
  readonly scope: readonly string[];
  readonly environment?: "live" | "test";
  readonly owner?: string;
  readonly idempotencyKey?: string;
}

export const addCreateKey = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("create")
    .description("Create an API key. Its text is shown once.")
    .requiredOption("--name <name>", "what people call it")
    .requiredOption(...scopeOption)
    .option("--tenant <tenant-id>", "whose key it is; needed with a root key")
    .addOption(new Option("--environment <environment>", "live unless said").choices(["live", "test"]))
    .option("--owner <member-id>", "the member that it counts for; without one it is the tenant's own")
    .option("--rate-limit <limit>", "its own limit, such as 100/60s", rateLimit)
    .option("--quota <count>", "requests a calendar month", quota);
  addExpiryOptions(addListOptions(command))
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateKeyOptions) => createKey(open(), options));
  addExamples(command, [
    "keywright keys create --tenant ten_… --name Mailer --scope send_email",
    "keywright keys create --tenant ten_… --name Reports --scope read_analytics,manage_contacts --expires-in 30d --rate-limit 100/60s --ip 203.0.113.0/24",
    "keywright keys create --tenant ten_… --name CI --scope send_email --environment test --metadata team=core --json | jq -r .key",
  ]);
};

const createKey = async ({ io, output, connect }: Session, options: CreateKeyOptions): Promise<void> => {
  const client = await connect();
  const created = await client.call("create-key", {
    body: defined({
      ...toKeyFields(options, io.nowMs()),
      name: options.name,
      scopes: [...options.scope],
      tenant_id: options.tenant,
      environment: options.environment,
      owner_id: options.owner,
    }),
    ...defined({ idempotencyKey: options.idempotencyKey }),
  });
  output.show(created, (paper) => keyFields(paper, created, [["Key", { text: created.key, style: "strong" }]]));
  output.note(storeNow("key"));
};
