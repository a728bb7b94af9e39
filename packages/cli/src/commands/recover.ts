import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { LoadServer } from "../load-server.ts";
import type { OpenSession, Session } from "../session.ts";

interface RecoverOptions {
  readonly dataDir?: string;
}

export const addRecover = (program: Command, open: OpenSession, load: LoadServer): void => {
  const command = program
    .command("recover")
    .description(
      "Make a root key that holds everything, and a one-time password for the operator's account, for an operator who has none left. The server must be stopped.",
    )
    .option("--data-dir <folder>", "folder of the embedded engines; else KEYWRIGHT_DATA_DIR, else ./.keywright")
    .action((options: RecoverOptions) => recover(open(), load, options));
  addExamples(command, ["keywright recover", "keywright recover --data-dir /var/lib/keywright --json"]);
};

const recover = async ({ output }: Session, load: LoadServer, { dataDir }: RecoverOptions): Promise<void> => {
  const made = await (await load()).recover(defined({ dataDir }));
  output.note("The root key is shown this once: store it now. Revoke the ones that are lost.");
  output.note("The password is the operator account's, for one sign-in; then another one must be chosen.");
  output.show(made, (paper) => `${paper.line(made.key)}\n${paper.line(`${made.operator.email} ${made.operator.password}`)}`);
};
