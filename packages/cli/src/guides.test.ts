import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { addCommands, createProgram } from "./program.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const guides = ["README.md", "ops/vault/README.md", ...readdirSync(`${root}docs`).flatMap((name) => (name.endsWith(".md") ? [`docs/${name}`] : []))];

/** What is to be typed: lines of shell blocks, and code within a sentence. */
const commandsIn = (text: string): readonly string[] => {
  const blocks = [...text.matchAll(/^```sh.*\n([\s\S]*?)^```/gm)].flatMap(([, code = ""]) => code.split("\n"));
  const inline = [...text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...blocks, ...inline].flatMap((line) => [...line.matchAll(/(?:^|&& |; )(?:npx )?keywright ([^&;#|>]+)/g)].map(([, command = ""]) => command.trim()));
};

/** The command that the words lead to; undefined where one of them is unknown. */
const commandOf = (program: Command, words: readonly string[]): Command | undefined => {
  const [word, ...rest] = words;
  if (word === undefined || program.commands.length === 0) return program;
  const next = program.commands.find((command) => command.name() === word);
  return next === undefined ? undefined : commandOf(next, rest);
};

const optionsOf = (command: Command): readonly string[] => [
  ...command.options.map(({ long }) => long ?? ""),
  ...(command.parent === null ? ["--help"] : optionsOf(command.parent)),
];

const unused = (): never => {
  throw new Error("No command is run here.");
};

describe("the guides' commands", () => {
  const program = createProgram({ writeOut: () => {}, writeErr: () => {} });
  addCommands(program, unused, unused);
  const typed = guides.flatMap((guide) => commandsIn(readFileSync(root + guide, "utf8")).map((command) => ({ guide, command })));

  it("are those that there are, with options that they take", () => {
    expect(typed.length).toBeGreaterThan(25);
    const unknown = typed.filter(({ command: line }) => {
      const words = line.split(/\s+/);
      const command = commandOf(
        program,
        words.filter((word) => !word.startsWith("-")),
      );
      const options = words.filter((word) => word.startsWith("--"));
      return command === undefined || options.some((option) => !optionsOf(command).includes(option));
    });
    expect(unknown).toEqual([]);
  });
});
