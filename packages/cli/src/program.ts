import { Command, Option } from "commander";
import { addAlerts } from "./commands/alerts.ts";
import { addAudit } from "./commands/audit.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addInvitations } from "./commands/invitations.ts";
import { addKeys } from "./commands/keys.ts";
import { addMembers } from "./commands/members.ts";
import { addMigrate } from "./commands/migrate.ts";
import { addRecover } from "./commands/recover.ts";
import { addReminders } from "./commands/reminders.ts";
import { addRequests } from "./commands/requests.ts";
import { addRootKeys } from "./commands/root-keys.ts";
import { addSecrets } from "./commands/secrets.ts";
import { addSecurityEvents } from "./commands/security-events.ts";
import { addServe } from "./commands/serve.ts";
import { addTeams } from "./commands/teams.ts";
import { addTenants } from "./commands/tenants.ts";
import { addUsage } from "./commands/usage.ts";
import { addWebhooks } from "./commands/webhooks.ts";
import { formatDuration } from "./durations.ts";
import { addExamples } from "./examples.ts";
import type { LoadServer } from "./load-server.ts";
import { durationIn } from "./option-values.ts";
import type { OpenSession } from "./session.ts";
import { readVersion } from "./version.ts";

const defaultTimeoutSeconds = 30;
const helpWidth = 120;

interface ProgramOutput {
  readonly writeOut: (text: string) => void;
  /** Help that is shown because the command line stops too early. */
  readonly writeErr: (text: string) => void;
}

/** The tree of commands. Parsing throws `CommanderError` where commander itself would end the process. */
export const createProgram = (output: ProgramOutput): Command =>
  addExamples(
    new Command("keywright")
      .description("Keywright at the terminal: run the server, and manage API keys, tenants and root keys over its API.")
      .version(readVersion(), "-V, --version", "print the version")
      .helpOption("-h, --help", "print what a command does, its options and examples")
      .helpCommand("help [command]", "print the help of a command")
      .option("--json", "one JSON document on standard output; a failure as one JSON problem on standard error")
      .option("--url <address>", "where the server is; else KEYWRIGHT_URL, else http://127.0.0.1:4747")
      .addOption(timeoutOption())
      .configureHelp({ showGlobalOptions: true })
      // Errors of parsing are shown by whoever catches them: as a sentence, or as a problem in JSON.
      .configureOutput({ ...output, outputError: () => {}, getOutHelpWidth: () => helpWidth, getErrHelpWidth: () => helpWidth })
      .exitOverride(),
    ["keywright serve", "keywright keys list --tenant ten_… --json", "keywright keys create --help"],
  ).addHelpText("after", environmentHelp);

const timeoutOption = (): Option =>
  new Option("--timeout <duration>", "how long a call to the server may take")
    .argParser(durationIn(1, 3_600))
    .default(defaultTimeoutSeconds, formatDuration(defaultTimeoutSeconds));

const environmentHelp = `
Environment:
  KEYWRIGHT_ROOT_KEY       the root key that calls are made with; never an argument, which every process can see
  KEYWRIGHT_ROOT_KEY_FILE  instead: the file that holds it
  KEYWRIGHT_URL            where the server is
  NO_COLOR                 no colours

Exit codes: 0 done, 1 failed, 2 the command line is not valid, 3 the verified key was refused.`;

/** Hangs all commands into the tree. */
export const addCommands = (program: Command, open: OpenSession, load: LoadServer): void => {
  for (const add of [addServe, addMigrate, addDoctor, addRecover, addSecrets, addReminders]) add(program, open, load);
  const overApi = [
    addKeys,
    addTenants,
    addMembers,
    addTeams,
    addInvitations,
    addRootKeys,
    addAudit,
    addSecurityEvents,
    addUsage,
    addRequests,
    addWebhooks,
    addAlerts,
  ];
  for (const add of overApi) add(program, open);
};
