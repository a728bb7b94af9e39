import { appendFile, chmod, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { durableSecretStoreContract, secretStoreContract } from "@keywright/core/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openSealedFile, type SealedFile } from "./sealed-file.ts";

const masterKey = new Uint8Array(32).fill(1);
const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

let folder = "";
let path = "";
let files = 0;
const newPath = (): string => {
  files += 1;
  return join(folder, `${files}.sealed`);
};
const opened: SealedFile[] = [];
const open = async (file = path): Promise<SealedFile> => {
  const store = await openSealedFile({ path: file, masterKey });
  opened.push(store);
  return store;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-sealed-"));
});
beforeEach(() => {
  path = newPath();
});
afterAll(async () => {
  await Promise.all(opened.map((store) => store.close()));
  await rm(folder, { recursive: true });
});

secretStoreContract("a sealed file", () => open());
durableSecretStoreContract("a sealed file", async () => {
  const file = newPath();
  let store: SealedFile | undefined;
  return {
    open: async () => {
      await store?.close();
      store = await open(file);
      return store;
    },
  };
});

describe("a sealed file", () => {
  it("can be read and written by its owner alone, also when it was rewritten", async () => {
    const store = await open();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await store.write("a", { hash }, 0);
    await store.destroy("a");
    await store.close();
    const again = await open();
    // A change has its turn when the file is tidy.
    await again.destroy("a");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).not.toContain(`${files}.sealed.draft`);
  });

  it("is closed to others when it is opened again", async () => {
    await (await open()).close();
    await chmod(path, 0o644);
    await open();
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("holds no value in readable form", async () => {
    const store = await open();
    const values = ["plain-value-one", hash, "λόγος", "c2VjcmV0IG9mIHRoZSBwZXBwZXI"];
    await Promise.all(values.map((value, index) => store.write(`api_keys/ten_1/key_${index}`, { [`name_${value}`]: value }, 0)));
    const content = await readFile(path);
    for (const value of values) {
      const bytes = Buffer.from(value);
      for (const spelled of [bytes, Buffer.from(bytes.toString("hex")), Buffer.from(bytes.toString("base64url").slice(2, -2))]) {
        expect(content.includes(spelled)).toBe(false);
      }
    }
    expect(content.includes("name_")).toBe(false);
    expect(content.includes(Buffer.from(masterKey))).toBe(false);
    expect(content.includes("api_keys/ten_1/key_3")).toBe(true);
  });

  it("refuses another master key in one sentence, and stays as it was", async () => {
    const store = await open();
    await store.write("pepper", { v1: hash }, 0);
    await store.close();
    const before = await readFile(path);
    for (let index = 0; index < 32; index += 1) {
      const other = Uint8Array.from(masterKey, (byte, at) => (at === index ? byte ^ 0x80 : byte));
      await expect(openSealedFile({ path, masterKey: other })).rejects.toThrow(
        `${path} was sealed by another master key: start with the one that sealed it; nothing was changed.`,
      );
    }
    expect(await readFile(path)).toEqual(before);
  });

  it("refuses a master key that is not 32 bytes", async () => {
    await expect(openSealedFile({ path, masterKey: new Uint8Array(31) })).rejects.toThrow(RangeError);
    expect(await readdir(folder)).not.toContain(`${files}.sealed`);
  });

  it.each(["", "something else\n", "keywright-sealed 2 x y z\n", "\0".repeat(600)])("refuses a file that begins with %j, and leaves it", async (content) => {
    await writeFile(path, content);
    await expect(open()).rejects.toThrow(`${path} is no sealed file of a format that this version reads.`);
    expect(await readFile(path, "utf8")).toBe(content);
  });

  it("refuses a path that is a folder", async () => {
    await expect(open(folder)).rejects.toThrow(`${folder} cannot be opened for reading and writing.`);
  });

  it("takes an entry of up to 64 KiB, and text values alone", async () => {
    const store = await open();
    const data = { text: "x".repeat(65_000) };
    expect(await store.write("large", data, 0)).toBe(true);
    expect(await store.read("large")).toEqual({ data, version: 1 });
    await expect(store.write("larger", { text: "x".repeat(66_000) }, 0)).rejects.toThrow(RangeError);
    await expect(store.write("number", { text: 1 as unknown as string }, 0)).rejects.toThrow(TypeError);
    expect(await store.list("")).toEqual(["large"]);
  });

  it("writes many large entries at once, in several appends", async () => {
    const store = await open();
    const text = "y".repeat(60_000);
    const outcomes = await Promise.all(Array.from({ length: 60 }, (_, index) => store.write(`large/${index}`, { text: `${index}${text}` }, 0)));
    expect(outcomes.every((written) => written)).toBe(true);
    await store.close();
    const again = await open();
    for (let index = 0; index < 60; index += 1) expect((await again.read(`large/${index}`))?.data["text"]).toBe(`${index}${text}`);
  });

  it("refuses what more than its queue can hold, and keeps what it took", async () => {
    const store = await open();
    const outcomes = await Promise.allSettled(Array.from({ length: 5000 }, (_, index) => store.write(`queue/${index}`, { hash }, 0)));
    const taken = outcomes.filter(({ status }) => status === "fulfilled");
    expect(taken).toHaveLength(4096);
    expect(outcomes.at(-1)).toMatchObject({ reason: { name: "Unavailable", port: "secret-store" } });
    expect(await store.list("queue")).toHaveLength(4096);
    expect(await store.write("queue/4999", { hash }, 0)).toBe(true);
  });

  it("finishes on closing what was asked before, refuses what is asked after, and closes again at no cost", async () => {
    const store = await open();
    const writes = Promise.all(Array.from({ length: 50 }, (_, index) => store.write(`a/${index}`, { hash }, 0)));
    const closed = store.close();
    const unavailable = { name: "Unavailable", port: "secret-store" };
    await expect(store.write("b", { hash }, 0)).rejects.toMatchObject(unavailable);
    await expect(store.read("a/1")).rejects.toMatchObject(unavailable);
    await expect(store.list("a")).rejects.toMatchObject(unavailable);
    await expect(store.destroy("a/1")).rejects.toMatchObject(unavailable);
    expect((await writes).every((written) => written)).toBe(true);
    await closed;
    await store.close();
    expect(await (await open()).list("a")).toHaveLength(50);
  });
});

describe("a sealed file that changes under the one who has it open", () => {
  const unavailable = { name: "Unavailable", port: "secret-store" };

  it.each([
    ["was removed", (file: string) => rm(file)],
    ["was moved away", (file: string) => rename(file, `${file}.moved`)],
    ["was written to by another", (file: string) => appendFile(file, "line\n")],
    ["was replaced", async (file: string) => writeFile(`${file}.copy`, await readFile(file)).then(() => rename(`${file}.copy`, file))],
  ])("and %s acknowledges no further write, and is read on", async (_, change) => {
    const store = await open();
    await store.write("a", { hash }, 0);
    await change(path);
    await expect(store.write("b", { hash }, 0)).rejects.toMatchObject(unavailable);
    await expect(store.destroy("a")).rejects.toMatchObject(unavailable);
    expect(await store.read("a")).toEqual({ data: { hash }, version: 1 });
    expect(await store.read("b")).toBeUndefined();
  });

  it("takes no write even when it is put back, until it is opened again", async () => {
    const store = await open();
    await store.write("a", { hash }, 0);
    await rename(path, `${path}.moved`);
    await expect(store.write("b", { hash }, 0)).rejects.toMatchObject(unavailable);
    await rename(`${path}.moved`, path);
    await expect(store.write("b", { hash }, 0)).rejects.toMatchObject(unavailable);
    await store.close();
    const again = await open();
    expect(await again.write("b", { hash }, 0)).toBe(true);
    expect(await again.list("")).toEqual(["a", "b"]);
  });

  it("gives no wrong value for a record that was overwritten", async () => {
    const store = await open();
    await store.write("a", { text: "old" }, 0);
    const older = await readFile(path);
    await store.destroy("a");
    await store.write("a", { text: "new" }, 0);
    const content = await readFile(path);
    const lines = content.toString("latin1").split("\n");
    const headerBytes = (lines[0]?.length ?? 0) + 1;
    const oldLine = older.subarray(headerBytes);
    await writeFile(path, Buffer.concat([content.subarray(0, content.length - oldLine.length), oldLine]), { flag: "r+" });
    await expect(store.read("a")).rejects.toMatchObject(unavailable);
  });
});
