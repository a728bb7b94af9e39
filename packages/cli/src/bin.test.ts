import { spawnSync } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";

const shim = fileURLToPath(new URL("../bin/keywright.js", import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-bin-"));
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  await cp(shim, join(folder, "bin/keywright.js"));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(join(folder, "bin/keywright.js"), args, { encoding: "utf8", timeout: 20_000, input: "in" });
  return { status, stdout, stderr };
};

const build = async (source: string): Promise<void> => {
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "dist/main.js"), source);
};

it("says in one sentence that nothing is built", () => {
  expect(start("keys", "list")).toEqual({
    status: 1,
    stdout: "",
    stderr: "Keywright is not built yet: run `npm run build` (or `npm start`, which does it for you).\n",
  });
});

it("says the same when a part of it is not built", async () => {
  await build('import "@keywright/not-built"; export const run = () => 0;');
  expect(start()).toMatchObject({ status: 1, stderr: expect.stringMatching(/^Keywright is not built yet/) });
});

it("does not hide any other fault", async () => {
  await build('throw new Error("broken");');
  expect(start()).toMatchObject({ status: 1, stderr: expect.stringContaining("Error: broken") });
});

it("hands over arguments and streams, and ends with the exit code of the run", async () => {
  await build(`export const run = async (argv, io) => {
    for await (const chunk of io.stdin) io.stdout.write(chunk);
    io.stderr.write(JSON.stringify([argv, io.isTty, typeof io.nowMs(), typeof io.env.PATH]));
    return 3;
  };`);
  const { status, stdout, stderr } = start("keys", "list");
  expect([status, stdout]).toEqual([3, "in"]);
  expect(JSON.parse(stderr)).toEqual([["keys", "list"], { stdin: false, stdout: false, stderr: false }, "number", "string"]);
});
