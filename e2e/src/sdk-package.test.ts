import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWith } from "@keywright/drivers/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeFolder, removeFolder, root } from "./keywright-process.ts";

const run = promisify(execFile);
const tools = join(root, ".cache/package-checks/node_modules/.bin");
const reason = "neither attw nor publint; `node scripts/fetch-tools.mjs` fetches them";
const wanted = { need: "package-checks", version: existsSync(join(tools, "publint")) ? "" : undefined, reason } as const;

/** What is said, and how it ended. */
const ask = async (tool: string, args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> => {
  try {
    const { stdout, stderr } = await run(join(tools, tool), args, { timeout: 90_000 });
    return { code: 0, text: stdout + stderr };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { readonly code?: number; readonly stdout?: string; readonly stderr?: string };
    return { code: code ?? -1, text: stdout + stderr };
  }
};

describeWith(wanted, "the SDK as it is packed", () => {
  let folder: string;
  let tarball: string;
  beforeAll(async () => {
    folder = await makeFolder("sdk-package");
    const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: join(root, "packages/sdk") });
    const [packed] = JSON.parse(stdout) as readonly { readonly filename: string }[];
    tarball = join(folder, packed?.filename ?? "");
  });
  afterAll(() => removeFolder(folder));

  it("has types where TypeScript looks for them, of every entry; the package is ESM alone, and its stub is for tests in here", async () => {
    const { code, text } = await ask("attw", [tarball, "--profile", "esm-only", "--exclude-entrypoints", "./testing", "--no-emoji", "--format", "ascii"]);
    expect(code, text).toBe(0);
    for (const entry of ["", "/express", "/fastify", "/hono", "/next"]) expect(text).toContain(`"@keywright/sdk${entry}"`);
  });

  it("is exported as package managers and bundlers expect", async () => {
    const { code, text } = await ask("publint", ["run", tarball, "--strict"]);
    expect([code, text]).toEqual([0, expect.stringContaining("All good!")]);
  });
});
