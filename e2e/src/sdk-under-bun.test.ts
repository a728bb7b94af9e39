import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describeWith } from "@keywright/drivers/testing";
import { expect, it } from "vitest";
import { root } from "./keywright-process.ts";

const run = promisify(execFile);
const folder = join(root, "packages/sdk");
const bun = join(root, ".cache/bun/bun");

/** Every suite of the package that is about neither Node's own transport nor Node's frameworks. */
const suites = ["methods", "create-client", "lost-connection", "retry", "verify-batch", "verify-webhook"].map((name) => `./src/${name}.test.ts`);

const wanted = { need: "bun", version: existsSync(bun) ? "" : undefined, reason: "no Bun; `node scripts/fetch-tools.mjs` fetches it" } as const;

describeWith(wanted, "under Bun", () => {
  it("the SDK passes its tests", async () => {
    const { stderr } = await run(bun, ["test", "--conditions", "x-source", ...suites], { cwd: folder, timeout: 60_000 });
    expect(stderr).toMatch(/\n *\d{2,} pass\n/);
    expect(stderr).toMatch(/\n *0 fail\n/);
  });
});
