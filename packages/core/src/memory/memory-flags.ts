import type { FlagName, Flags } from "../ports/flags.ts";

export interface FlagSetting {
  readonly everyone: boolean;
  /** Tenant id → what holds for it instead. */
  readonly tenants: Readonly<Record<string, boolean>>;
}

/** Flags that are what they were set to: for tests, and for a look at what the port means. A flag that was not set is off. */
export const createMemoryFlags = (settings: Readonly<Partial<Record<FlagName, FlagSetting>>>) => {
  return {
    isEnabled: async (flag, { tenantId }) => {
      const { everyone, tenants } = settings[flag] ?? { everyone: false, tenants: {} };
      return tenantId !== null && Object.hasOwn(tenants, tenantId) ? tenants[tenantId] === true : everyone;
    },
  } satisfies Flags;
};
