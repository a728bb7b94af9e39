import { basename, dirname } from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { durableFolder } from "./durable-fs.mjs";

/**
 * PGlite's own parameters but for `-F`, which would switch fsync off. Then ours: commits reach the disk, memory stays small.
 * Planning costs more than most statements do, so a plan is made once; tables may be empty then, and all the same it must be
 * one for full tables: by index.
 */
const startParams = [
  "--single",
  "-O",
  "-j",
  ...[
    "search_path=public",
    "exit_on_error=false",
    "log_checkpoints=false",
    "max_worker_processes=0",
    "max_parallel_workers=0",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
    "io_method=sync",
    "fsync=on",
    "wal_sync_method=fsync",
    "shared_buffers=16MB",
    "max_wal_size=64MB",
    "min_wal_size=32MB",
    "plan_cache_mode=force_generic_plan",
    "enable_seqscan=off",
  ].flatMap((setting) => ["-c", setting]),
];
const initialMemory = 128 * 1024 * 1024;

/** Segments of the write-ahead log, 16 MB each, that may be begun before a checkpoint is due. */
const segmentsPerCheckpoint = 2;

/**
 * Opens PGlite on a folder; where the folder is empty, as a new database.
 *
 * @param {string} folder
 * @param {import("./durable-fs.mjs").SyncObserver} observer
 */
export const openEngine = async (folder, { onSync, onFailure }) => {
  let segment = "";
  let segmentsBegun = 0;
  const noteSegment = (path) => {
    if (basename(dirname(path)) !== "pg_wal" || basename(path) === segment) return;
    segment = basename(path);
    segmentsBegun += 1;
  };
  const files = durableFolder(folder, {
    onSync: (path) => {
      noteSegment(path);
      onSync(path);
    },
    onFailure,
  });
  const pg = new PGlite({ fs: files, startParams, initialMemory });
  await pg.waitReady;

  /** Hands one or more whole protocol messages to PostgreSQL; all that it answers. */
  const exchange = async (messages) => {
    const chunks = [];
    await pg.execProtocolRawStream(messages, { syncToFs: false, onRawData: (bytes) => void chunks.push(bytes.slice()) });
    return joined(chunks);
  };

  return {
    exchange,
    /** PostgreSQL has no process beside it here that would checkpoint: the log would grow for ever, and recovery with it. */
    checkpointIfDue: async () => {
      if (segmentsBegun < segmentsPerCheckpoint) return;
      await exchange(simpleQuery("checkpoint"));
      segmentsBegun = 0;
    },
    close: () => pg.close(),
  };
};

/**
 * A message of the simple query protocol (PostgreSQL, 54.7: `Q`, length, text, NUL).
 *
 * @param {string} text
 */
const simpleQuery = (text) => {
  const body = Buffer.from(`${text}\0`);
  const message = Buffer.alloc(5 + body.length);
  message.write("Q");
  message.writeUInt32BE(4 + body.length, 1);
  body.copy(message, 5);
  return message;
};

/** @param {Uint8Array[]} chunks */
const joined = (chunks) => {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
};
