import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeFolder, root, runCli, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

let folder: string;

beforeAll(async () => {
  folder = await copyTemplate("start");
});

afterAll(() => removeFolder(folder));

/** The start fails with exit code 1 and one sentence that matches. */
const refuses = async (env: Record<string, string>, sentence: RegExp): Promise<void> => {
  const { code, out } = await runCli(["serve"], { PORT: "0", KEYWRIGHT_DATA_DIR: folder, ...env });
  const text = `${out.text}${out.errors}`.trim();
  expect(text).toMatch(sentence);
  expect(text.split("\n").length).toBe(1);
  expect(code).toBe(1);
};

const snapshot = async (): Promise<string> => {
  const names = (await readdir(folder, { recursive: true })).filter((name) => !/postmaster|^lock|\/lock$/.test(name)).sort();
  const sealed = await readFile(join(folder, "secrets.sealed"), "latin1");
  return JSON.stringify([names, sealed]);
};

describe("the start is refused with one sentence, exit code 1 and nothing changed", () => {
  it("when another process has the data folder", async () => {
    const server = await startKeywright({ dataDir: folder });
    await refuses({}, /data folder .* in use by another Keywright process/);
    expect((await server.call({ path: "/healthz" })).status).toBe(200);
    await server.stop();
  });

  it("when the port is taken", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    await refuses({ PORT: String(typeof address === "object" && address?.port) }, /port \d+ .*(?:use|taken)/i);
    taken.close();
  });

  it("when the port is taken, before a new data folder is made", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const address = taken.address();
    const fresh = join(folder, "fresh");
    await refuses({ PORT: String(typeof address === "object" && address?.port), KEYWRIGHT_DATA_DIR: fresh }, /port \d+/i);
    taken.close();
    expect(await readdir(folder)).not.toContain("fresh");
  });

  it("when the data folder cannot be written", async () => {
    const file = join(folder, "plain-file");
    await writeFile(file, "");
    await refuses({ KEYWRIGHT_DATA_DIR: join(file, "data") }, /data folder/i);
  });

  it("when the master key is another one", async () => {
    const before = await snapshot();
    await refuses({ KEYWRIGHT_MASTER_KEY: randomBytes(32).toString("base64") }, /master key/i);
    expect(await snapshot()).toBe(before);
  });

  it("when the master key is no key", async () => {
    await refuses({ KEYWRIGHT_MASTER_KEY: "short" }, /KEYWRIGHT_MASTER_KEY.*32 bytes/);
  });

  it("when the secrets of its keys are elsewhere; the doctor says it too, and the right ones serve as before", async () => {
    const sealed = await readFile(join(folder, "secrets.sealed"));
    await rm(join(folder, "secrets.sealed"));
    const sentence = /^keywright: The store has keys, but the sealed file .*secrets\.sealed has no pepper for them: .*VAULT_ADDR.*secrets move --to sealed/;
    await refuses({}, sentence);
    await refuses({}, sentence);
    const doctor = await runCli(["doctor", "--json"], { KEYWRIGHT_DATA_DIR: folder });
    expect(doctor.code).toBe(1);
    const { checks } = JSON.parse(doctor.out.text) as { checks: readonly { ok: boolean; detail: string }[] };
    expect(checks.filter(({ ok }) => !ok)).toEqual([expect.objectContaining({ detail: expect.stringContaining("has no pepper for them") })]);
    await writeFile(join(folder, "secrets.sealed"), sealed);
    const server = await startKeywright({ dataDir: folder });
    expect((await server.call({ path: "/api/v1/platform/tenants", key: known().rootKey })).status).toBe(200);
    await server.stop();
  });

  it("when the store was migrated by a newer version", async () => {
    const script = `
      import { openEmbedded } from ${JSON.stringify(join(root, "packages/drivers/dist/index.js"))};
      const pool = await openEmbedded({ folder: ${JSON.stringify(join(folder, "store"))} });
      const client = await pool.connect();
      await client.query("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2099-01-01')", []);
      client.release();
      await pool.end();`;
    await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], { cwd: root });
    await refuses({}, /newer Keywright.*9999-from-the-future/);
  });

  it.each([
    [{ KEYWRIGHT_DATADIR: "x" }, /KEYWRIGHT_DATADIR.*KEYWRIGHT_DATA_DIR/],
    [{ PORT: "70000" }, /PORT.*65535/],
    [{ KEYWRIGHT_CONFIG: "/nonexistent/keywright.config.json" }, /KEYWRIGHT_CONFIG/],
  ])("when a setting is wrong: %j", async (env, sentence) => {
    await refuses(env as Record<string, string>, sentence);
  });
});
