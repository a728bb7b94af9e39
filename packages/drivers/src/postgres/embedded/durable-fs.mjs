import { closeSync, fsyncSync, openSync } from "node:fs";
import { NodeFS } from "@electric-sql/pglite/nodefs";

/**
 * @typedef {object} SyncObserver
 * @property {(path: string) => void} onSync After a file or folder was synced; its path.
 * @property {(reason: unknown) => void} onFailure Disk or engine failed: nothing may be acknowledged any more. Does not return.
 */

/**
 * PGlite's folder on disk, with an `fsync` that reaches the disk. The one that PGlite comes with does nothing.
 *
 * @param {string} folder
 * @param {SyncObserver} observer
 */
export const durableFolder = (folder, observer) => {
  const files = new NodeFS(folder);
  const init = files.init.bind(files);
  files.init = async (pg, options) => {
    const amended = await init(pg, options);
    const { emscriptenOpts } = amended;
    emscriptenOpts.preRun = [...(emscriptenOpts.preRun ?? []), (module) => syncForReal(module.NODEFS, observer)];
    // PostgreSQL aborts where it cannot go on, such as without its log; PGlite would go on calling into what is left of it.
    emscriptenOpts.onAbort = observer.onFailure;
    return amended;
  };
  return files;
};

/**
 * Gives Emscripten's NODEFS an `fsync`. It has no `fdatasync`, so PostgreSQL runs with `wal_sync_method=fsync`.
 *
 * @param {{ stream_ops: Record<string, unknown>, realPath: (node: unknown) => string }} nodeFs
 * @param {SyncObserver} observer
 */
export const syncForReal = (nodeFs, { onSync, onFailure }) => {
  nodeFs.stream_ops.fsync = (stream) => {
    const path = nodeFs.realPath(stream.node);
    try {
      // A folder has no open file behind its stream.
      if (stream.nfd === undefined) syncPath(path);
      else fsyncSync(stream.nfd);
    } catch (error) {
      onFailure(error);
    }
    onSync(path);
    return 0;
  };
};

/**
 * Syncs a file or a folder by its path.
 *
 * @param {string} path
 */
export const syncPath = (path) => {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};
