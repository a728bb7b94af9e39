import { expect, it } from "vitest";
import { findPepper } from "./find-pepper.ts";
import { createRootKey } from "./keys/root-keys.ts";
import { pepperPath } from "./load-peppers.ts";
import { createMemorySecretStore } from "./memory/memory-secret-store.ts";
import { openCore, operator } from "./testing/open-core.ts";

const openUsed = async () => {
  const core = await openCore();
  await createRootKey(core, { actor: operator, name: "r", permissions: ["*"], idempotency: null });
  return core;
};

it("finds the pepper where it is, before and after the first key", async () => {
  expect(await findPepper(await openCore())).toBe("here");
  expect(await findPepper(await openUsed())).toBe("here");
});

it("finds that none was made where there is no key yet", async () => {
  expect(await findPepper({ ...(await openCore()), secretStore: createMemorySecretStore() })).toBe("unmade");
});

it("finds that it is elsewhere where the store has keys, and writes nothing", async () => {
  const empty = createMemorySecretStore();
  expect(await findPepper({ ...(await openUsed()), secretStore: empty })).toBe("elsewhere");
  expect(await empty.list("")).toEqual([]);
});

it("finds what another process makes meanwhile: its first key comes after its pepper", async () => {
  const core = await openUsed();
  const looks = { count: 0 };
  const secretStore = {
    read: async (path: string) => {
      looks.count += 1;
      return looks.count === 1 ? undefined : core.secretStore.read(path);
    },
  };
  expect(await findPepper({ ...core, secretStore })).toBe("here");
  expect(await core.secretStore.read(pepperPath)).toBeDefined();
});
