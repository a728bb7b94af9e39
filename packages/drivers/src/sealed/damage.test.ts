import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SecretStore } from "@keywright/core";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openSealedFile } from "./sealed-file.ts";

const masterKey = new Uint8Array(32).fill(2);
const names = ["a", "b", "c"] as const;
type State = Readonly<Record<string, { readonly text: string | undefined; readonly version: number }>>;

let folder = "";
let copy = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "keywright-damage-"));
  copy = join(folder, "copy.sealed");
});
afterAll(() => rm(folder, { recursive: true }));

const stateOf = async (store: SecretStore): Promise<State> => {
  const state: Record<string, State[string]> = {};
  for (const name of await store.list("")) {
    const entry = await store.read(name);
    if (entry) state[name] = { text: entry.data["t"], version: entry.version };
  }
  return state;
};

/** What opening the copy with this content gives: the state of the store, or the sentence of a refusal, which leaves the file. */
const openWith = async (content: Buffer): Promise<State | string> => {
  await writeFile(copy, content);
  try {
    const store = await openSealedFile({ path: copy, masterKey });
    const state = await stateOf(store);
    await store.close();
    return state;
  } catch (error) {
    expect(error).toMatchObject({ name: "SealedFileError" });
    expect((await readFile(copy)).equals(content)).toBe(true);
    return error instanceof Error ? error.message : "";
  }
};

/** A file of short records, the states after each of them, and where the last append begins. */
const makeFile = async (file: string, updates: number) => {
  const store = await openSealedFile({ path: file, masterKey });
  const states: State[] = [{}];
  const text = (step: number): string => `text ${step}`;
  for (let step = 0; step < updates; step += 1) {
    const name = names[step % names.length] ?? "a";
    await store.write(name, { t: text(step) }, Math.floor(step / names.length));
    states.push({ ...states.at(-1), [name]: { text: text(step), version: Math.floor(step / names.length) + 1 } });
  }
  const before = (await stat(file)).size;
  const expected = { ...states.at(-1) };
  await Promise.all(["x", "y"].map((name) => store.write(name, { t: name }, 0)));
  for (const name of ["x", "y"]) {
    expected[name] = { text: name, version: 1 };
    states.push({ ...expected });
  }
  await store.close();
  const content = await readFile(file);
  return { content, states, before, headerBytes: content.indexOf("\n") + 1 };
};

const damagedAt = /copy\.sealed is damaged at offset (\d+)/;

describe("a sealed file that was cut", () => {
  it("at any byte opens with all that was written up to there, and goes on from it", async () => {
    const { content, states, headerBytes } = await makeFile(join(folder, "cut.sealed"), 5);
    for (let length = headerBytes; length <= content.length; length += 1) {
      const cut = content.subarray(0, length);
      const ended = cut.toString("latin1").split("\n").length - 2;
      expect(await openWith(cut), `cut at ${length}`).toEqual(states[ended]);
    }
    const store = await openSealedFile({ path: copy, masterKey });
    expect(await store.write("x", { t: "again" }, 1)).toBe(true);
    await store.close();
  });

  it("within its header is refused", async () => {
    const { content, headerBytes } = await makeFile(join(folder, "header.sealed"), 1);
    for (let length = 0; length < headerBytes - 1; length += 1)
      expect(await openWith(content.subarray(0, length))).toMatch(/is no sealed file|is damaged at offset 0/);
  });

  it("takes new writes after the cut, which are there when it is opened again", async () => {
    const { content, states, before } = await makeFile(join(folder, "again.sealed"), 3);
    await writeFile(copy, content.subarray(0, before + 10));
    const store = await openSealedFile({ path: copy, masterKey });
    expect(await store.write("x", { t: "new" }, 0)).toBe(true);
    await store.close();
    expect(await openWith(await readFile(copy))).toEqual({ ...states[3], x: { text: "new", version: 1 } });
  });
});

/** Each byte with one of its bits turned, and as each of the bytes that mean something to the format. */
function* withOneWrongByte(content: Buffer): Generator<{ readonly damaged: Buffer; readonly name: string }> {
  for (const [offset, right] of content.entries()) {
    for (const wrong of new Set([right ^ (1 << (offset % 8)), 0x00, 0x0a, 0x20])) {
      const damaged = Buffer.from(content);
      damaged[offset] = wrong;
      if (wrong !== right) yield { damaged, name: `byte ${offset} is ${wrong}` };
    }
  }
}

describe("a sealed file in which one byte is wrong", () => {
  it("is refused, wherever the byte is", async () => {
    const { content } = await makeFile(join(folder, "flip.sealed"), 3);
    for (const { damaged, name } of withOneWrongByte(content)) expect(await openWith(damaged), name).toEqual(expect.stringMatching(/copy\.sealed (?:is|was) /));
  });

  it("is refused by the offset of the record that it is in", async () => {
    const { content, headerBytes } = await makeFile(join(folder, "offset.sealed"), 6);
    const second = content.indexOf("\n", headerBytes) + 1;
    const damaged = Buffer.from(content);
    damaged[second + 40] = (damaged[second + 40] ?? 0) ^ 1;
    expect(damagedAt.exec(String(await openWith(damaged)))?.[1]).toBe(String(second));
  });
});

