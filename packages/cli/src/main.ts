import { type Command, CommanderError } from "commander";
import { CommandFailure } from "./command-failure.ts";
import { describeFailure } from "./describe-failure.ts";
import type { Io } from "./io.ts";
import { type LoadServer, loadServer } from "./load-server.ts";
import { addCommands, createProgram } from "./program.ts";
import { openSession } from "./session.ts";

/**
 * Runs one command line, without the program's own name, and resolves with its exit code: 0 done, 1 failed, 2 the command line is
 * not valid, 3 the verified key was refused. Never rejects, and never ends the process.
 */
export const run = async (argv: readonly string[], io: Io, load: LoadServer = loadServer): Promise<number> => {
  const outcome = { exitCode: 0, help: "" };
  const program = createProgram({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => {
      outcome.help += text;
    },
  });
  const open = () =>
    openSession(io, program.opts(), (exitCode) => {
      outcome.exitCode = exitCode;
    });
  addCommands(program, open, load);
  try {
    await program.parseAsync(argv, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const isJson = program.opts()["json"] === true || argv.includes("--json");
    return fail(io, { error: toFailure(error, pathOf(program, argv)), isJson, help: outcome.help });
  }
};

interface Failed {
  readonly error: unknown;
  readonly isJson: boolean;
  /** The help of a command line that stops too early. */
  readonly help: string;
}

const fail = (io: Io, { error, isJson, help }: Failed): number => {
  const { exitCode, sentence, problem } = describeFailure(error);
  if (isJson) io.stderr.write(`${JSON.stringify(problem)}\n`);
  else io.stderr.write(help === "" ? `keywright: ${sentence}\n` : help);
  return exitCode;
};

/** Commander's errors as this program's. */
const toFailure = (error: unknown, path: string): unknown => {
  if (!(error instanceof CommanderError)) return error;
  const isCutShort = error.code === "commander.help";
  const text = isCutShort ? "A command is missing." : sentenceOf(error.message);
  return new CommandFailure("USAGE", `${text} See \`${path} --help\`.`);
};

/** `error: unknown command 'kyes'`, a line break and `(Did you mean keys?)` as one sentence. */
const sentenceOf = (message: string): string => {
  const text = message.replace(/^error: /, "").replace(/\s*\n\s*/g, " ");
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?)]$/.test(text) ? "" : "."}`;
};

/** The command that was meant, as far as the words name one. */
const pathOf = (program: Command, argv: readonly string[]): string => {
  const path = [program];
  for (const word of argv) {
    const next = path.at(-1)?.commands.find((command) => command.name() === word);
    if (next !== undefined) path.push(next);
  }
  return path.map((command) => command.name()).join(" ");
};
