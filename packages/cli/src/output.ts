import { readConfig } from "./config.ts";
import type { Io } from "./io.ts";
import { createPaper, type Paper } from "./paper.ts";

export interface Output {
  readonly isJson: boolean;
  /** The one answer of a command on standard output: the value as JSON, or its text for people. */
  readonly show: (value: unknown, toText: (paper: Paper) => string) => void;
  /** What a person should know besides, on standard error. Silent with `--json`, where standard error holds nothing but a problem. */
  readonly note: (text: string) => void;
}

export const createOutput = (io: Io, isJson: boolean): Output => {
  const paper = createPaper(io.isTty.stdout && readConfig(io.env).isColourWanted);
  return {
    isJson,
    show: (value, toText) => {
      io.stdout.write(`${isJson ? JSON.stringify(value, undefined, 2) : toText(paper)}\n`);
    },
    note: (text) => {
      if (!isJson) io.stderr.write(`${text}\n`);
    },
  };
};
