import type { Command } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { LoadServer, ServerPackage } from "../load-server.ts";
import type { Paper } from "../paper.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownStatus } from "../view.ts";

interface DoctorOptions {
  readonly dataDir?: string;
}

export const addDoctor = (program: Command, open: OpenSession, load: LoadServer): void => {
  const command = program
    .command("doctor")
    .description("Say what is reachable and what is misconfigured. Exit code 0: all is well.")
    .option("--data-dir <folder>", "folder of the embedded engines; else KEYWRIGHT_DATA_DIR, else ./.keywright")
    .action((options: DoctorOptions) => examine(open(), load, options));
  addExamples(command, ["keywright doctor", "keywright doctor --json | jq '.checks[] | select(.ok | not)'"]);
};

const examine = async ({ output }: Session, load: LoadServer, { dataDir }: DoctorOptions): Promise<void> => {
  const { checks } = await (await load()).doctor(defined({ dataDir }));
  output.show({ checks }, (paper) => checkTable(paper, checks));
  const failed = checks.filter(({ ok }) => !ok).map(({ name }) => name);
  if (failed.length > 0)
    throw new CommandFailure("CHECKS_FAILED", `${failed.length} of ${checks.length} checks failed (${failed.join(", ")}): do what stands beside each.`);
};

type Checks = Awaited<ReturnType<ServerPackage["doctor"]>>["checks"];

const checkTable = (paper: Paper, checks: Checks): string => {
  const rows = checks.map(({ name, ok, detail, remedy }) => [name, shownStatus(ok ? "ok" : "FAILED"), remedy === undefined ? detail : `${detail} → ${remedy}`]);
  return paper.table(["CHECK", "STATE", "DETAIL"], rows);
};
