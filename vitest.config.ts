import { defineConfig } from "vitest/config";

/** Tests run from source in every workspace: the `x-source` export condition leads there. */
export default defineConfig({
  resolve: { conditions: ["x-source", "node", "import", "default"] },
  ssr: { resolve: { conditions: ["x-source", "node", "import", "default"] } },
  test: {
    include: ["packages/*/src/**/*.test.ts", "apps/*/src/**/*.test.ts", "e2e/src/**/*.test.ts", "bench/src/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
