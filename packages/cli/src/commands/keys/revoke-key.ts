import type { Command } from "commander";
import { addCarefulOptions, type CarefulOptions, confirm } from "../../confirm.ts";
import { defined } from "../../defined.ts";
import { addExamples } from "../../examples.ts";
import { nameKey } from "../../key-view.ts";
import { revokedFields } from "../../revoked-view.ts";
import type { OpenSession, Session } from "../../session.ts";

interface RevokeKeyOptions extends CarefulOptions {
  readonly reason?: string;
}

export const addRevokeKey = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("revoke")
    .description("Revoke an API key for ever. When the command ends with `enforced: true`, no process accepts it any more.")
    .argument("<key-id>", "the key's id, key_…")
    .option("--reason <text>", "why; kept in the audit log");
  addCarefulOptions(command).action((keyId: string, options: RevokeKeyOptions) => revokeKey(open(), keyId, options));
  addExamples(command, ["keywright keys revoke key_… --reason leaked", "keywright keys revoke key_… --dry-run", "keywright keys revoke key_… --yes --json"]);
};

const revokeKey = async (session: Session, keyId: string, options: RevokeKeyOptions): Promise<void> => {
  const client = await session.connect();
  const params = { key_id: keyId };
  const body = defined({ reason: options.reason });
  const preview = async () => {
    const target = await client.call("get-key", { params });
    const text =
      target.status === "revoked"
        ? `API key ${nameKey(target)} is revoked already.`
        : `Would revoke API key ${nameKey(target)} of ${target.tenant_id} for ever.`;
    return { action: "revoke-key", target, request: body, toText: () => text };
  };
  if (!(await confirm(session, options, { deed: `revoke API key ${keyId} for ever`, isFinal: true, preview }))) return;
  const revoked = await client.call("revoke-key", { params, body });
  session.output.show(revoked, (paper) => revokedFields(paper, revoked));
};
