import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Endpoint, endpointIds, endpoints } from "@keywright/contract";
import { afterAll, describe, expect, it } from "vitest";
import { codeSamples } from "./code-samples.ts";
import { type SampleCall, sampleCallOf } from "./sample-call.ts";

/** Text that each language quotes in a way of its own. */
const placeholder = "$".concat("{x}");
const awkwardText = `it's "quoted" \\ $HOME ${placeholder} \`x\` {y}`;
const awkward: SampleCall = {
  method: "POST",
  url: "http://127.0.0.1:4747/api/v1/verify",
  headers: { "X-Awkward": awkwardText },
  body: { text: `${awkwardText} …\n`, list: [1, true, null, {}], nested: { deep: { empty: [] } } },
};
const rows: readonly Endpoint[] = endpointIds.map((id) => endpoints[id]);
const calls = [...rows.map(sampleCallOf), awkward];
const sourceOf = (call: SampleCall, label: string): string => codeSamples(call).find((sample) => sample.label === label)?.source ?? "";

const folder = mkdtempSync(join(tmpdir(), "keywright-samples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const writeSamples = (label: string, extension: string): string[] =>
  calls.map((call, index) => {
    const file = join(folder, `sample-${index}.${extension}`);
    writeFileSync(file, `${sourceOf(call, label)}\n`);
    return file;
  });

const has = (program: string, ...args: readonly string[]): boolean => spawnSync(program, args).status === 0;
const run = (program: string, ...args: readonly string[]): string => execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Compiles text as the body of an async function, without running it. */
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor;

/** Skipped, and shown as skipped, where the machine has no such language. */
describe("the samples are right in", () => {
  it("JavaScript", () => {
    for (const call of calls) expect(() => new AsyncFunction(sourceOf(call, "JavaScript"))).not.toThrow();
  });

  it.skipIf(!has("bash", "--version"))("bash", () => {
    for (const file of writeSamples("curl", "sh")) expect(() => run("bash", "-n", file)).not.toThrow();
  });

  it.skipIf(!has("python3", "--version"))("Python", () => {
    const files = writeSamples("Python", "py");
    expect(() => run("python3", "-m", "py_compile", ...files)).not.toThrow();
  });

  it.skipIf(!has("go", "version"))("Go, and as gofmt would have them", () => {
    expect(run("gofmt", "-e", "-l", ...writeSamples("Go", "go"))).toBe("");
  });

  it.skipIf(!has("php", "--version"))("PHP", () => {
    for (const file of writeSamples("PHP", "php")) expect(() => run("php", "-l", file)).not.toThrow();
  });
});

describe("the samples send what they show", () => {
  it("in bash: each word arrives as it was meant", () => {
    const script = `curl() { printf '%s\\0' "$@"; }\nKEYWRIGHT_KEY=secret\n${sourceOf(awkward, "curl")}`;
    const words = run("bash", "-c", script).split("\0");
    expect(words).toContain("Authorization: Bearer secret");
    expect(words).toContain(`X-Awkward: ${awkward.headers["X-Awkward"]}`);
    expect(words).toContain(JSON.stringify(awkward.body));
  });

  it("in JavaScript", () => {
    const program = `process.env.KEYWRIGHT_KEY="secret";globalThis.fetch=async(url,options)=>{console.log(JSON.stringify({url,...options}));return{status:200,json:async()=>""}};\n${sourceOf(awkward, "JavaScript")}`;
    const [line = ""] = run(process.execPath, "--input-type=module", "--eval", program).split("\n");
    const { url, method, headers, body } = JSON.parse(line);
    expect({ url, method, headers }).toEqual({
      url: awkward.url,
      method: "POST",
      headers: { Authorization: "Bearer secret", "Content-Type": "application/json", ...awkward.headers },
    });
    expect(JSON.parse(body)).toEqual(awkward.body);
  });

  it.skipIf(!has("python3", "--version"))("in Python", () => {
    const stub =
      "import os,json,urllib.request as u\nos.environ['KEYWRIGHT_KEY']='secret'\ndef o(r):\n  print(r.full_url);print(r.get_method());print(json.dumps(dict(r.header_items())));print(r.data.decode());raise SystemExit\nu.urlopen=o\n";
    const [url, method, headers = "", body = ""] = run("python3", "-c", stub + sourceOf(awkward, "Python")).split("\n");
    expect([url, method]).toEqual([awkward.url, "POST"]);
    expect(JSON.parse(headers)).toMatchObject({ Authorization: "Bearer secret", "X-awkward": awkward.headers["X-Awkward"] });
    expect(JSON.parse(body)).toEqual(awkward.body);
  });
});
