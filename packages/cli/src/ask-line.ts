import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { Io } from "./io.ts";

interface Question {
  readonly text: string;
  /** Whether what is typed stays off the screen. */
  readonly isHidden: boolean;
}

/** Asks a person on standard error and waits for one line; undefined: they ended the input or pressed Ctrl-C. */
export const askLine = (io: Pick<Io, "stdin" | "stderr">, { text, isHidden }: Question): Promise<string | undefined> =>
  new Promise((resolve) => {
    io.stderr.write(text);
    // The line editor draws what is typed; where it draws into nothing, the screen shows nothing.
    const screen = isHidden ? new Writable({ write: (_chunk, _encoding, done) => done() }) : io.stderr;
    const lines = createInterface({ input: io.stdin, output: screen, ...(isHidden && { terminal: true }), historySize: 0 });
    const state = { hasLine: false };
    lines.once("line", (line) => {
      state.hasLine = true;
      if (isHidden) io.stderr.write("\n");
      resolve(line);
      lines.close();
    });
    lines.once("SIGINT", () => lines.close());
    lines.once("close", () => {
      if (state.hasLine) return;
      io.stderr.write("\n");
      resolve(undefined);
    });
  });
