import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemorySecretStore } from "../memory/memory-secret-store.ts";
import type { SecretStore } from "../ports/secret-store.ts";

const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

let folders = 0;
/** A folder of its own for each test, so that a store which outlives a test serves the next one too. */
const newFolder = (): string => {
  folders += 1;
  return `contract_${folders}`;
};

/** What every secret store promises. `open` gives a store that works; it may be the same one for every test. */
export const secretStoreContract = (name: string, open: () => Promise<SecretStore>): void => {
  describe(`${name} keeps the promises of a secret store`, () => {
    it("reads nothing where nothing was written", async () => {
      const store = await open();
      expect(await store.read(`${newFolder()}/ten_1/key_1`)).toBeUndefined();
    });

    it("reads what was written, with its version", async () => {
      const store = await open();
      const path = `${newFolder()}/ten_1/key_1`;
      const data = { hash, note: 'λ 🔑 "quoted"\n', "a key": "a value" };
      expect(await store.write(path, data, 0)).toBe(true);
      expect(await store.read(path)).toEqual({ data, version: 1 });
    });

    it("replaces the whole entry and counts its versions", async () => {
      const store = await open();
      const path = `${newFolder()}/key_1`;
      expect(await store.write(path, { first: "1", both: "1" }, 0)).toBe(true);
      expect(await store.write(path, { second: "2", both: "2" }, 1)).toBe(true);
      expect(await store.read(path)).toEqual({ data: { second: "2", both: "2" }, version: 2 });
    });

    it("is not changed through what was given to it or read from it", async () => {
      const store = await open();
      const path = `${newFolder()}/key_1`;
      const data = { hash };
      const written = store.write(path, data, 0);
      data.hash = "changed";
      await written;
      expect(await store.read(path)).toEqual({ data: { hash }, version: 1 });
    });

    it("keeps what stands there from a writer that expects another version", async () => {
      const store = await open();
      const path = `${newFolder()}/key_1`;
      expect(await store.write(path, { hash: "early" }, 1)).toBe(false);
      expect(await store.read(path)).toBeUndefined();
      await store.write(path, { hash }, 0);
      await store.write(path, { hash: "second" }, 1);
      for (const expectedVersion of [0, 1, 3]) expect(await store.write(path, { hash: "other" }, expectedVersion)).toBe(false);
      expect(await store.read(path)).toEqual({ data: { hash: "second" }, version: 2 });
    });

    it("lets exactly one of 100 concurrent first writers win", async () => {
      const store = await open();
      const path = `${newFolder()}/key_1`;
      const outcomes = await Promise.all(Array.from({ length: 100 }, (_, writer) => store.write(path, { writer: String(writer) }, 0)));
      expect(outcomes.filter((won) => won)).toHaveLength(1);
      expect(await store.read(path)).toEqual({ data: { writer: String(outcomes.indexOf(true)) }, version: 1 });
    });

    it("loses no update of 20 concurrent writers that read, add and try again", async () => {
      const store = await open();
      const path = `${newFolder()}/key_1`;
      const add = async (writer: number): Promise<void> => {
        const entry = await store.read(path);
        const won = await store.write(path, { ...entry?.data, [`writer_${writer}`]: "was here" }, entry?.version ?? 0);
        if (!won) await add(writer);
      };
      await Promise.all(Array.from({ length: 20 }, (_, writer) => add(writer)));
      const entry = await store.read(path);
      expect(entry?.version).toBe(20);
      expect(Object.keys(entry?.data ?? {})).toHaveLength(20);
    });

    it("forgets a destroyed entry, whose path then starts anew", async () => {
      const store = await open();
      const path = `${newFolder()}/key_1`;
      await store.write(path, { hash }, 0);
      await store.write(path, { hash }, 1);
      await store.destroy(path);
      expect(await store.read(path)).toBeUndefined();
      expect(await store.write(path, { hash: "late" }, 2)).toBe(false);
      expect(await store.write(path, { hash: "new" }, 0)).toBe(true);
      expect(await store.read(path)).toEqual({ data: { hash: "new" }, version: 1 });
    });

    it("destroys nothing where nothing is", async () => {
      const store = await open();
      const folder = newFolder();
      await store.write(`${folder}/key_2`, { hash }, 0);
      await store.destroy(`${folder}/key_1`);
      await store.destroy(folder);
      expect(await store.list(folder)).toEqual(["key_2"]);
    });

    it("lists the names directly under a folder, folders with a closing slash, with or without one given", async () => {
      const store = await open();
      const folder = newFolder();
      for (const path of ["ten_2/key_1", "ten_1/key_2", "ten_1/key_1", "ten_1/deep/er/key_3", "pepper", "pepper/v1"]) {
        expect(await store.write(`${folder}/${path}`, { hash }, 0)).toBe(true);
      }
      expect(await store.list(folder)).toEqual(["pepper", "pepper/", "ten_1/", "ten_2/"]);
      expect(await store.list(`${folder}/`)).toEqual(["pepper", "pepper/", "ten_1/", "ten_2/"]);
      expect(await store.list(`${folder}/ten_1/`)).toEqual(["deep/", "key_1", "key_2"]);
      expect(await store.list(`${folder}/ten_1/deep`)).toEqual(["er/"]);
    });

    it("lists nothing under what is no folder, or no longer one", async () => {
      const store = await open();
      const folder = newFolder();
      await store.write(`${folder}/ten_1/key_1`, { hash }, 0);
      expect(await store.list(`${folder}/ten_2`)).toEqual([]);
      expect(await store.list(`${folder}/ten`)).toEqual([]);
      expect(await store.list(`${folder}/ten_1/key_1`)).toEqual([]);
      await store.destroy(`${folder}/ten_1/key_1`);
      expect(await store.list(`${folder}/ten_1`)).toEqual([]);
      expect(await store.list(folder)).toEqual([]);
    });

    it.each(["/", "//", "/a", "a//", "..", "a/../b/", "a b"])("refuses %j as a folder", async (folder) => {
      const store = await open();
      await expect(store.list(folder)).rejects.toThrow(TypeError);
    });

    it.each(["", "/", "/a", "a/", "a//b", "..", "a/../b", "a b", "a.b", "ä", "a\n", "a%2fb", "a?b"])("refuses %j as a path", async (path) => {
      const store = await open();
      await expect(store.read(path)).rejects.toThrow(TypeError);
      await expect(store.write(path, { hash }, 0)).rejects.toThrow(TypeError);
      await expect(store.destroy(path)).rejects.toThrow(TypeError);
    });
  });
};

