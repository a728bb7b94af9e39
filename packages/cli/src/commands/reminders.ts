import type { Command } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { LoadServer, ServerPackage } from "../load-server.ts";
import type { OpenSession, Session } from "../session.ts";

interface ReminderOptions {
  readonly dryRun?: boolean;
  readonly dataDir?: string;
}

export const addReminders = (program: Command, open: OpenSession, load: LoadServer): void => {
  const command = program
    .command("reminders")
    .description(
      "Say who would be reminded of which keys by the server's next mails. Nothing is sent or noted. On an embedded data folder the server must be stopped.",
    )
    .option("--dry-run", "the only way there is: the server alone sends them")
    .option("--data-dir <folder>", "folder of the embedded engines; else KEYWRIGHT_DATA_DIR, else ./.keywright")
    .action((options: ReminderOptions) => preview(open(), load, options));
  addExamples(command, ["keywright reminders --dry-run", "keywright reminders --dry-run --json | jq '.data[] | {name, persons}'"]);
};

type Previewed = Parameters<Parameters<ServerPackage["previewReminders"]>[0]["onReminder"]>[0];

const preview = async ({ output }: Session, load: LoadServer, { dryRun = false, dataDir }: ReminderOptions): Promise<void> => {
  if (!dryRun) throw new CommandFailure("USAGE", "The server sends reminders by itself, each once: say --dry-run to see which would come.");
  const data: ReturnType<typeof toShown>[] = [];
  await (await load()).previewReminders({ onReminder: (previewed) => void data.push(toShown(previewed)), ...defined({ dataDir }) });
  output.show({ data, dry_run: true }, (paper) =>
    data.length === 0
      ? paper.line("There is nothing to remind anybody of.")
      : paper.table(
          ["KEY", "NAME", "HINT", "WHY", "WHO"],
          data.map(({ key_id: id, name, hint, kind, days, persons }) => [id, name, hint, kind === "rotate" ? "old" : `ends, ${days} d`, persons.join(", ")]),
        ),
  );
};

const toShown = ({ reminder, name, hint, persons }: Previewed) => ({
  key_id: reminder.keyId,
  tenant_id: reminder.tenantId,
  name,
  hint,
  kind: reminder.kind,
  days: reminder.days,
  /** When the secret was made, or when the key ends. */
  at: new Date(reminder.markMs).toISOString(),
  persons,
});
