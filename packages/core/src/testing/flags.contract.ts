import { describe, expect, it } from "vitest";
import type { FlagSetting } from "../memory/memory-flags.ts";
import type { Flags } from "../ports/flags.ts";

export interface OpenedFlags {
  readonly flags: Flags;
  close(): Promise<void>;
}

const flag = "enable-api-key-management";

/** What every source of flags promises. `open` gives a source in which the flag is as set. */
export const flagsContract = (name: string, open: (setting: FlagSetting) => Promise<OpenedFlags>): void => {
  describe(`${name} keeps the promises of flags`, () => {
    it.each([true, false])("says for everyone what holds for everyone: %s", async (everyone) => {
      const { flags, close } = await open({ everyone, tenants: {} });
      for (const tenantId of [null, "ten_1", "ten_2", ""]) expect(await flags.isEnabled(flag, { tenantId })).toBe(everyone);
      await close();
    });

    it.each([true, false])("says for a tenant what was set for it, where everyone else has %s", async (everyone) => {
      const { flags, close } = await open({ everyone, tenants: { ten_other: !everyone, ten_same: everyone } });
      const said = await Promise.all(["ten_other", "ten_same", "ten_unnamed", null].map((tenantId) => flags.isEnabled(flag, { tenantId })));
      expect(said).toEqual([!everyone, everyone, everyone, everyone]);
      await close();
    });

    it("says the same again, and to many at once", async () => {
      const { flags, close } = await open({ everyone: true, tenants: { ten_off: false } });
      const asked = Array.from({ length: 200 }, (_, index) => flags.isEnabled(flag, { tenantId: index % 2 === 0 ? "ten_off" : `ten_${index % 10}` }));
      expect(await Promise.all(asked)).toEqual(asked.map((_, index) => index % 2 === 1));
      expect(await flags.isEnabled(flag, { tenantId: "ten_off" })).toBe(false);
      await close();
    });
  });
};
