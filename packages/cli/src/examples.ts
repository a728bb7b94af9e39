import type { Command } from "commander";

/** Command lines that work, below the help of a command. */
export const addExamples = (command: Command, examples: readonly string[]): Command =>
  command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
