import { type Command, Option } from "commander";
import { CommandFailure } from "../../command-failure.ts";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { keyFields } from "../../key-view.ts";
import { integerIn, quotaOrNone, rateLimitOrNone } from "../../option-values.ts";
import type { OpenSession, Session } from "../../session.ts";
import { addExpiryOptions, addListOptions, type KeyFieldOptions, scopeOption, toKeyFields } from "./key-options.ts";

interface UpdateKeyOptions extends KeyFieldOptions {
  readonly enable?: true;
  readonly disable?: true;
  readonly ifRevision?: number;
}

export const addUpdateKey = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("update")
    .description("Change an API key; in force everywhere when the command ends. What is not said stays; a list replaces the whole list.")
    .argument("<key-id>", "the key's id, key_…")
    .option("--name <name>", "what people call it")
    .option(...scopeOption)
    .addOption(new Option("--enable", "switch it on again").conflicts("disable"))
    .option("--disable", "switch it off until it is enabled")
    .option("--rate-limit <limit>", "its own limit, such as 100/60s; none: the tenant's alone", rateLimitOrNone)
    .option("--quota <count>", "requests a calendar month; none: no quota", quotaOrNone);
  addExpiryOptions(addListOptions(command))
    .option("--if-revision <revision>", "only if the key still has this revision", integerIn(0, Number.MAX_SAFE_INTEGER))
    .action((keyId: string, options: UpdateKeyOptions) => updateKey(open(), keyId, options));
  addExamples(command, [
    "keywright keys update key_… --scope send_email,read_analytics --rate-limit 10/1s",
    "keywright keys update key_… --disable",
    "keywright keys update key_… --ip none --quota none --metadata none",
  ]);
};

const updateKey = async ({ io, output, connect }: Session, keyId: string, options: UpdateKeyOptions): Promise<void> => {
  const body = defined({ ...toKeyFields(options, io.nowMs()), enabled: toEnabled(options) });
  if (Object.keys(body).length === 0) throw new CommandFailure("USAGE", "Nothing to change was said: `keywright keys update --help` lists what can be.");
  const ifMatch = options.ifRevision === undefined ? undefined : `"${options.ifRevision}"`;
  const client = await connect();
  const key = await client.call("update-key", { params: { key_id: keyId }, body, ...defined({ ifMatch }) });
  output.show(key, (paper) => keyFields(paper, key));
};

const toEnabled = ({ enable, disable }: UpdateKeyOptions): boolean | undefined => {
  if (enable) return true;
  return disable ? false : undefined;
};
