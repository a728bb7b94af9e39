import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemorySecretStore } from "../memory/memory-secret-store.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import { type MoveSecrets, moveSecrets } from "./move-secrets.ts";

const filled = async (secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): Promise<SecretStore> => {
  const store = createMemorySecretStore();
  for (const [path, data] of Object.entries(secrets)) await store.write(path, data, 0);
  return store;
};
const pepper = { "keywright/pepper": { current: "1", v1: "aa" } };
const move = (from: SecretStore, to: SecretStore, change: Partial<MoveSecrets> = {}) =>
  moveSecrets({ from, to, dryRun: false, onProgress: () => {}, ...change });

describe("moving secrets", () => {
  it("brings each of them, whatever there is, and a second time none", async () => {
    const name = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
    const below = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/"));
    const path = fc.tuple(fc.constantFrom("keywright", "api_keys"), below).map((names) => names.join("/"));
    const data = fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(fc.dictionary(path, data, { maxKeys: 12 }), async (secrets) => {
        const [from, to] = [await filled(secrets), createMemorySecretStore()];
        const count = Object.keys(secrets).length;
        expect(await move(from, to)).toEqual({ looked: count, moved: count });
        for (const [at, value] of Object.entries(secrets)) expect((await to.read(at))?.data).toEqual(value);
        expect(await move(from, to)).toEqual({ looked: count, moved: 0 });
      }),
    );
  });

  it("brings the pepper first, and tells how far it is", async () => {
    const from = await filled({ "api_keys/ten_1/key_1": { sec_1: "h" }, ...pepper, "api_keys/ten_1/key_2": { sec_2: "h" } });
    const to = createMemorySecretStore();
    const told: number[] = [];
    const interrupted = move(from, to, {
      onProgress: ({ moved }) => {
        told.push(moved);
        if (moved === 2) throw new Error("interrupted");
      },
    });
    await expect(interrupted).rejects.toThrow("interrupted");
    expect(await to.read("keywright/pepper")).toBeDefined();
    expect(await move(from, to)).toEqual({ looked: 3, moved: 1 });
    expect(told).toEqual([1, 2]);
  });

  it("writes nothing in a dry run", async () => {
    const [from, to] = [await filled(pepper), createMemorySecretStore()];
    expect(await move(from, to, { dryRun: true })).toEqual({ looked: 1, moved: 1 });
    expect(await to.list("")).toEqual([]);
  });

  it("keeps the secrets of both, where a key was regenerated in the new place meanwhile", async () => {
    const at = "api_keys/ten_1/key_1";
    const from = await filled({ [at]: { sec_1: "one", sec_2: "two" } });
    const to = await filled({ [at]: { sec_1: "one", sec_3: "three" } });
    await move(from, to);
    expect((await to.read(at))?.data).toEqual({ sec_1: "one", sec_2: "two", sec_3: "three" });
  });

  it("joins a regeneration that comes in between reading and writing", async () => {
    const at = "api_keys/ten_1/key_1";
    const [from, to] = [await filled({ [at]: { sec_1: "one" } }), createMemorySecretStore()];
    const hasty: SecretStore = {
      ...to,
      write: async (path, data, version) => {
        if (version === 0) await to.write(path, { sec_9: "between" }, 0);
        return to.write(path, data, version);
      },
    };
    expect(await move(from, hasty)).toEqual({ looked: 1, moved: 1 });
    expect((await to.read(at))?.data).toEqual({ sec_1: "one", sec_9: "between" });
  });

  it("writes nothing over another installation's pepper", async () => {
    const [from, to] = [await filled(pepper), await filled({ "keywright/pepper": { current: "1", v1: "bb" } })];
    await expect(move(from, to)).rejects.toThrow("At keywright/pepper both secret stores have something, and not the same");
    expect((await to.read("keywright/pepper"))?.version).toBe(1);
  });
});
