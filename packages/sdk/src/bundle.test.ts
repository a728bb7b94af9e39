import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, it } from "vitest";

const bundle = async (entry: string): Promise<string> => {
  const result = await build({
    configFile: false,
    logLevel: "silent",
    resolve: { conditions: ["x-source", "browser"] },
    build: { write: false, minify: true, lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ["es"] } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (output === undefined || !("output" in output)) throw new Error("Nothing was bundled.");
  return output.output.map((one) => (one.type === "chunk" ? one.code : "")).join("");
};

it("is at most 12 kB compressed for a browser, and has nothing of Node in it", async () => {
  const code = await bundle("./index.ts");
  expect(code).toContain("/api/v1/verify/batch");
  expect(code).not.toMatch(/node:|typebox/);
  expect(gzipSync(code).length).toBeLessThanOrEqual(12_288);
});
