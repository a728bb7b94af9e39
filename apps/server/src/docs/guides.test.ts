import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { errorCodes, verdicts } from "@keywright/contract";
import MarkdownIt from "markdown-it";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOpenApi } from "./openapi.ts";
import { isGuide, readGuideFiles } from "./site/guide-files.ts";

/** A fenced block: its language is the first word behind the fence, and what else is there says more of it. */
interface Block {
  readonly name: string;
  readonly language: string;
  readonly about: string;
  readonly code: string;
}

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const guides = new Map<string, string>();
const blocks: Block[] = [];
let folder: string;

const blocksOf = (file: string, text: string): readonly Block[] =>
  new MarkdownIt()
    .parse(text, {})
    .filter(({ type }) => type === "fence")
    .map(({ info, content, map }) => {
      const [language = "", ...about] = info.trim().split(" ");
      return { name: `${file}:${(map?.[0] ?? 0) + 1}`, language, about: about.join(" "), code: content };
    });

beforeAll(async () => {
  for (const [file, bytes] of await readGuideFiles(root)) if (isGuide(file)) guides.set(file, bytes.toString());
  for (const [file, text] of guides) blocks.push(...blocksOf(file, text));
  await mkdir(join(root, ".cache"), { recursive: true });
  folder = await mkdtemp(join(root, ".cache/guides-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const inLanguage = (...languages: readonly string[]): readonly Block[] => blocks.filter(({ language }) => languages.includes(language));

/** Every method with its path, parameters as one segment; the gateways' door takes whatever is behind it. */
const calls = Object.entries(createOpenApi({ version: "0.0.0" }).paths).flatMap(([path, operations]) =>
  Object.keys(operations).map(
    (method) => new RegExp(`^${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "[^/]+")}${path.endsWith("/forward-auth") ? "(?:/.*)?" : ""}$`),
  ),
);

const isCall = (method: string, path: string): boolean => calls.some((call) => call.test(`${method} ${path}`));

/** What a line of the shell asks of the API, if anything; `$1` in a path is a helper's, which is known only when it runs. */
const callOf = (line: string): readonly [method: string, path: string] | undefined => {
  const path = /\/(?:api|oauth2)\/[^\s"'?]*/.exec(line)?.[0];
  if (!/\bcurl\b/.test(line) || path === undefined || /\$\d/.test(path)) return undefined;
  const method = /-X "?([A-Z]+)/.exec(line)?.[1] ?? (/ (?:-d|--data\S*) /.test(line) ? "POST" : "GET");
  return [method, path.replace(/\$\{?\w+\}?/g, "x")];
};

const linesOf = ({ code }: Block): readonly string[] => code.replaceAll(/\\\n\s*/g, " ").split("\n");

describe("the code of the guides", () => {
  it("is in a language that is looked at here, or says nothing of a language", () => {
    // What a page of a host holds (css, html) is what the embedding's own suite does in a browser; `http` is an answer, to look at.
    const known = ["", "console", "css", "html", "http", "ini", "js", "json", "sh", "text", "ts"];
    expect([...new Set(blocks.map(({ language }) => language))].toSorted()).toEqual(known);
    expect(blocks.length).toBeGreaterThan(40);
  });

  it("calls what there is: every method and path of a command", () => {
    const asked = inLanguage("sh", "console").flatMap((block) =>
      linesOf(block).flatMap((line) => (callOf(line) === undefined ? [] : [{ block, call: callOf(line) }])),
    );
    expect(asked.length).toBeGreaterThan(5);
    const wrong = asked.filter(({ call: [method = "", path = ""] = [] }) => !isCall(method, path));
    expect(wrong.map(({ block, call }) => `${block.name}: ${call?.join(" ")}`)).toEqual([]);
  });

  it("and the words round it name what there is: every method with a path of the API", () => {
    const named = [...guides].flatMap(([file, text]) =>
      [...text.matchAll(/`(GET|POST|PUT|PATCH|DELETE) (\/(?:api|oauth2)\/[^`?\s]+)/g)].map(([, method = "", path = ""]) => ({ file, method, path })),
    );
    expect(named.length).toBeGreaterThan(20);
    const known = (path: string): string => path.replace(/\{\w+\}|…/g, "x");
    expect(named.filter(({ method, path }) => !path.endsWith("…") && !isCall(method, known(path)))).toEqual([]);
  });

  it("is JSON where it says so", () => {
    const json = inLanguage("json");
    expect(json.length).toBeGreaterThan(2);
    for (const { name, code } of json) expect(() => JSON.parse(code), name).not.toThrow();
  });

  it("is right for the shell", async () => {
    const files = await Promise.all(
      inLanguage("sh").map(async ({ name, code }, index) => {
        const file = join(folder, `${index}.sh`);
        await writeFile(file, `# ${name}\n${code}`);
        return file;
      }),
    );
    const check = 'for file; do bash -n "$file" || head -1 "$file"; done';
    expect(await promisify(execFile)("bash", ["-c", check, "bash", ...files])).toEqual({ stdout: "", stderr: "" });
  });

  it("has the types of the built SDK; only a part of a program, which says so, is left out", async () => {
    const whole = inLanguage("ts").filter(({ about }) => about !== "fragment");
    expect(whole.length).toBeGreaterThan(5);
    const compilerOptions = { composite: false, declaration: false, declarationMap: false, noEmit: true, noUnusedLocals: false, lib: ["es2023", "dom"] };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.base.json", compilerOptions, include: ["*"] }));
    // What the words before a block say is there.
    await writeFile(join(folder, "surroundings.d.ts"), "declare const rootKey: string;\n");
    const names = new Map<string, string>();
    for (const [index, { name, code }] of whole.entries()) {
      names.set(`${index}.mts`, name);
      await writeFile(join(folder, `${index}.mts`), code);
    }
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = await promisify(execFile)(process.execPath, [tsc, "--pretty", "false", "-p", folder]).catch(
      (failed: { readonly stdout: string }) => failed,
    );
    expect(stdout.replace(/\S*?(\d+\.mts)/g, (_, file: string) => names.get(file) ?? file)).toBe("");
  });
});

describe("Troubleshooting", () => {
  /** First cell → the others, of every row of the guide's tables. */
  const rowsUnder = (heading: string, end: string): ReadonlyMap<string, readonly string[]> => {
    const text = guides.get("docs/troubleshooting.md") ?? "";
    const part = text.slice(text.indexOf(heading), end === "" ? undefined : text.indexOf(end));
    return new Map([...part.matchAll(/^\| `([A-Z_]+)` \| (.+) \|$/gm)].map(([, code = "", cells = ""]) => [code, cells.split(" | ")]));
  };

  it("has every verdict, with cause and cure", () => {
    const rows = rowsUnder("## A key is refused", "## The door answers");
    expect([...rows.keys()]).toEqual(verdicts);
    for (const [code, cells] of rows) expect([code, cells.filter((cell) => cell.length > 10).length]).toEqual([code, 2]);
  });

  it("has every error's code, with cause and cure", () => {
    const rows = rowsUnder("## Errors, one by one", "");
    expect([...rows.keys()].toSorted()).toEqual([...errorCodes].toSorted());
    for (const [code, cells] of rows) expect([code, cells.filter((cell) => cell.length > 10).length]).toEqual([code, 2]);
  });
});

describe("what a guide says is in the repository", () => {
  it("is there: every test and source that the README names as proof", async () => {
    const named = [...(guides.get("README.md") ?? "").matchAll(/`((?:packages|apps|e2e|docs|scripts)\/[\w./-]+\.\w+)`/g)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(8);
    for (const path of named) await expect(readFile(join(root, path)), path).resolves.toBeDefined();
  });
});