describe("a sealed file whose records were tampered with", () => {
  const linesOf = (content: Buffer): string[] => content.toString("latin1").split("\n").slice(0, -1);
  const joined = (lines: readonly string[]): Buffer => Buffer.from(`${lines.join("\n")}\n`, "latin1");

  it("is refused when any is missing before the last, moved, repeated or put in the place of another", async () => {
    const { content } = await makeFile(join(folder, "order.sealed"), 8);
    const lines = linesOf(content);
    const at = fc.integer({ min: 1, max: lines.length - 2 });
    await fc.assert(
      fc.asyncProperty(at, fc.integer({ min: 1, max: lines.length - 1 }), fc.constantFrom("drop", "move", "repeat", "replace"), async (from, to, change) => {
        const line = lines[from] ?? "";
        const changed = change === "drop" || change === "move" ? lines.toSpliced(from, 1) : [...lines];
        if (change === "move" || change === "repeat") changed.splice(to, 0, line);
        if (change === "replace") changed[to] = line;
        fc.pre(changed.join() !== lines.join());
        expect(await openWith(joined(changed))).toMatch(damagedAt);
      }),
      { numRuns: 300 },
    );
  });

  it("is refused when a record comes from another file under the same master key, or its words were edited", async () => {
    const one = linesOf((await makeFile(join(folder, "one.sealed"), 4)).content);
    const other = linesOf((await makeFile(join(folder, "other.sealed"), 4)).content);
    expect(one[2]?.split(" ").slice(0, 5)).toEqual(other[2]?.split(" ").slice(0, 5));
    expect(await openWith(joined(one.with(2, other[2] ?? "")))).toMatch(damagedAt);
    expect(await openWith(joined(one.with(0, other[0] ?? "")))).toMatch(damagedAt);
    const words = (one[2] ?? "").split(" ");
    for (const [index, word] of ["01", "00", "d", "2", "c"].entries()) {
      expect(await openWith(joined(one.with(2, words.with(index, word).join(" "))))).toMatch(damagedAt);
    }
  });

  it("is refused when a whole record follows that was never written", async () => {
    const { content } = await makeFile(join(folder, "added.sealed"), 2);
    expect(await openWith(Buffer.concat([content, Buffer.from("5 5 w 1 z AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n")]))).toMatch(damagedAt);
  });
});

describe("a sealed file after a loss of power", () => {
  /** One acknowledged append, and one of many sectors that is the last. */
  const makeLong = async () => {
    const file = join(folder, "long.sealed");
    await rm(file, { force: true });
    const store = await openSealedFile({ path: file, masterKey });
    const write = async (name: string): Promise<number> => {
      await Promise.all(Array.from({ length: 30 }, (_, index) => store.write(`${name}_${index}`, { t: name.repeat(20) }, 0)));
      return (await stat(file)).size;
    };
    const [first, second] = [await write("first"), await write("second")];
    await store.close();
    return { content: await readFile(file), first, second };
  };
  const namesOf = (outcome: State | string): string[] => (typeof outcome === "string" ? [outcome] : Object.keys(outcome));

  it("opens with all that was acknowledged, whichever sectors of the last append are zeros", async () => {
    const { content, first, second } = await makeLong();
    const sectors = Array.from({ length: Math.ceil(second / 512) - Math.floor(first / 512) }, (_, index) => Math.floor(first / 512) + index);
    await fc.assert(
      fc.asyncProperty(fc.subarray(sectors, { minLength: 1 }), fc.boolean(), fc.nat(2000), async (lost, isCut, length) => {
        const torn = Buffer.from(content);
        for (const sector of lost) torn.fill(0, Math.max(first, sector * 512), Math.min(second, (sector + 1) * 512));
        const found = namesOf(await openWith(isCut ? torn.subarray(0, Math.max(first, second - length)) : torn));
        expect(found.filter((name) => name.startsWith("first_"))).toHaveLength(30);
      }),
      { numRuns: 100 },
    );
  });

  it("opens where the file grew and nothing of the append arrived", async () => {
    const { content, second } = await makeLong();
    expect(namesOf(await openWith(Buffer.concat([content, Buffer.alloc(3000)])))).toHaveLength(60);
    expect(await stat(copy).then(({ size }) => size)).toBe(second);
  });

  it("is refused where zeros stand in what was acknowledged before another append", async () => {
    const { content, first } = await makeLong();
    for (let start = 512; start + 512 < first; start += 512) {
      const damaged = Buffer.from(content);
      damaged.fill(0, start, start + 512);
      expect(await openWith(damaged)).toMatch(damagedAt);
    }
  });

  it("is refused where more is unreadable than one append can be", async () => {
    const { content } = await makeLong();
    expect(await openWith(Buffer.concat([content, Buffer.alloc(2 * 1024 * 1024)]))).toMatch(damagedAt);
    await copyFile(join(folder, "long.sealed"), copy);
    expect(namesOf(await openWith(await readFile(copy)))).toHaveLength(60);
  });
});
