import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addCommands, createProgram } from "./program.ts";
import { type CliResult, rootKey, runCli } from "./testing/run-cli.ts";
import { apiKey, ids } from "./testing/samples.ts";
import { type StubApi, startStubApi } from "./testing/stub-api.ts";

let api: StubApi;

beforeEach(async () => {
  api = await startStubApi();
});

afterEach(() => api.close());

const cli = (line: string | readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<CliResult> =>
  runCli(line, { ...options, env: { ...api.env, ...options.env } });

/** Every command that does something, by its words. */
const leaves = (): readonly (readonly string[])[] => {
  const program = createProgram({ writeOut: () => {}, writeErr: () => {} });
  addCommands(
    program,
    () => Promise.reject(new Error("Nothing is run.")) as never,
    () => Promise.reject(new Error("Nothing is run.")),
  );
  const walk = (command: Command, path: readonly string[]): readonly (readonly string[])[] =>
    command.commands.length === 0 ? [path] : command.commands.flatMap((child) => walk(child, [...path, child.name()]));
  return walk(program, []);
};

describe("help", () => {
  it("names every command of the product", () => {
    expect(leaves().map((path) => path.join(" "))).toEqual([
      ...["serve", "migrate", "doctor", "recover", "secrets move", "reminders"],
      ...["create", "list", "get", "update", "regenerate", "revoke", "verify", "usage"].map((verb) => `keys ${verb}`),
      ...["create", "list", "get", "update", "suspend", "activate"].map((verb) => `tenants ${verb}`),
      ...["members create", "members list"],
      ...["create", "list", "rename", "delete", "members", "add", "remove"].map((verb) => `teams ${verb}`),
      ...["create", "list", "resend", "withdraw"].map((verb) => `invitations ${verb}`),
      ...["root-keys create", "root-keys list", "root-keys revoke"],
      ...["audit list", "audit export", "audit checkpoints", "audit verify", "security-events list"],
      ...["usage show", "usage export", "requests list", "requests explain"],
      ...["create", "list", "get", "update", "rotate-secret", "delete", "test", "deliveries", "replay"].map((verb) => `webhooks ${verb}`),
      ...["list", "get", "acknowledge", "rules", "set", "mute", "unmute", "mutes"].map((verb) => `alerts ${verb}`),
    ]);
  });

  it.each(leaves())("of `%s %s` has the global options and examples that begin with it", async (...words) => {
    const path = words.filter((word) => word !== undefined);
    const { code, out, err } = await runCli([...path, "--help"]);
    const help = out.replace(/\s+/g, " ");
    expect([code, err]).toEqual([0, ""]);
    expect(help).toContain(`Usage: keywright ${path.join(" ")}`);
    expect(help).toContain("--json");
    expect(help).toMatch(new RegExp(`Examples: .*keywright ${path.join(" ")}`));
  });

  it("and the version go to standard output", async () => {
    expect(await runCli("--version")).toEqual({ code: 0, out: "0.1.0\n", err: "" });
    const { code, out } = await runCli("help keys");
    expect([code, out.split("\n")[0]]).toEqual([0, "Usage: keywright keys [options] [command]"]);
  });
});

describe("a command line that is not valid ends with 2, one sentence, and no call", () => {
  it.each([
    ["kyes list", "keywright: Unknown command 'kyes' (Did you mean keys?) See `keywright --help`.\n"],
    ["keys revok x", "keywright: Unknown command 'revok' (Did you mean revoke?) See `keywright keys --help`.\n"],
    ["keys list --sttus active", "keywright: Unknown option '--sttus' (Did you mean --status?) See `keywright keys list --help`.\n"],
    ["keys create --name x", "keywright: Required option '--scope <scope>' not specified. See `keywright keys create --help`.\n"],
    ["keys get", "keywright: Missing required argument 'key-id'. See `keywright keys get --help`.\n"],
    ["keys get a b", /Too many arguments/],
    ["keys list --limit 101", /Option '--limit <count>' argument '101' is invalid\. It must be a whole number from 1 to 100\./],
    ["keys list --status dead", /Allowed choices are active, disabled, expired, revoked\./],
    ["keys regenerate k --grace 31d", /It must be from 0 to 30d: a duration such as/],
    ["keys update k", /^keywright: Nothing to change was said: `keywright keys update --help`/],
    ["tenants update t", /^keywright: Nothing to change was said: `keywright tenants update --help`/],
    ["keys update k --enable --disable", /cannot be used with/],
    ["keys get ..", /^keywright: The call cannot be sent: params\.key_id must be an id\. \(INVALID_CALL\)\n$/],
    ["keys list --url nonsense", /^keywright: The call cannot be sent: The base URL must be an address/],
    ["--timeout 0 keys list", /It must be from 1s to 1h/],
  ])("%s", async (line, sentence) => {
    const { code, out, err } = await cli(line);
    expect([code, out, err.split("\n").length]).toEqual([2, "", 2]);
    if (typeof sentence === "string") expect(err).toBe(sentence);
    else expect(err).toMatch(sentence);
    expect(api.requests).toEqual([]);
  });

  it.each(["", "keys"])("one that stops too early shows help on standard error: %j", async (line) => {
    const { code, out, err } = await runCli(line);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(/^Usage: keywright/);
  });

  it("does not repeat a key that stands in the wrong place", async () => {
    for (const line of [`keys verify --key=${rootKey}`, `keys ${rootKey}`, `keys list --status ${rootKey}`, `--root-key=${rootKey} keys list --json`]) {
      const { code, err } = await cli(line);
      expect(code).toBe(2);
      expect(err).toContain("[secret]");
      expect(err).not.toContain(rootKey);
    }
  });
});

describe("--json", () => {
  it("works before and after the command, and answers exactly the API's document", async () => {
    api.serve({ [`GET /api/v1/platform/api-keys/${ids.key}`]: apiKey });
    for (const line of [`--json keys get ${ids.key}`, `keys --json get ${ids.key}`, `keys get ${ids.key} --json`]) {
      const { code, out, err } = await cli(line);
      expect([code, JSON.parse(out), err]).toEqual([0, apiKey, ""]);
    }
  });

  it.each([
    [`keys get ${ids.key}`, 1, { code: "NOT_FOUND", status: 404, request_id: "req_1" }],
    ["keys lst", 2, { code: "USAGE", title: "The command line is not valid" }],
    ["", 2, { code: "USAGE", detail: "A command is missing. See `keywright --help`." }],
    [`keys revoke ${ids.key}`, 2, { code: "USAGE", detail: expect.stringContaining("--yes") }],
  ])("answers the failure of %j as one problem on standard error", async (line, exitCode, problem) => {
    const { code, out, err } = await cli(`${line} --json`, { isTty: true });
    expect([code, out]).toEqual([exitCode, ""]);
    expect(JSON.parse(err)).toMatchObject({ title: expect.any(String), detail: expect.any(String), ...problem });
  });
});

describe("a failure ends with 1 and one sentence that says what to do", () => {
  it("when the server refuses: what, why, the code and the request", async () => {
    const { code, out, err } = await cli(`keys get ${ids.key}`);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe("keywright: There is no such resource: Nothing with this id is visible. (NOT_FOUND, request req_1)\n");
  });

  it("when fields are wrong: every one, with the option that says it", async () => {
    const errors = [
      { pointer: "/scopes/0", detail: "is no scope of the catalogue" },
      { pointer: "/name", detail: "must be text" },
    ];
    api.serve({ "POST /api/v1/platform/api-keys": [400, { title: "The request is not valid", detail: "x", code: "INVALID_REQUEST", errors }] });
    const { err } = await cli("keys create --name x --scope y");
    expect(err).toBe("keywright: The request is not valid: /scopes/0 (--scope) is no scope of the catalogue; /name must be text. (INVALID_REQUEST)\n");
  });

  it("when nobody listens", async () => {
    const gone = await startStubApi();
    await gone.close();
    const { code, err } = await runCli("tenants list", { env: gone.env });
    expect(code).toBe(1);
    expect(err).toBe(
      `keywright: Keywright cannot be reached: The connection to ${gone.base} failed (ECONNREFUSED). Start Keywright with \`keywright serve\`, or say where it is with --url or KEYWRIGHT_URL. (UNREACHABLE)\n`,
    );
  });

  it("never obeys what the server answers", async () => {
    api.serve({ "GET /api/v1/platform/tenants": [400, { title: "\u001b[2Jx\ny", code: "X" }] });
    expect((await cli("tenants list")).err).toBe("keywright: \\u{1b}[2Jx\\u{a}y: \\u{1b}[2Jx\\u{a}y (X)\n");
  });
});

describe("the address and the credential", () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "keywright-cli-"));
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };

  it("--url wins over KEYWRIGHT_URL; the root key goes out as a bearer", async () => {
    api.serve({ "GET /api/v1/platform/tenants": { data: [], next_cursor: null } });
    const { code } = await runCli(`tenants list --url ${api.base}/`, { env: { KEYWRIGHT_URL: "http://127.0.0.1:1" } });
    expect(code).toBe(0);
    expect(api.requests[0]?.headers.authorization).toBe(`Bearer ${rootKey}`);
  });

  it("the root key may rest in a file", async () => {
    api.serve({ "GET /api/v1/platform/tenants": { data: [], next_cursor: null } });
    const { code } = await cli("tenants list", { env: { KEYWRIGHT_ROOT_KEY: "", KEYWRIGHT_ROOT_KEY_FILE: await file("root", `${rootKey}\n`) } });
    expect(code).toBe(0);
    expect(api.requests[0]?.headers.authorization).toBe(`Bearer ${rootKey}`);
  });

  it("without one, with two, or with a file that holds none, nothing is called", async () => {
    const long = await file("long", "x".repeat(5_000));
    const cases = [
      [{ KEYWRIGHT_ROOT_KEY: "" }, /No root key is set: put it in KEYWRIGHT_ROOT_KEY/],
      [{ KEYWRIGHT_ROOT_KEY_FILE: long }, /are both set: set one of them/],
      [{ KEYWRIGHT_ROOT_KEY: "", KEYWRIGHT_ROOT_KEY_FILE: join(folder, "missing") }, /cannot be read \(ENOENT\)/],
      [{ KEYWRIGHT_ROOT_KEY: "", KEYWRIGHT_ROOT_KEY_FILE: folder }, /cannot be read \(EISDIR\)/],
      [{ KEYWRIGHT_ROOT_KEY: "", KEYWRIGHT_ROOT_KEY_FILE: await file("empty", "\n") }, /which is empty/],
      [{ KEYWRIGHT_ROOT_KEY: "", KEYWRIGHT_ROOT_KEY_FILE: long }, /more than 4096 bytes/],
    ] as const;
    for (const [env, sentence] of cases) {
      const { code, err } = await cli("tenants list", { env });
      expect(code).toBe(1);
      expect(err).toMatch(sentence);
      expect(err.trim().split("\n")).toHaveLength(1);
    }
    expect(api.requests).toEqual([]);
  });

  it("commands that need no server need no credential", async () => {
    const migrate = () => Promise.resolve({ applied: [] });
    const load = () => Promise.resolve({ migrate } as never);
    expect((await runCli("migrate", { env: { KEYWRIGHT_ROOT_KEY: "" }, load })).code).toBe(0);
  });
});

describe("colours", () => {
  const escapeCode = "\u001b[";

  it("are shown at a terminal only, and not where NO_COLOR or a dumb terminal forbids them", async () => {
    api.serve({ [`GET /api/v1/platform/api-keys/${ids.key}`]: apiKey });
    const show = async (isTty: boolean, env: Record<string, string> = {}) => (await cli(`keys get ${ids.key}`, { isTty, env })).out.includes(escapeCode);
    expect(await show(true)).toBe(true);
    expect(await show(false)).toBe(false);
    expect(await show(true, { NO_COLOR: "1" })).toBe(false);
    expect(await show(true, { NO_COLOR: "" })).toBe(true);
    expect(await show(true, { TERM: "dumb" })).toBe(false);
    expect((await cli(`keys get ${ids.key} --json`, { isTty: true })).out).not.toContain(escapeCode);
  });
});
