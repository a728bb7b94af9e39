import type { Command } from "commander";
import { askLine } from "./ask-line.ts";
import { CommandFailure } from "./command-failure.ts";
import type { Paper } from "./paper.ts";
import type { Session } from "./session.ts";

/** Options of a command that cannot be taken back. */
export interface CarefulOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

export const addCarefulOptions = (command: Command): Command =>
  command.option("--yes", "do it without asking").option("--dry-run", "show what would happen, and change nothing");

export interface Preview {
  /** The endpoint that would be called. */
  readonly action: string;
  /** The resource as it is now. */
  readonly target: unknown;
  readonly request: unknown;
  /** For people. */
  readonly toText: (paper: Paper) => string;
}

export interface Danger {
  /** What the command does: an infinitive such as "revoke API key key_… for ever". */
  readonly deed: string;
  /** Whether it must be confirmed. */
  readonly isFinal: boolean;
  readonly preview: () => Promise<Preview>;
}

/**
 * Whether to go on. With `--dry-run` it shows the preview and answers false; a person at a terminal is asked; a script must say
 * `--yes`. Throws NOT_CONFIRMED where the person does not agree.
 */
export const confirm = async (session: Session, { yes, dryRun }: CarefulOptions, danger: Danger): Promise<boolean> => {
  if (dryRun) {
    const { action, target, request, toText } = await danger.preview();
    session.output.show({ dry_run: true, action, target, request }, (paper) => `${toText(paper)}\nNothing was changed.`);
    return false;
  }
  if (yes || !danger.isFinal) return true;
  const { io, output } = session;
  if (output.isJson || !io.isTty.stdin || !io.isTty.stderr) {
    throw new CommandFailure("USAGE", `To ${danger.deed} needs a confirmation: repeat the command with --yes, or look first with --dry-run.`);
  }
  const answer = await askLine(io, { text: `${capital(danger.deed)}? [y/N] `, isHidden: false });
  if (!/^y(?:es)?$/i.test(answer?.trim() ?? "")) throw new CommandFailure("NOT_CONFIRMED", `Not confirmed: nothing was changed.`);
  return true;
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
