import { expect, it } from "vitest";
import { flagsContract } from "../testing/flags.contract.ts";
import { createMemoryFlags } from "./memory-flags.ts";

const flag = "enable-api-key-management";

flagsContract("the memory of one process", async (setting) => ({ flags: createMemoryFlags({ [flag]: setting }), close: async () => {} }));

it("says that a flag is off which nobody has set", async () => {
  expect(await createMemoryFlags({}).isEnabled(flag, { tenantId: null })).toBe(false);
});
