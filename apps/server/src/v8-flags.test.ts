import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { describe, expect, it, vi } from "vitest";
import { letHeapGrow } from "./heap-growth.ts";
import { keepCodeWarm } from "./warm-code.ts";
import { keepRequestsYoung, servingFlags, youngGenerationFlag } from "./young-objects.ts";

vi.mock("node:v8", () => ({ setFlagsFromString: vi.fn() }));

describe("what a server sets of V8", () => {
  it("is there in this version of it, which does not say when it knows a flag no more", () => {
    keepRequestsYoung();
    keepCodeWarm();
    letHeapGrow();
    const flags = [...vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag), youngGenerationFlag];
    const names = flags.map((flag) => flag.replace(/^--(no-)?/, "").replace(/=.*/, ""));
    const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
    expect(names).toHaveLength(5);
    for (const name of names) expect(known).toMatch(new RegExp(`^  --${name} \\(`, "m"));
  });
});

describe("the young generation's size", () => {
  it.each([
    ["package.json", `node ${youngGenerationFlag} packages/cli/bin/keywright.js serve`],
    ["docs/deploy.md", `ExecStart=/usr/bin/node ${youngGenerationFlag} packages/cli/bin/keywright.js serve`],
    ["docs/deploy.md", `NODE_OPTIONS=${youngGenerationFlag}`],
    ["bench/src/servers/node-flags.ts", `["${youngGenerationFlag}"]`],
  ])("is said where %s starts a server", (file, line) => {
    expect(readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8")).toContain(line);
  });

  it("is added to what a worker's parent was given, and never beside another choice", () => {
    expect(servingFlags(["--enable-source-maps"])).toEqual(["--enable-source-maps", youngGenerationFlag]);
    expect(servingFlags(["--max-semi-space-size=8"])).toEqual(["--max-semi-space-size=8"]);
    expect(servingFlags(["--max_semi_space_size", "8"])).toEqual(["--max_semi_space_size", "8"]);
    expect(servingFlags([], "--max-semi-space-size=64")).toEqual([]);
  });
});
