import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSealedFile, type SealedFile } from "./sealed-file.ts";

const masterKey = new Uint8Array(32).fill(3);
const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

let folder = "";
let path = "";
let store: SealedFile;
/** Opens the file, and waits until it is tidy: a change has its turn after that. */
const openTidy = async (): Promise<void> => {
  store = await openSealedFile({ path, masterKey });
  await store.destroy("nothing");
};
const reopen = async (): Promise<void> => {
  await store.close();
  await openTidy();
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-compaction-"));
  path = join(folder, "secrets.sealed");
  store = await openSealedFile({ path, masterKey });
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

const sizeOf = async (): Promise<number> => (await stat(path)).size;
/** The sealed text of the last record. */
const lastSealed = async (): Promise<string> => (await readFile(path, "latin1")).trimEnd().split(" ").at(-1) ?? "";
const holds = async (sealed: string): Promise<boolean> => (await readFile(path, "latin1")).includes(sealed);

/** Overwrites one path until the file became shorter; how long it was at most. */
const writeUntilShorter = async (): Promise<number> => {
  let size = 0;
  for (let round = 0; round < 200; round += 1) {
    const version = (await store.read("busy"))?.version ?? 0;
    await store.write("busy", { text: "x".repeat(4000) }, version);
    const now = await sizeOf();
    if (now < size) return size;
    size = now;
  }
  throw new Error("the file only ever grew");
};

describe("a destroyed value", () => {
  it("has left the file when it is opened again, and the paths around it have not", async () => {
    await store.write("keep/1", { hash: "1" }, 0);
    await store.write("gone", { hash }, 0);
    const sealed = await lastSealed();
    await store.write("keep/2", { hash: "2" }, 0);
    await store.write("keep/2", { hash: "3" }, 1);
    await store.destroy("gone");
    expect(await holds(sealed)).toBe(true);
    await reopen();
    expect(await holds(sealed)).toBe(false);
    expect(await holds("gone")).toBe(false);
    expect(await store.read("keep/1")).toEqual({ data: { hash: "1" }, version: 1 });
    expect(await store.read("keep/2")).toEqual({ data: { hash: "3" }, version: 2 });
    expect(await store.write("keep/2", { hash: "4" }, 2)).toBe(true);
    await reopen();
    expect(await store.read("keep/2")).toEqual({ data: { hash: "4" }, version: 3 });
  });

  it("leaves the file in operation, once more is of no use than of use", async () => {
    await store.write("keep", { hash }, 0);
    await store.write("gone", { hash }, 0);
    const sealed = await lastSealed();
    await store.destroy("gone");
    await writeUntilShorter();
    expect(await holds(sealed)).toBe(false);
    expect(await store.read("keep")).toEqual({ data: { hash }, version: 1 });
    expect(await store.list("")).toEqual(["busy", "keep"]);
  });
});

describe("a file that is rewritten", () => {
  it("is read from the start, and written from when it is tidy", async () => {
    const paths = Array.from({ length: 500 }, (_, index) => `keep/${index}`);
    await Promise.all(paths.map((one) => store.write(one, { hash: one }, 0)));
    const sealed = await lastSealed();
    await store.destroy("keep/499");
    await store.close();
    store = await openSealedFile({ path, masterKey });
    const written = store.write("keep/499", { hash: "new" }, 0);
    for (const one of paths.slice(0, -1)) expect(await store.read(one)).toEqual({ data: { hash: one }, version: 1 });
    expect(await written).toBe(true);
    expect(await store.read("keep/499")).toEqual({ data: { hash: "new" }, version: 1 });
    expect(await holds(sealed)).toBe(false);
  });

  it("stays short however often a path is overwritten", async () => {
    expect(await writeUntilShorter()).toBeLessThan(80_000);
    expect(await writeUntilShorter()).toBeLessThan(80_000);
    expect(await sizeOf()).toBeLessThan(20_000);
    expect(await readdir(folder)).toEqual(["secrets.sealed"]);
  });

  it("is left alone on opening while half of it is of use and nothing in it was destroyed", async () => {
    for (let index = 0; index < 10; index += 1) await store.write(`keep/${index}`, { hash }, 0);
    for (let index = 0; index < 5; index += 1) await store.write(`keep/${index}`, { hash: "short" }, 1);
    const before = await readFile(path);
    await reopen();
    expect(await readFile(path)).toEqual(before);
    for (let index = 0; index < 10; index += 1) await store.write(`keep/${index}`, { hash }, index < 5 ? 2 : 1);
    await reopen();
    expect(await sizeOf()).toBeLessThan(before.length);
  });

  it("answers those who read and write in the meantime", async () => {
    const paths = Array.from({ length: 300 }, (_, index) => `api_keys/ten_${index % 7}/key_${index}`);
    await Promise.all(paths.map((one) => store.write(one, { hash: one }, 0)));
    let isDone = false;
    const readers = Promise.all(
      [0, 1, 2, 3].map(async (first) => {
        for (let index = first; !isDone; index = (index + 4) % paths.length) {
          const one = paths[index] ?? "";
          expect((await store.read(one))?.data["hash"]).toBe(one);
        }
      }),
    );
    for (let round = 0; round < 3; round += 1) await writeUntilShorter();
    isDone = true;
    await readers;
    await reopen();
    for (const one of paths) expect(await store.read(one)).toEqual({ data: { hash: one }, version: 1 });
  });

  it("goes on as it is while it cannot be rewritten, and is rewritten later", async () => {
    await mkdir(`${path}.draft`);
    let version = 0;
    const writeTwenty = async (): Promise<void> => {
      for (let count = 0; count < 20; count += 1) {
        expect(await store.write("busy", { text: "x".repeat(4000) }, version)).toBe(true);
        version += 1;
      }
    };
    await writeTwenty();
    const before = await sizeOf();
    expect(before).toBeGreaterThan(20 * 4000);
    await rmdir(`${path}.draft`);
    await writeTwenty();
    await writeTwenty();
    expect(await sizeOf()).toBeLessThan(before);
    expect((await store.read("busy"))?.version).toBe(60);
  });
});

describe("a process that dies while it rewrites", () => {
  const contentOf = async (): Promise<unknown> => Promise.all((await store.list("keys")).map(async (name) => [name, await store.read(`keys/${name}`)]));

  it("leaves the same entries, however much of the draft was written", async () => {
    for (let index = 0; index < 4; index += 1) await store.write(`keys/${index}`, { hash: `${index}` }, 0);
    await store.write("keys/0", { hash: "second" }, 1);
    await store.destroy("keys/1");
    const [old, expected] = [await readFile(path), await contentOf()];
    await reopen();
    const rewritten = await readFile(path);
    expect(rewritten.length).toBeLessThan(old.length);
    expect(await contentOf()).toEqual(expected);

    for (let length = 0; length <= rewritten.length; length += 7) {
      await store.close();
      await writeFile(path, old);
      await writeFile(`${path}.draft`, rewritten.subarray(0, length));
      await openTidy();
      expect(await contentOf()).toEqual(expected);
      expect(await readdir(folder)).toEqual(["secrets.sealed"]);
    }
  });

  it("before its file was ever in place leaves none, and a new one is begun", async () => {
    await store.close();
    const begun = await readFile(path);
    await rm(path);
    await writeFile(`${path}.draft`, begun.subarray(0, 20));
    store = await openSealedFile({ path, masterKey });
    expect(await store.list("")).toEqual([]);
    expect(await readdir(folder)).toEqual(["secrets.sealed"]);
  });
});
