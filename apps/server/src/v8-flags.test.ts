import { execFileSync } from "node:child_process";
import { setFlagsFromString } from "node:v8";
import { describe, expect, it, vi } from "vitest";
import { keepCodeWarm } from "./warm-code.ts";
import { keepRequestsYoung } from "./young-objects.ts";

vi.mock("node:v8", () => ({ setFlagsFromString: vi.fn() }));

describe("what a server sets of V8", () => {
  it("is there in this version of it, which does not say when it knows a flag no more", () => {
    keepRequestsYoung();
    keepCodeWarm();
    const names = vi.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag.replace(/^--(no-)?/, "").replace(/=.*/, ""));
    const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
    expect(names).toHaveLength(3);
    for (const name of names) expect(known).toMatch(new RegExp(`^  --${name} \\(`, "m"));
  });
});
