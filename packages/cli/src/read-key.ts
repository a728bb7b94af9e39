import { askLine } from "./ask-line.ts";
import { CommandFailure } from "./command-failure.ts";
import { maxKeyBytes, readSmallFile } from "./read-small-file.ts";
import type { Session } from "./session.ts";

interface KeySources {
  /** The key itself, as an argument. */
  readonly argument: string | undefined;
  readonly file: string | undefined;
}

/** The key to verify: from a file, an argument, a person at the terminal, or standard input. White space around it is no part of it. */
export const readKey = async (session: Session, { argument, file }: KeySources): Promise<string> => {
  if (argument !== undefined && file !== undefined) throw new CommandFailure("USAGE", "The key was given twice: as an argument and by --key-file.");
  const key = (await readText(session, { argument, file })).trim();
  if (key === "") throw new CommandFailure("NO_KEY", "No key was given: pipe it in, name a file that holds it with --key-file, or type it at the prompt.");
  return key;
};

const readText = async ({ io, output }: Session, { argument, file }: KeySources): Promise<string> => {
  if (file !== undefined) return readSmallFile(file, "NO_KEY", "--key-file");
  if (argument !== undefined) {
    output.note("A key in an argument can be seen by every process of this machine, and stays in the shell's history: pipe it in or use --key-file.");
    return argument;
  }
  if (io.isTty.stdin) return (await askLine(io, { text: "Key to verify (it is not shown): ", isHidden: true })) ?? "";
  return readAll(io.stdin);
};

const readAll = async (input: AsyncIterable<Buffer | string>): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const piece = Buffer.from(chunk);
    bytes += piece.length;
    if (bytes > maxKeyBytes) throw new CommandFailure("NO_KEY", `Standard input has more than ${maxKeyBytes} bytes: it must hold one key alone.`);
    chunks.push(piece);
  }
  return Buffer.concat(chunks).toString("utf8");
};
