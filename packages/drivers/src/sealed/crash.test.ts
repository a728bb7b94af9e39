import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openSealedFile } from "./sealed-file.ts";

const masterKey = new Uint8Array(32).fill(4);

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-crash-"));
});
afterAll(() => rm(folder, { recursive: true }));

/**
 * Writes, overwrites and destroys without end, 40 paths at a time, and prints each change once it was acknowledged. Large
 * values, so that the file is rewritten again and again. Loads the source, as the tests do.
 */
const child = `
import { writeSync } from "node:fs";
import { runnerImport } from "vite";
const [source, path, round] = process.argv.slice(1);
const conditions = ["x-source", "node", "import", "default"];
const { module } = await runnerImport(source, { configFile: false, logLevel: "error", environments: { inline: { resolve: { conditions } } } });
const store = await module.openSealedFile({ path, masterKey: new Uint8Array(32).fill(4) });
const text = (version) => round + "." + version + "x".repeat(500);
const write = async (path, version) => {
  if (!(await store.write(path, { text: text(version + 1) }, version))) throw new Error("a write failed");
  writeSync(1, path + " " + (version + 1) + " " + text(version + 1).length + "\\n");
};
const work = async (lane) => {
  for (let step = 0; ; step += 1) {
    const path = ["round" + round, "lane" + lane, "step" + step].join("/");
    await write(path, 0);
    await write(path, 1);
    if (step % 3 === 0) continue;
    await store.destroy(path);
    writeSync(1, path + " 0 0\\n");
  }
};
await Promise.all(Array.from({ length: 40 }, (_, lane) => work(lane)));
`;

/** Starts the child, kills it as soon as it has acknowledged so many changes, and returns what it acknowledged, the last of each path. */
const acknowledgedBeforeKill = async (path: string, round: number, changes: number): Promise<Map<string, number>> => {
  const source = join(import.meta.dirname, "sealed-file.ts");
  const writer = spawn(process.execPath, ["--input-type=module", "-e", child, source, path, String(round)], {
    cwd: import.meta.dirname,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => writer.on("close", (_, signal) => resolve(signal)));
  const acknowledged = new Map<string, number>();
  let count = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    const [changed = "", version, length] = line.split(" ");
    // The kill may cut the last line.
    if (length === undefined) continue;
    acknowledged.set(changed, Number(version));
    count += 1;
    if (count === changes) writer.kill("SIGKILL");
  }
  expect(await ended).toBe("SIGKILL");
  expect(count).toBeGreaterThanOrEqual(changes);
  return acknowledged;
};

it("has everything that was acknowledged before the process was killed, each time", async () => {
  const path = join(folder, "secrets.sealed");
  const acknowledged = new Map<string, number>();
  for (const [round, changes] of [1, 700, 1500, 2333].entries()) {
    for (const [changed, version] of await acknowledgedBeforeKill(path, round, changes)) acknowledged.set(changed, version);

    const store = await openSealedFile({ path, masterKey });
    for (const [changed, version] of acknowledged) {
      const entry = await store.read(changed);
      // One change of each path may have been made and not yet acknowledged: the next version, or the destruction after the second.
      const next = version === 2 ? 0 : version + 1;
      expect([version, next], changed).toContain(entry?.version ?? 0);
      if (entry) expect(entry.data["text"]).toBe(`${changed.slice(5, changed.indexOf("/"))}.${entry.version}${"x".repeat(500)}`);
    }
    await store.close();
  }
  expect([...acknowledged.values()].filter((version) => version === 0).length).toBeGreaterThan(100);
}, 120_000);
