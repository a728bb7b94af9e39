import type { SecretStore } from "@keywright/core";
import { durableSecretStoreContract, secretStoreContract } from "@keywright/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeWithVault, startVault, type VaultServer } from "../testing/vault-engine.ts";
import { newToken, setUpVault } from "../testing/vault-setup.ts";
import { createVault, type Vault } from "./index.ts";

const hash = "$2b$12$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

/** A store whose whole tree is the branch of another one, where the policy lets Keywright go. */
const branch = (store: SecretStore, folder: string): SecretStore => ({
  read: (path) => store.read(`${folder}/${path}`),
  write: (path, data, version) => store.write(`${folder}/${path}`, data, version),
  destroy: (path) => store.destroy(`${folder}/${path}`),
  list: (name) => store.list(`${folder}/${name}`),
});

await describeWithVault("Vault", () => {
  let server: VaultServer;
  let branches = 0;
  const opened: Vault[] = [];
  beforeAll(async () => {
    server = await startVault();
    await setUpVault(server);
  });
  afterAll(async () => {
    await Promise.all(opened.map((vault) => vault.close()));
    await server.stop();
  });
  const open = async (): Promise<Vault> => {
    const vault = createVault({ address: server.address, auth: await newToken(server), deadlineMs: 20_000 });
    opened.push(vault);
    return vault;
  };
  const newFolder = (): string => {
    branches += 1;
    return `api_keys/branch_${branches}`;
  };

  secretStoreContract("Vault, by Keywright's policy,", async () => branch(await open(), newFolder()));
  durableSecretStoreContract("Vault, by Keywright's policy,", async () => {
    const folder = newFolder();
    return { open: async () => branch(await open(), folder) };
  });

  describe("several processes on one Vault", () => {
    it("let exactly one of 100 writers win, at the first version and at every later one", async () => {
      const vaults = await Promise.all(Array.from({ length: 4 }, open));
      const path = `${newFolder()}/raced`;
      for (const version of [0, 1, 2, 3]) {
        const outcomes = await Promise.all(Array.from({ length: 100 }, (_, writer) => vaults[writer % 4]?.write(path, { writer: `${writer}` }, version)));
        expect(outcomes.filter((won) => won === true)).toHaveLength(1);
        const written = { data: { writer: String(outcomes.indexOf(true)) }, version: version + 1 };
        for (const vault of vaults) expect(await vault.read(path)).toEqual(written);
      }
    });

    it("agree on one pepper, which none of them can remove", async () => {
      const vaults = await Promise.all(Array.from({ length: 4 }, open));
      const outcomes = await Promise.all(vaults.map((vault, index) => vault.write("keywright/pepper", { current: `${index}` }, 0)));
      expect(outcomes.filter((won) => won)).toHaveLength(1);
      const [vault] = vaults;
      expect(await vault?.read("keywright/pepper")).toEqual({ data: { current: String(outcomes.indexOf(true)) }, version: 1 });
      expect(await vault?.list("keywright")).toEqual(["pepper"]);
      await expect(vault?.destroy("keywright/pepper")).rejects.toMatchObject({
        name: "Unavailable",
        cause: { message: expect.stringMatching(/^Vault denies DELETE secret\/metadata\/keywright\/pepper: give the policy/) },
      });
      expect(await vault?.read("keywright/pepper")).toBeDefined();
    });
  });

  describe("what was edited by hand", () => {
    it("reads values that are no strings as their JSON", async () => {
      const path = `${newFolder()}/key_1`;
      await server.admin({ method: "POST", path: `secret/data/${path}`, body: { data: { hash, number: 7, nothing: null, deep: { er: [true] } } } });
      expect(await (await open()).read(path)).toEqual({ data: { hash, number: "7", nothing: "null", deep: '{"er":[true]}' }, version: 1 });
    });

    it("reads the edited entry, and keeps it from a writer who has not", async () => {
      const [vault, path] = [await open(), `${newFolder()}/key_1`];
      await vault.write(path, { hash }, 0);
      await server.admin({ method: "POST", path: `secret/data/${path}`, body: { data: { hash: "edited" } } });
      expect(await vault.write(path, { hash: "next" }, 1)).toBe(false);
      expect(await vault.read(path)).toEqual({ data: { hash: "edited" }, version: 2 });
    });

    it("takes a version that was deleted or destroyed for nothing, and can write there again", async () => {
      const vault = await open();
      for (const [method, path] of [
        ["DELETE", "secret/data"],
        ["POST", "secret/destroy"],
      ] as const) {
        const key = `${newFolder()}/key_1`;
        await vault.write(key, { hash }, 0);
        await server.admin({ method, path: `${path}/${key}`, ...(method === "POST" && { body: { versions: [1] } }) });
        expect(await vault.read(key)).toBeUndefined();
        expect(await vault.write(key, { hash: "next" }, 0)).toBe(true);
        expect((await vault.read(key))?.data).toEqual({ hash: "next" });
        expect(await vault.write(key, { hash: "third" }, 0)).toBe(false);
      }
    });

    it("leaves out names that no path of the port can have", async () => {
      const [vault, folder] = [await open(), newFolder()];
      await vault.write(`${folder}/key_1`, { hash }, 0);
      for (const name of ["a.b", "with space", "ä"]) {
        await server.admin({ method: "POST", path: `secret/data/${folder}/${encodeURIComponent(name)}`, body: { data: { hash } } });
      }
      expect(await vault.list(folder)).toEqual(["key_1"]);
    });
  });

  describe("what is no entry", () => {
    it("is refused before it is sent", async () => {
      const [vault, folder] = [await open(), newFolder()];
      await expect(vault.write(`${folder}/a`, { half: "\ud83d" }, 0)).rejects.toThrow(TypeError);
      await expect(vault.write(`${folder}/a`, { long: "x".repeat(70_000) }, 0)).rejects.toThrow(RangeError);
      expect(await vault.list(folder)).toEqual([]);
    });
  });
});