/** A store whose data outlives it. */
export interface DurableSecretStore {
  /** Opens the data anew; what was open before is closed first. */
  open(): Promise<SecretStore>;
}

const operation = (folder: string) => {
  const path = fc.constantFrom("a", "b", "a/b", "a/c", "d/e/f").map((name) => `${folder}/${name}`);
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("write" as const), path, text: fc.string({ unit: "binary", maxLength: 40 }), version: fc.nat(4) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("update" as const), path, text: fc.string({ maxLength: 200 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("destroy" as const), path }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const), path }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("list" as const), path }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("reopen" as const) }) },
  );
};

type Operation = ReturnType<typeof operation> extends fc.Arbitrary<infer Value> ? Exclude<Value, { kind: "reopen" }> : never;

const perform = async (store: SecretStore, step: Operation): Promise<unknown> => {
  switch (step.kind) {
    case "write":
      return await store.write(step.path, { text: step.text }, step.version);
    case "update":
      return await store.write(step.path, { text: step.text }, (await store.read(step.path))?.version ?? 0);
    case "destroy":
      return await store.destroy(step.path);
    case "read":
      return await store.read(step.path);
    case "list":
      return [await store.list(step.path), await store.list(step.path.slice(0, step.path.lastIndexOf("/")))];
  }
};

/** What a secret store whose data outlives the process promises besides. `create` makes an empty one. */
export const durableSecretStoreContract = (name: string, create: () => Promise<DurableSecretStore>): void => {
  describe(`${name} keeps its data`, () => {
    it("has every entry and every version after it was opened again", async () => {
      const data = await create();
      const store = await data.open();
      const folder = newFolder();
      await Promise.all(Array.from({ length: 50 }, (_, index) => store.write(`${folder}/ten_${index % 5}/key_${index}`, { hash, index: String(index) }, 0)));
      await store.write(`${folder}/ten_0/key_0`, { hash: "second" }, 1);
      await store.destroy(`${folder}/ten_1/key_1`);

      const again = await data.open();
      expect(await again.read(`${folder}/ten_0/key_0`)).toEqual({ data: { hash: "second" }, version: 2 });
      expect(await again.read(`${folder}/ten_1/key_1`)).toBeUndefined();
      expect(await again.read(`${folder}/ten_4/key_49`)).toEqual({ data: { hash, index: "49" }, version: 1 });
      expect(await again.list(`${folder}/ten_1`)).toHaveLength(9);
      expect(await again.write(`${folder}/ten_0/key_0`, { hash: "third" }, 2)).toBe(true);
    });

    it("answers any sequence of operations as memory does, however often it is opened again", async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(operation("any"), { maxLength: 40 }), async (steps) => {
          const data = await create();
          const model = createMemorySecretStore();
          let store = await data.open();
          for (const step of steps) {
            if (step.kind === "reopen") store = await data.open();
            else expect(await perform(store, step)).toEqual(await perform(model, step));
          }
        }),
        { numRuns: 60 },
      );
    });
  });
};
