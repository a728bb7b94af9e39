import { expect, it } from "vitest";
import { Unavailable } from "../errors.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import { secretPath } from "../prove.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { revokeRootKey } from "./revoke-key.ts";
import { createRootKey } from "./root-keys.ts";
import { sweepHashes } from "./sweep-hashes.ts";

/** Keys of one folder in the order of the sweep, each with a hash that is to be destroyed. */
const openRevoked = async (count: number) => {
  const core = await openCore();
  const made = await Promise.all(
    Array.from({ length: count }, () => createRootKey(core, { actor: operator, name: "r", permissions: ["verify"], idempotency: null })),
  );
  for (const { details } of made) await revokeRootKey(core, { actor: operator, keyId: details.key.id, reason: null });
  const paths = made.map(({ details }) => secretPath(details.key)).toSorted();
  const left = async () => (await Promise.all(paths.map((path) => core.secretStore.read(path)))).map((entry) => entry !== undefined);
  return { core, paths, left };
};

const damaged = new Unavailable("secret-store", new Error("The secret is damaged."));

/** A secret store that rejects what is asked of these paths. */
const failing = (store: SecretStore, paths: readonly (string | undefined)[]): SecretStore => {
  const check = (path: string): void => {
    if (paths.includes(path)) throw damaged;
  };
  return {
    ...store,
    read: async (path) => {
      check(path);
      return store.read(path);
    },
    destroy: async (path) => {
      check(path);
      return store.destroy(path);
    },
  };
};

it("goes on behind a secret that is damaged, and tells of the first one at the end", async () => {
  const { core, paths, left } = await openRevoked(4);
  const sweep = sweepHashes({ ...core, secretStore: failing(core.secretStore, [paths[0], paths[2]]) });
  await expect(sweep).rejects.toBe(damaged);
  expect(await left()).toEqual([true, false, true, false]);
});

it("ends at once where the secret store is out of reach: it does not wait for each key's deadline", async () => {
  const { core, left } = await openRevoked(3);
  const asked: string[] = [];
  const away = async (path: string): Promise<never> => {
    asked.push(path);
    throw damaged;
  };
  await expect(sweepHashes({ ...core, secretStore: { ...core.secretStore, read: away, destroy: away } })).rejects.toBe(damaged);
  expect(asked).toHaveLength(2);
  expect(await left()).toEqual([true, true, true]);
});

it("ends at once where the store is out of reach", async () => {
  const { core } = await openRevoked(3);
  const asked: string[] = [];
  const find = async (keyId: string): Promise<never> => {
    asked.push(keyId);
    throw new Unavailable("store");
  };
  await expect(sweepHashes({ ...core, store: { keys: { ...core.store.keys, find } } })).rejects.toMatchObject({ port: "store" });
  expect(asked).toHaveLength(1);
});
