import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { ids } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const platform = "/api/v1/platform";
const hash = "0".repeat(64);
const head = { type: "head", tenant_id: null, sequence: 0, hash };
const pem = generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" }).toString();
const publicKey = { key_id: "k", algorithm: "Ed25519", pem };
const checkpoint = { type: "checkpoint", kind: "periodic", tenant_id: null, sequence: 3, hash, at_ms: 0, key_id: "k", signature: "s" };

let api: StubApi;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-cli-audit-"));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  api = await startStubApi();
});
afterEach(() => api.close());

const cli = (line: string): Promise<CliResult> => runCli(line, { env: api.env });
const fileOf = async (name: string, text: string): Promise<string> => {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
};

it("audit export writes the lines as they come", async () => {
  api.serve({ [`GET ${platform}/audit-log/export`]: head });
  expect((await cli(`audit export --tenant ${ids.tenant} --after 7`)).out).toBe(`${JSON.stringify(head)}\n`);
  expect(api.asked()).toEqual([[`GET ${platform}/audit-log/export?tenant_id=${ids.tenant}&after=7`]]);
});

it("audit checkpoints lists them, and shows the key", async () => {
  api.serve({ [`GET ${platform}/audit-log/checkpoints`]: { data: [checkpoint], next_cursor: null, public_key: publicKey } });
  const { out } = await cli("audit checkpoints");
  expect(out).toContain(`1970-01-01T00:00:00Z  periodic  3      ${hash}`);
  expect(out).toContain(pem.trimEnd());
  expect(JSON.parse((await cli("audit checkpoints --json")).out)).toEqual({ data: [checkpoint], next_cursor: null, public_key: publicKey });
});

it("audit verify asks the server for the log and for the key, and says whom it has trusted", async () => {
  api.serve({
    [`GET ${platform}/audit-log/export`]: head,
    [`GET ${platform}/audit-log/checkpoints`]: { data: [], next_cursor: null, public_key: publicKey },
  });
  const { code, out, err } = await cli("audit verify");
  expect([code, out.split("\n")[0]]).toEqual([0, "Audit log         whole"]);
  expect(err).toContain("--public-key");
});

it.each([
  ["a file that was cut short", "", 1, "cut short"],
  ["a file with a line that is no JSON", "{", 1, "no line of an audit log"],
  ["a checkpoint that another has signed", JSON.stringify({ ...checkpoint, kind: "retention" }), 1, "not signed"],
  ["an empty log", JSON.stringify(head), 0, ""],
] as const)("audit verify, without a server, tells of %s", async (name, text, ...[code, reason]) => {
  const [file, key] = [await fileOf("audit.jsonl", text), await fileOf("key.pem", pem)];
  const { code: exit, out } = await cli(`audit verify --file ${file} --public-key ${key} --json`);
  expect([name, exit]).toEqual([name, code]);
  expect(JSON.parse(out).problem?.reason ?? "").toContain(reason);
  expect(api.asked()).toEqual([]);
});

it("audit verify takes entries that were noted down", async () => {
  const [file, key] = [await fileOf("noted.jsonl", JSON.stringify(head)), await fileOf("key.pem", pem)];
  const { code, out } = await cli(`audit verify --file ${file} --public-key ${key} --known 5:${hash} --known 2:${hash}`);
  expect([code, out.split("\n")[0]]).toEqual([1, "Audit log         NOT WHOLE: at entry 1, entry 2 is missing: it is known to have been there"]);
});

it.each([
  ["--file audit.jsonl", 2, "--public-key"],
  ["--known 5", 2, "hash of 64"],
  ["--file nowhere.jsonl --public-key nowhere.pem", 1, "nowhere.pem"],
])("audit verify %s is refused", async (words, code, named) => {
  const result = await cli(`audit verify ${words}`);
  expect([result.code, result.out]).toEqual([code, ""]);
  expect(result.err).toContain(named);
});

it("audit verify refuses a key that is none, and a log that is not there", async () => {
  const key = await fileOf("key.pem", pem);
  const none = await fileOf("none.pem", "none");
  expect((await cli(`audit verify --public-key ${none} --file ${key}`)).err).toContain("Ed25519");
  expect((await cli(`audit verify --public-key ${key} --file ${join(folder, "nowhere")}`)).err).toContain("ENOENT");
});

it("security-events list filters and shows a line each", async () => {
  const event = {
    id: "evt_1",
    kind: "address.blocked",
    severity: "high",
    tenant_id: null,
    subject: { type: "address", id: "198.51.100.7" },
    at: "2030-01-01T10:00:00.123Z",
    last_at: "2030-01-01T10:00:01.123Z",
    count: 60,
    details: {},
  };
  api.serve({ [`GET ${platform}/security-events`]: { data: [event], next_cursor: null } });
  const { out } = await cli("security-events list --kind address.blocked --severity high --subject 198.51.100.7 --from 24h");
  expect(out).toContain("2030-01-01T10:00:00Z  high      address.blocked  198.51.100.7  60     none");
  expect(api.asked()).toEqual([
    [`GET ${platform}/security-events?kind=address.blocked&severity=high&subject_id=198.51.100.7&from=2030-01-30T12%3A00%3A00.000Z`],
  ]);
  expect((await cli("security-events list --kind nothing")).code).toBe(2);
  api.serve({ [`GET ${platform}/security-events`]: { data: [], next_cursor: null } });
  expect((await cli("security-events list")).out).toBe("No security events.\n");
});
