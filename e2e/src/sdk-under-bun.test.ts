import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env } from "node:process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { root } from "./keywright-process.ts";

const run = promisify(execFile);
const folder = join(root, "packages/sdk");
const bun = join(root, ".cache/bun/bun");

/** Every suite of the package that is about neither Node's own transport nor Node's frameworks. */
const suites = ["methods", "create-client", "lost-connection", "retry", "verify-batch", "verify-webhook"].map((name) => `./src/${name}.test.ts`);

const reason = "no Bun; `node scripts/fetch-tools.mjs` fetches it";
const isRequired = (env["KEYWRIGHT_TEST_REQUIRE"] ?? "").split(",").includes("bun");

describe.skipIf(!existsSync(bun) && !isRequired)(existsSync(bun) ? "under Bun" : `under Bun: skipped, ${reason}`, () => {
  it("the SDK passes its tests", async () => {
    const { stderr } = await run(bun, ["test", "--conditions", "x-source", ...suites], { cwd: folder, timeout: 60_000 });
    expect(stderr).toMatch(/\n *\d{2,} pass\n/);
    expect(stderr).toMatch(/\n *0 fail\n/);
  });
});
