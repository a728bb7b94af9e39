import type { Command } from "commander";
import { addExamples } from "../../examples.ts";
import { keyFields } from "../../key-view.ts";
import type { OpenSession, Session } from "../../session.ts";

export const addGetKey = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("get")
    .description("Show one API key: its fields, hints and last use.")
    .argument("<key-id>", "the key's id, key_…")
    .action((keyId: string) => getKey(open(), keyId));
  addExamples(command, ["keywright keys get key_…", "keywright keys get key_… --json | jq .expires_at"]);
};

const getKey = async ({ output, connect }: Session, keyId: string): Promise<void> => {
  const key = await (await connect()).call("get-key", { params: { key_id: keyId } });
  output.show(key, (paper) => keyFields(paper, key));
};
