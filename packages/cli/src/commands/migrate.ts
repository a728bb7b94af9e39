import type { Command } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { LoadServer } from "../load-server.ts";
import type { OpenSession, Session } from "../session.ts";

interface MigrateOptions {
  readonly dataDir?: string;
}

export const addMigrate = (program: Command, open: OpenSession, load: LoadServer): void => {
  const command = program
    .command("migrate")
    .description("Bring the store to the shape that this version works with. `serve` does it too.")
    .option("--data-dir <folder>", "folder of the embedded engines; else KEYWRIGHT_DATA_DIR, else ./.keywright")
    .action((options: MigrateOptions) => migrate(open(), load, options));
  addExamples(command, ["keywright migrate", "keywright migrate --data-dir /var/lib/keywright --json"]);
};

const migrate = async ({ output }: Session, load: LoadServer, { dataDir }: MigrateOptions): Promise<void> => {
  const { applied } = await (await load()).migrate(defined({ dataDir }));
  output.show({ applied }, (paper) => paper.line(applied.length === 0 ? "Nothing to apply: the store is up to date." : `Applied: ${applied.join(", ")}`));
};
