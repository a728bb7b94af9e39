#!/usr/bin/env node
/**
 * Puts what every start of the server and of the command line would find, read and compile file by file into a few files: the contract with the schema
 * library that it stands on, the core, the server, and the library that writes SQL. Unbundled they are twelve hundred.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, isAbsolute, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));

const bundle = async (options, output) => {
  const made = await rolldown({
    platform: "node",
    ...options,
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  await made.write({ format: "esm", ...output });
  await made.close();
};

const contract = join(root, "packages/contract/dist");
const inputs = { index: join(contract, "index.js"), validation: join(contract, "validation.js") };
await bundle({ input: inputs }, { dir: join(contract, "bundle"), entryFileNames: "[name].js", chunkFileNames: "shared.js" });

/** Its own modules alone, from source, so that the map leads there. Beside the modules, whose paths to their neighbours then hold here too. */
const bundleOwn = (workspace) =>
  bundle(
    { input: { bundle: join(root, workspace, "src/index.ts") }, external: (id) => !id.startsWith(".") && !isAbsolute(id) },
    { dir: join(root, workspace, "dist"), sourcemap: true, entryFileNames: "[name].js", chunkFileNames: "bundle-[name].js" },
  );
await bundleOwn("packages/core");
await bundleOwn("apps/server");

/** The drivers stay as they are, files beside files that workers and scripts are read from; only what they name is the bundle. */
const drivers = join(root, "packages/drivers/dist");
const kysely = join(drivers, "kysely.js");
await bundle({ cwd: drivers, input: "kysely" }, { file: kysely });
const modules = readdirSync(drivers, { recursive: true }).filter((name) => name.endsWith(".js"));
for (const file of modules.map((name) => join(drivers, name)).filter((path) => path !== kysely)) {
  const text = readFileSync(file, "utf8");
  const path = relative(dirname(file), kysely).replaceAll("\\", "/");
  const pointed = text.replaceAll('from "kysely"', `from "${path.startsWith(".") ? path : `./${path}`}"`);
  if (pointed !== text) writeFileSync(file, pointed);
}
