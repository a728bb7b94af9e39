#!/usr/bin/env node
/**
 * Puts the built contract, with the schema library that it stands on, into a few files. Unbundled they are seven hundred, which every start of the
 * server and of the command line would find, read and compile one by one.
 */
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const dist = fileURLToPath(new URL("../packages/contract/dist/", import.meta.url));
const bundle = await rolldown({
  input: { index: `${dist}index.js`, validation: `${dist}validation.js` },
  platform: "node",
  onLog: (level, log) => {
    if (level === "warn") throw new Error(log.message);
  },
});
await bundle.write({ dir: `${dist}bundle`, format: "esm", entryFileNames: "[name].js", chunkFileNames: "shared.js" });
await bundle.close();
