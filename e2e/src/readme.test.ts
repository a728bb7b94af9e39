import { execFile, execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Keywright, makeFolder, removeFolder, root, startKeywright } from "./keywright-process.ts";

interface Step {
  readonly commands: string;
  readonly expected: string;
}

/** The walk-through's blocks: what is typed, and what the README says comes back. */
const readSteps = async (): Promise<Step[]> => {
  const readme = await readFile(join(root, "README.md"), "utf8");
  const section = readme.slice(readme.indexOf("## Walk-through"), readme.indexOf("## What it promises"));
  const blocks = [...section.matchAll(/```(sh|text)\n([\s\S]*?)```/g)].map(([, kind, text]) => ({ kind, text: text ?? "" }));
  return blocks.flatMap(({ kind, text }, index) => {
    if (kind !== "sh") return [];
    const next = blocks[index + 1];
    return [{ commands: text, expected: next?.kind === "text" ? next.text : "" }];
  });
};

const tidy = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");

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

describe.skipIf(!hasTools())("the README's walk-through, as written (needs bash and curl 7.84 or newer)", () => {
  let folder: string;
  let server: Keywright;

  beforeAll(async () => {
    folder = await makeFolder("readme");
    server = await startKeywright({ dataDir: folder });
  });

  afterAll(async () => {
    await server.stop();
    await removeFolder(folder);
  });

  it("does what it says", async () => {
    const steps = await readSteps();
    expect(steps.filter(({ expected }) => expected !== "").length).toBeGreaterThanOrEqual(5);
    const script = steps.map(({ commands }) => `${commands}\necho '=== end of step'`).join("\n");
    const { stdout, stderr } = await promisify(execFile)("bash", ["-euo", "pipefail", "-c", script], {
      env: { ...process.env, KEYWRIGHT: server.base, ROOT_KEY: server.rootKey ?? "" },
    });
    expect(stderr).toBe("");
    const outputs = stdout.split("=== end of step").map(tidy);
    expect(outputs.slice(0, steps.length)).toEqual(steps.map(({ expected }) => tidy(expected)));
  });
});
