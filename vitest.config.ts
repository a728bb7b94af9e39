import { configDefaults, defineConfig } from "vitest/config";

/** Tests run from source in every workspace: the `x-source` export condition leads there. */
const conditions = ["x-source", "node", "default"];
const source = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/** What is waited for may come late on a busy machine; a second, the runner's own default, is not patience. */
const expectations = { expect: { poll: { timeout: 20_000 } } };
const unit = { ...expectations, testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    maxWorkers: 2,
    globalSetup: ["packages/drivers/src/testing/global-setup.ts"],
    projects: [
      {
        ...source,
        test: {
          ...unit,
          name: "unit",
          // No module keeps anything that a test could change: files that load most of the source may load it once for all.
          isolate: false,
          include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "bench/src/**/*.test.ts"],
          exclude: [...configDefaults.exclude, "packages/drivers/**"],
        },
      },
      {
        ...source,
        test: {
          ...unit,
          name: "drivers",
          include: ["packages/drivers/src/**/*.test.ts"],
        },
      },
      {
        ...source,
        test: {
          ...expectations,
          name: "e2e",
          include: ["e2e/src/**/*.test.ts"],
          globalSetup: ["e2e/src/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
