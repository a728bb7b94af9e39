import { describe, expect, it } from "vitest";
import { secretStoreContract } from "../testing/secret-store.contract.ts";
import { createMemorySecretStore } from "./memory-secret-store.ts";

secretStoreContract("memory", async () => createMemorySecretStore());

describe("the root of a memory secret store", () => {
  it("is listed as an empty folder name", async () => {
    const store = createMemorySecretStore();
    await store.write("pepper", { v1: "1" }, 0);
    await store.write("api_keys/ten_1/key_1", { hash: "1" }, 0);
    expect(await store.list("")).toEqual(["api_keys/", "pepper"]);
  });
});
