import { setImmediate } from "node:timers/promises";

/** Parts of the library in the order in which they need one another, so that each brings little beside itself. */
const steps: readonly (() => Promise<unknown>)[] = [
  () => import("better-auth/crypto"),
  () => import("better-auth/db"),
  () => import("better-auth/cookies"),
  () => import("better-auth/api"),
  () => import("better-auth"),
  () => import("better-auth/plugins/two-factor"),
  () => import("./accounts.ts"),
];

/**
 * People's accounts, loaded piece by piece: at once they hold up everything else of the process for a quarter of a second, in pieces for a fifth of
 * that, and what waits has its turn between two of them.
 */
export const loadAccountsInSteps = async (): Promise<typeof import("./accounts.ts")> => {
  for (const load of steps) {
    await load();
    await setImmediate();
  }
  return import("./accounts.ts");
};
