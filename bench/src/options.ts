import { parseArgs } from "node:util";

/** What a run may be told; each benchmark takes of it what concerns it, and has its own defaults. */
export interface Options {
  readonly rounds?: number;
  /** Of one load. */
  readonly seconds?: number;
  /** Numbers of keys, or of connections. */
  readonly sizes?: readonly number[];
}

export interface Order {
  readonly names: readonly string[];
  readonly isCheck: boolean;
  readonly options: Options;
}

const flags = {
  check: { type: "boolean", default: false },
  rounds: { type: "string" },
  seconds: { type: "string" },
  sizes: { type: "string" },
} as const;

export const usage = "--check compares results with the committed ones and writes none; --rounds=N, --seconds=N and --sizes=N,N,… change how much is done.";

/** Reads a command line. Throws with one sentence where it cannot be read. */
export const readOrder = (args: readonly string[]): Order => {
  const { values, positionals } = parseArgs({ args: [...args], options: flags, allowPositionals: true });
  const { check, rounds, seconds, sizes } = values;
  return {
    names: positionals,
    isCheck: check,
    options: {
      ...(rounds !== undefined && { rounds: wholeNumber("--rounds", rounds) }),
      ...(seconds !== undefined && { seconds: wholeNumber("--seconds", seconds) }),
      ...(sizes !== undefined && { sizes: sizes.split(",").map((size) => wholeNumber("--sizes", size)) }),
    },
  };
};

const wholeNumber = (name: string, text: string): number => {
  if (!/^[1-9]\d{0,7}$/.test(text)) throw new RangeError(`${name} takes whole numbers from 1 to 99999999, not ${text}.`);
  return Number(text);
};
