import { type Command, Option } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { LoadServer } from "../load-server.ts";
import type { OpenSession, Session } from "../session.ts";

interface MoveOptions {
  readonly to: "vault" | "sealed";
  readonly dryRun?: boolean;
  readonly dataDir?: string;
}

export const addSecrets = (program: Command, open: OpenSession, load: LoadServer): void => {
  const secrets = program.command("secrets").description("The bcrypt hashes and the pepper, wherever they rest.");
  const command = secrets
    .command("move")
    .description(
      "Copy every secret to another secret store, each read back and compared. Nothing is removed; interrupted or repeated, it brings what is missing.",
    )
    .addOption(
      new Option("--to <place>", "vault, or sealed: by the master key, in the database or the data folder").choices(["vault", "sealed"]).makeOptionMandatory(),
    )
    .option("--dry-run", "count what would be copied, and write nothing")
    .option("--data-dir <folder>", "folder of the embedded engines; else KEYWRIGHT_DATA_DIR, else ./.keywright")
    .action((options: MoveOptions) => move(open(), load, options));
  addExamples(command, ["keywright secrets move --to vault --dry-run", "keywright secrets move --to vault"]);
};

/** How often a person is told how far it is. */
const notedEvery = 1_000;

const move = async ({ output }: Session, load: LoadServer, { to, dryRun = false, dataDir }: MoveOptions): Promise<void> => {
  const server = await load();
  const onProgress = ({ looked, moved }: { readonly looked: number; readonly moved: number }): void => {
    if (looked % notedEvery === 0) output.note(`${looked} looked at, ${moved} ${dryRun ? "to copy" : "copied"}…`);
  };
  const done = await server.moveSecrets({ to, dryRun, onProgress, ...defined({ dataDir }) });
  const text = dryRun
    ? `${done.moved} of ${done.looked} would be copied; nothing was written.`
    : `${done.moved} of ${done.looked} copied; the others were there already.`;
  output.show({ ...done, dry_run: dryRun }, (paper) => paper.line(text));
  if (!dryRun) output.note("Start every server with the new secret store, then run this once more: it brings what was made in the old one meanwhile.");
};
