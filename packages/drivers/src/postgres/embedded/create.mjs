import { readdirSync } from "node:fs";
import { join } from "node:path";
import { syncPath } from "./durable-fs.mjs";
import { openEngine } from "./engine.mjs";

/*
 * The program that makes a new database in the empty folder that is its argument. Where it fails, the last line that it says is
 * why. Making a database takes several times the memory that working with it does; that memory goes back to the system with
 * this process.
 */

/** Every file and folder beneath `folder`, and itself: what made them did not sync them. */
const syncTree = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) syncTree(join(folder, entry.name));
    else syncPath(join(folder, entry.name));
  }
  syncPath(folder);
};

const fail = (reason) => {
  process.stderr.write(`\n${reason instanceof Error ? reason.message : reason}\n`);
  process.exit(1);
};

const create = async (folder) => {
  const engine = await openEngine(folder, { onSync: () => {}, onFailure: fail });
  await engine.close();
  syncTree(folder);
};

await create(process.argv[2]).catch(fail);
