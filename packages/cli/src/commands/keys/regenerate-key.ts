import { bounds } from "@keywright/contract";
import type { Command } from "commander";
import { addCarefulOptions, type CarefulOptions, confirm } from "../../confirm.ts";
import { defined } from "../../defined.ts";
import { formatDuration } from "../../durations.ts";
import { addExamples } from "../../examples.ts";
import { keyFields, nameKey } from "../../key-view.ts";
import { durationIn } from "../../option-values.ts";
import type { OpenSession, Session } from "../../session.ts";
import { shownTime, storeNow } from "../../view.ts";

interface RegenerateKeyOptions extends CarefulOptions {
  /** Seconds. */
  readonly grace?: number;
  readonly idempotencyKey?: string;
}

export const addRegenerateKey = (keys: Command, open: OpenSession): void => {
  const command = keys
    .command("regenerate")
    .description("Make a new secret for an API key; the old one works until its grace period ends. The new text is shown once.")
    .argument("<key-id>", "the key's id, key_…")
    .option(
      "--grace <duration>",
      "how long the old secret goes on working: 24h, 15m, 0 for a leak; the server's default unless said",
      durationIn(0, bounds.graceSeconds),
    )
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h");
  addCarefulOptions(command).action((keyId: string, options: RegenerateKeyOptions) => regenerateKey(open(), keyId, options));
  addExamples(command, ["keywright keys regenerate key_…", "keywright keys regenerate key_… --grace 15m", "keywright keys regenerate key_… --grace 0 --yes"]);
};

const regenerateKey = async (session: Session, keyId: string, options: RegenerateKeyOptions): Promise<void> => {
  const client = await session.connect();
  const request = { params: { key_id: keyId }, body: defined({ grace_seconds: options.grace }) };
  const preview = async () => {
    const target = await client.call("get-key", { params: { key_id: keyId } });
    return {
      action: "regenerate-key",
      target,
      request: request.body,
      toText: () => `Would make a new secret for API key ${nameKey(target)}; ${graceWords(options.grace)}.`,
    };
  };
  const deed = `regenerate API key ${keyId} and end its present secret at once`;
  if (!(await confirm(session, options, { deed, isFinal: options.grace === 0, preview }))) return;
  const key = await client.call("regenerate-key", { ...request, ...defined({ idempotencyKey: options.idempotencyKey }) });
  session.output.show(key, (paper) => keyFields(paper, key, [["Key", { text: key.key, style: "strong" }]]));
  session.output.note(`${storeNow("key")} The one before it works until ${shownTime(key.previous_secret_valid_until, "now")}.`);
};

const graceWords = (grace: number | undefined): string => {
  if (grace === undefined) return "the present one would go on working for the server's grace period";
  return grace === 0 ? "the present one would stop at once" : `the present one would go on working for ${formatDuration(grace)}`;
};
