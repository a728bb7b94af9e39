import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { resolveMasterKey } from "./master-key.ts";

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-master-key-"));
  file = join(folder, "master.key");
});
afterEach(() => rm(folder, { recursive: true }));

const base64 = (key: Uint8Array): string => Buffer.from(key).toString("base64");

/** The sentence of the refusal; the test fails if there is none. */
const refusalOf = async (given: string | undefined): Promise<string> => {
  const error = await resolveMasterKey({ given, file }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: "MasterKeyError" });
  return error instanceof Error ? error.message : "";
};

const key = randomBytes(32);
const noKeys = {
  "an empty text": "",
  "31 bytes": base64(randomBytes(31)),
  "33 bytes": base64(randomBytes(33)),
  "base64 without its padding": base64(key).slice(0, -1),
  hexadecimal: key.toString("hex"),
  base64url: base64(Buffer.alloc(32, 0xff)).replaceAll("/", "_"),
  "a spelling with spare bits": `${"A".repeat(42)}B=`,
  "base64 with a stray character": `${base64(key).slice(0, 20)}!${base64(key).slice(20)}`,
};

describe("a master key that is given", () => {
  it("wins over the file, which stays as it is", async () => {
    const made = await resolveMasterKey({ file });
    const resolved = await resolveMasterKey({ given: base64(key), file });
    expect(resolved).toEqual({ key: new Uint8Array(key), origin: "given" });
    expect(await readFile(file, "utf8")).toBe(`${base64(made.key)}\n`);
  });

  it("needs no file, and makes none", async () => {
    expect((await resolveMasterKey({ given: `${base64(key)}\n`, file })).key).toEqual(new Uint8Array(key));
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(Object.entries(noKeys))("is refused as %s, in a sentence that names the variable and not the value", async (_, given) => {
    const sentence = await refusalOf(given);
    expect(sentence).toContain("KEYWRIGHT_MASTER_KEY must be the base64 of exactly 32 bytes");
    if (given !== "") expect(sentence).not.toContain(given);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("a master key that is made", () => {
  it("stands in a file that its owner alone can read, and nothing is left beside it", async () => {
    const made = await resolveMasterKey({ file });
    expect(made.origin).toBe("made");
    expect(made.key).toHaveLength(32);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, "utf8")).toBe(`${base64(made.key)}\n`);
    expect(await readdir(folder)).toEqual(["master.key"]);
  });

  it("is found again", async () => {
    const made = await resolveMasterKey({ file });
    expect(await resolveMasterKey({ file })).toEqual({ key: made.key, origin: "file" });
  });

  it("is one and the same for all who ask at once", async () => {
    const resolved = await Promise.all(Array.from({ length: 20 }, () => resolveMasterKey({ file })));
    expect(new Set(resolved.map((one) => base64(one.key))).size).toBe(1);
    expect(resolved.filter(({ origin }) => origin === "made")).toHaveLength(1);
    expect(await readdir(folder)).toEqual(["master.key"]);
  });

  it("is another one in another folder", async () => {
    await mkdir(join(folder, "other"));
    const [one, other] = await Promise.all([resolveMasterKey({ file }), resolveMasterKey({ file: join(folder, "other", "master.key") })]);
    expect(one.key).not.toEqual(other.key);
  });
});

describe("a master key file", () => {
  it.each(Object.entries(noKeys))("that holds %s is refused by its name, without its content", async (_, content) => {
    await writeFile(file, content, { mode: 0o600 });
    const sentence = await refusalOf(undefined);
    expect(sentence).toContain(`${file} must hold the base64 of exactly 32 bytes`);
    if (content !== "") expect(sentence).not.toContain(content);
    expect(await readFile(file, "utf8")).toBe(content);
  });

  it.each([0o640, 0o604, 0o660, 0o644, 0o620])("of mode %o is refused, and the sentence says what is allowed", async (mode) => {
    await resolveMasterKey({ file });
    await chmod(file, mode);
    expect(await refusalOf(undefined)).toBe(`The master key file ${file} is open to others than its owner: allow its owner alone (chmod 600).`);
  });

  it("that is a folder, or in no folder, is refused by its name", async () => {
    await mkdir(file, { mode: 0o700 });
    expect(await refusalOf(undefined)).toBe(`The master key file ${file} must be a regular file.`);
    file = join(folder, "missing", "master.key");
    expect(await refusalOf(undefined)).toBe(`The master key file ${file} cannot be made (ENOENT).`);
  });
});
