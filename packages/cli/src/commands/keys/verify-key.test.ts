import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runCli } from "../../testing/run-cli.ts";
import { keyText, verification } from "../../testing/samples.ts";
import { type StubApi, startStubApi } from "../../testing/stub-api.ts";

let api: StubApi;
let folder: string;

beforeEach(async () => {
  api = await startStubApi();
  api.serve({ "POST /api/v1/verify": verification });
  folder = await mkdtemp(join(tmpdir(), "keywright-cli-"));
});

afterEach(async () => {
  await api.close();
  await rm(folder, { recursive: true, force: true });
});

const cli = (line: string, options: Parameters<typeof runCli>[1] = {}) => runCli(line, { ...options, env: api.env });

describe("the key comes", () => {
  it("from standard input, without the line break after it", async () => {
    const { code, err } = await cli("keys verify", { input: `${keyText}\r\n` });
    expect([code, err]).toEqual([0, ""]);
    expect(api.asked()).toEqual([["POST /api/v1/verify", { key: keyText }]]);
  });

  it("from a file", async () => {
    await writeFile(join(folder, "key"), `${keyText}\n`);
    expect((await cli(`keys verify --key-file ${join(folder, "key")}`)).code).toBe(0);
    expect(api.asked()).toEqual([["POST /api/v1/verify", { key: keyText }]]);
  });

  it("from an argument, with a warning that does not repeat it", async () => {
    const { code, err } = await cli(`keys verify ${keyText}`);
    expect(code).toBe(0);
    expect(err).toMatch(/^A key in an argument can be seen by every process of this machine.*pipe it in or use --key-file\.\n$/);
    expect(err).not.toContain(keyText);
  });

  it("from a person, who does not see it", async () => {
    const { code, out, err } = await cli("keys verify", { input: `${keyText}\r`, isTty: true });
    expect([code, err]).toEqual([0, "Key to verify (it is not shown): \n"]);
    expect(out).not.toContain(keyText);
    expect(api.asked()).toEqual([["POST /api/v1/verify", { key: keyText }]]);
  });

  it.each([
    { why: "nothing", input: "\n", sentence: /No key was given/ },
    { why: "Ctrl-C at the prompt", input: "\u0003", isTty: true, sentence: /No key was given/ },
    { why: "more than a key", input: "x".repeat(5_000), sentence: /Standard input has more than 4096 bytes/ },
    { why: "a missing file", options: " --key-file /nonexistent/key", sentence: /--key-file names \/nonexistent\/key, which cannot be read \(ENOENT\)/ },
    { why: "two keys", options: ` ${keyText} --key-file x`, sentence: /The key was given twice/, exitCode: 2 },
  ])("or not at all: $why", async ({ options = "", input = "", isTty = false, sentence, exitCode = 1 }) => {
    const { code, out, err } = await cli(`keys verify${options}`, { input, isTty });
    expect([code, out, api.requests]).toEqual([exitCode, "", []]);
    expect(err).toMatch(sentence);
    expect(err).not.toContain(keyText);
  });
});

it("what the request needs is asked along", async () => {
  await cli("keys verify --scope a,b --scope c --ip 203.0.113.7 --endpoint /v1/emails/{id} --method post --cost 5 --dry-run", { input: keyText });
  const expected = { key: keyText, scopes: ["a", "b", "c"], ip: "203.0.113.7", endpoint: "/v1/emails/{id}", method: "POST", cost: 5, dry_run: true };
  expect(api.asked()).toEqual([["POST /api/v1/verify", expected]]);
});

describe("the exit code tells the verdict", () => {
  it("0 for VALID, with what is left", async () => {
    const { code, out } = await cli("keys verify", { input: keyText });
    expect(code).toBe(0);
    expect(out).toMatch(/^Verdict +VALID$/m);
    expect(out).toMatch(/^Rate limit +59 of 60 left, full again in 1 s$/m);
    expect(out).toMatch(/^Monthly quota +none$/m);
  });

  it("3 for a refusal, as a table and as JSON", async () => {
    const unknown = {
      ...verification,
      valid: false,
      code: "NOT_FOUND",
      key_id: null,
      tenant_id: null,
      owner: null,
      scopes: [],
      environment: null,
      rate_limit: null,
    };
    api.serve({ "POST /api/v1/verify": unknown });
    expect(await cli("keys verify", { input: keyText })).toEqual({ code: 3, out: "Verdict  NOT_FOUND\n", err: "" });
    const { code, out, err } = await cli(`keys verify ${keyText} --json`);
    expect([code, JSON.parse(out), err]).toEqual([3, unknown, ""]);
  });

  it("1 where no verdict came", async () => {
    api.serve({});
    const { code, out, err } = await cli("keys verify", { input: keyText });
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("(NOT_FOUND, request req_1)");
  });
});
