import { readdirSync } from "node:fs";
import { join } from "node:path";
import { workerData } from "node:worker_threads";
import { syncPath } from "./durable-fs.mjs";
import { openEngine } from "./engine.mjs";

/*
 * The worker that makes a new database, and ends. Making one takes several times the memory that working with it does; that
 * memory goes back to the system with the worker.
 */

/** Every file and folder beneath `folder`, and itself: what made them did not sync them. */
const syncTree = (folder) => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) syncTree(join(folder, entry.name));
    else syncPath(join(folder, entry.name));
  }
  syncPath(folder);
};

const { folder } = workerData;
const engine = await openEngine(folder, {
  onSync: () => {},
  onFailure: (reason) => {
    throw reason;
  },
});
await engine.close();
syncTree(folder);
