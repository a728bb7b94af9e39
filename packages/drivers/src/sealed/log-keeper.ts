import type { Batch } from "./batch.ts";
import type { FormatDependencies } from "./format.ts";
import { append, isUntouched, type Log, note } from "./log.ts";
import { draft, install } from "./rewrite.ts";
import { SealedFileError } from "./sealed-file-error.ts";

const MIN_GARBAGE_BYTES = 64 * 1024;
const MAX_GARBAGE_BYTES = 4 * 1024 * 1024;

export interface KeeperDependencies extends FormatDependencies {
  readonly file: string;
}

const garbageOf = (log: Log): number => log.end - log.liveBytes;

/** Keeps the one log that stands in the file: adds to it, and puts a shorter one in its place. Not for use by two at once. */
export const createLogKeeper = (dependencies: KeeperDependencies, opened: Log) => {
  const { file } = dependencies;
  let log = opened;
  /** Why nothing can be written any more; reading goes on. */
  let fault: Error | undefined;
  /** A rewriting that failed is not tried again before the garbage has doubled. */
  let patienceBytes = 0;

  const giveUp = (cause: unknown): Error => {
    fault = new SealedFileError(`${file} is not written any more until it is opened again`, cause);
    return fault;
  };

  const rewrite = async (): Promise<void> => {
    const old = log;
    const next = await draft(file, dependencies, old).catch(() => undefined);
    if (!next) {
      patienceBytes = garbageOf(old) * 2;
      return;
    }
    try {
      await install(file);
      log = next;
      patienceBytes = 0;
    } catch (cause) {
      giveUp(cause);
    }
    // Whichever is not kept; readers that are still at it are waited for. Nothing depends on how that ends.
    await (log === next ? old : next).handle.close().catch(() => undefined);
  };

  const rewriteIfOver = async (limitBytes: number): Promise<void> => {
    if (!fault && garbageOf(log) > Math.max(limitBytes, patienceBytes)) await rewrite();
  };

  return {
    log: () => log,
    /** Resolves when the records are durable, and to be read. Rejects with nothing changed. */
    add: async ({ records, lines }: Batch): Promise<void> => {
      if (fault) throw fault;
      if (records.length === 0) return;
      if (!(await isUntouched(log, file))) throw giveUp(new SealedFileError("it was removed, replaced or written by another"));
      const failure = await append(log.handle, Buffer.from(`${lines.join("\n")}\n`, "latin1"), log.end).catch(giveUp);
      if (failure) throw failure;
      for (const [index, record] of records.entries()) note(log, record, lines[index]?.length ?? 0);
    },
    /** Rewrites a file that was just opened if it holds what was destroyed, or more of no use than of use. */
    tidyOpened: (): Promise<void> => rewriteIfOver(log.holdsDestroyed ? 0 : Math.min(MAX_GARBAGE_BYTES, log.liveBytes)),
    /** Rewrites a file in use once it holds more of no use than of use, and enough to be worth it. */
    tidy: (): Promise<void> => rewriteIfOver(Math.min(MAX_GARBAGE_BYTES, Math.max(MIN_GARBAGE_BYTES, log.liveBytes))),
  };
};

export type LogKeeper = ReturnType<typeof createLogKeeper>;
