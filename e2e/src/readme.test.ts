import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort, type Keywright, makeFolder, removeFolder, root, startKeywright } from "./keywright-process.ts";

interface Block {
  /** What stands behind the fence: `sh` is typed, `text` comes back, `sh background` goes on running, `js file=…` is saved. */
  readonly kind: string;
  readonly text: string;
}

const blocksOf = (markdown: string): readonly Block[] =>
  [...markdown.matchAll(/^```(\S.*)\n([\s\S]*?)^```$/gm)].map(([, kind = "", text = ""]) => ({ kind, text }));

const readWalkThrough = async (): Promise<readonly Block[]> => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  return blocksOf(readme.slice(readme.indexOf("## Walk-through"), readme.indexOf("## What it promises")));
};

const readQuickStart = async (): Promise<readonly Block[]> => blocksOf(await readFile(join(root, "docs/quick-start.md"), "utf8"));

interface Step {
  readonly commands: string;
  readonly expected: string;
}

/** What is typed, and what the guide says comes back. */
const stepsOf = (blocks: readonly Block[]): readonly Step[] =>
  blocks.flatMap(({ kind, text }, index) => {
    if (kind !== "sh") return [];
    const next = blocks[index + 1];
    return [{ commands: text, expected: next?.kind === "text" ? next.text : "" }];
  });

const tidy = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

/** Runs the steps in one shell, as a reader would, and compares what each has printed. */
const follow = async (steps: readonly Step[], env: Readonly<Record<string, string>>): Promise<void> => {
  const script = steps.map(({ commands }) => `${commands}\necho '=== end of step'`).join("\n");
  const { stdout, stderr } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], { env: { ...process.env, ...env } });
  expect(stderr).toBe("");
  const outputs = stdout.split("=== end of step").map(tidy);
  expect(outputs.slice(0, steps.length)).toEqual(steps.map(({ expected }) => tidy(expected)));
};

/** Saves what the guide says is saved, and starts what it says goes on running; resolves when that has said its first line. */
const startProgram = async (blocks: readonly Block[], folder: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> => {
  for (const { kind, text } of blocks) {
    const file = /^js file=(\S+)$/.exec(kind)?.[1];
    if (file !== undefined) await writeFile(join(folder, file), text);
  }
  const command = blocks.find(({ kind }) => kind === "sh background")?.text ?? "";
  const child = spawn("bash", ["-c", `exec ${command}`], { cwd: folder, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), once(child, "exit")])) as readonly unknown[];
  if (line === `My API is ready at ${env["API"]}`) return child;
  child.kill();
  throw new Error(`The quick start's API did not start: it said ${String(line)}.`);
};

const hasTools = (): boolean => {
  try {
    execFileSync("bash", ["-c", "command -v curl && curl --version | awk 'NR==1{split($2,v,\".\"); exit !(v[1]>7 || (v[1]==7 && v[2]>=84))}'"], {
      stdio: "ignore",
    });
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(!hasTools())("what the guides have a reader type, as written (needs bash and curl 7.84 or newer)", () => {
  let folder: string;
  let server: Keywright;
  let env: { readonly KEYWRIGHT: string; readonly ROOT_KEY: string };

  beforeAll(async () => {
    folder = await makeFolder("readme");
    server = await startKeywright({ dataDir: folder });
    env = { KEYWRIGHT: server.base, ROOT_KEY: server.rootKey ?? "" };
  });

  afterAll(async () => {
    await server.stop();
    await removeFolder(folder);
  });

  it("does what it says: the README's walk-through", async () => {
    const steps = stepsOf(await readWalkThrough());
    expect(steps.filter(({ expected }) => expected !== "").length).toBeGreaterThanOrEqual(5);
    await follow(steps, env);
  });

  it("does what it says: the quick start, with its API before the server", async () => {
    const blocks = await readQuickStart();
    const steps = stepsOf(blocks);
    expect(steps.map(({ expected }) => tidy(expected))).toEqual(["", "401\n200", "true\n401"]);
    // Within the checkout, where the guide has it saved: its packages are found there.
    await mkdir(join(root, ".cache"), { recursive: true });
    const place = await mkdtemp(join(root, ".cache/quick-start-"));
    const surroundings = { ...env, API: `http://127.0.0.1:${await freePort()}` };
    const program = await startProgram(blocks, place, surroundings);
    try {
      await follow(steps, surroundings);
    } finally {
      program.kill();
      await removeFolder(place);
    }
  });

  it("leads to a documentation that is there without a network, and to the place that every problem names", async () => {
    expect(server.out.text).toContain(`documentation: ${server.base}/docs)`);
    for (const path of ["/docs", "/docs/quick-start", "/docs/errors", "/docs/api"]) expect((await fetch(server.base + path)).status).toBe(200);
    const { type } = (await (await fetch(`${server.base}/api/v1/nothing`)).json()) as { readonly type: string };
    const [page = "", code = ""] = type.split("#");
    expect(await (await fetch(server.base + page)).text()).toContain(`id="${code}"`);
  });
});
