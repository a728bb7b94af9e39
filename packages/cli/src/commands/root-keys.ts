import type { EndpointReply } from "@keywright/contract";
import type { Client } from "@keywright/sdk";
import type { Command } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { addCarefulOptions, type CarefulOptions, confirm } from "../confirm.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { collectList } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import { revokedFields } from "../revoked-view.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownList, shownStatus, shownTime, storeNow } from "../view.ts";

type RootKey = EndpointReply<"list-root-keys">["data"][number];

export const addRootKeys = (program: Command, open: OpenSession): void => {
  const rootKeys = program.command("root-keys").description("Create, see and revoke root keys, the operator's credentials.");
  addCreateRootKey(rootKeys, open);
  addListRootKeys(rootKeys, open);
  addRevokeRootKey(rootKeys, open);
};

interface CreateRootKeyOptions {
  readonly name: string;
  readonly permission: readonly string[];
  readonly idempotencyKey?: string;
}

const addCreateRootKey = (rootKeys: Command, open: OpenSession): void => {
  const command = rootKeys
    .command("create")
    .description("Create a root key. Its text is shown once.")
    .requiredOption("--name <name>", "what it is for")
    .requiredOption("--permission <permission>", "verify, keys:read, keys:write, …, or * for all; several times, or with commas between", collectList)
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateRootKeyOptions) => createRootKey(open(), options));
  addExamples(command, [
    "keywright root-keys create --name Gateway --permission verify",
    "keywright root-keys create --name Support --permission keys:read,tenants:read,usage:read --json | jq -r .key",
  ]);
};

const createRootKey = async ({ output, connect }: Session, { name, permission, idempotencyKey }: CreateRootKeyOptions): Promise<void> => {
  const client = await connect();
  const created = await client.call("create-root-key", { body: { name, permissions: [...permission] }, ...defined({ idempotencyKey }) });
  output.show(created, (paper) =>
    paper.fields([
      ["Root key", { text: created.key, style: "strong" }],
      ["ID", created.id],
      ["Name", created.name],
      ["Permissions", shownList(created.permissions, "none")],
      ["Hint", created.hint],
      ["Created", shownTime(created.created_at, "")],
    ]),
  );
  output.note(storeNow("root key"));
};

const addListRootKeys = (rootKeys: Command, open: OpenSession): void => {
  const command = rootKeys.command("list").description("List root keys, newest first.");
  addPagingOptions(command).action((options: PagingOptions) => listRootKeys(open(), options));
  addExamples(command, ["keywright root-keys list", "keywright root-keys list --all --json"]);
};

const listRootKeys = async ({ output, connect }: Session, options: PagingOptions): Promise<void> => {
  const page = await readRootKeys(await connect(), options);
  output.show(page, (paper) => rootKeyTable(paper, page.data));
  noteNext(output, page);
};

const readRootKeys = (client: Client, options: PagingOptions) =>
  readPages<RootKey>(options, (paging) => client.call("list-root-keys", { query: defined(paging) }));

const rootKeyTable = (paper: Paper, rootKeys: readonly RootKey[]): string => {
  if (rootKeys.length === 0) return "No root keys.";
  const rows = rootKeys.map((key) => [
    key.id,
    key.name,
    key.hint,
    shownStatus(key.status),
    shownList(key.permissions, "none"),
    shownTime(key.created_at, ""),
    shownTime(key.last_used_at, "never"),
  ]);
  return paper.table(["ID", "NAME", "HINT", "STATUS", "PERMISSIONS", "CREATED", "LAST USED"], rows);
};

interface RevokeRootKeyOptions extends CarefulOptions {
  readonly reason?: string;
}

const addRevokeRootKey = (rootKeys: Command, open: OpenSession): void => {
  const command = rootKeys
    .command("revoke")
    .description("Revoke a root key for ever. A root key cannot revoke itself.")
    .argument("<key-id>", "the root key's id, key_…")
    .option("--reason <text>", "why; kept in the audit log");
  addCarefulOptions(command).action((keyId: string, options: RevokeRootKeyOptions) => revokeRootKey(open(), keyId, options));
  addExamples(command, ["keywright root-keys revoke key_… --reason 'left the company'", "keywright root-keys revoke key_… --yes"]);
};

const revokeRootKey = async (session: Session, keyId: string, options: RevokeRootKeyOptions): Promise<void> => {
  const client = await session.connect();
  const body = defined({ reason: options.reason });
  const preview = async () => {
    const target = await findRootKey(client, keyId);
    const name = `root key ${target.id} (${JSON.stringify(target.name)}, ${target.hint})`;
    const text = target.status === "revoked" ? `The ${name} is revoked already.` : `Would revoke ${name} for ever.`;
    return { action: "revoke-root-key", target, request: body, toText: () => text };
  };
  if (!(await confirm(session, options, { deed: `revoke root key ${keyId} for ever`, isFinal: true, preview }))) return;
  const revoked = await client.call("revoke-root-key", { params: { key_id: keyId }, body });
  session.output.show(revoked, (paper) => revokedFields(paper, revoked));
};

/** The API shows root keys as a list only. */
const findRootKey = async (client: Client, keyId: string): Promise<RootKey> => {
  const found = (await readRootKeys(client, { all: true })).data.find(({ id }) => id === keyId);
  if (found === undefined) throw new CommandFailure("NOT_FOUND", `There is no root key ${keyId}: \`keywright root-keys list\` shows those that there are.`);
  return found;
};
