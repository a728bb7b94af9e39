import { BATCH_BYTES, MAX_HEAD_BYTES, type SealedRecord } from "./format.ts";
import type { Log } from "./log.ts";

const BATCH_CHANGES = 256;

/** A change that waits to be appended. */
export interface Change {
  readonly kind: "w" | "d";
  readonly path: string;
  readonly text: string;
  readonly expectedVersion: number;
}

export interface Batch {
  readonly records: readonly SealedRecord[];
  /** One for each record, in ASCII, without its end. */
  readonly lines: readonly string[];
  /** One for each change: whether it holds. */
  readonly outcomes: readonly boolean[];
}

/** How many of the changes that wait fit into one append; at least one. */
export const countFitting = (waiting: readonly Change[]): number => {
  let bytes = 0;
  const tooMany = waiting.findIndex(({ text }, index) => {
    // Sealing makes four bytes of three.
    bytes += (Buffer.byteLength(text) * 4) / 3 + MAX_HEAD_BYTES;
    return index > 0 && (index >= BATCH_CHANGES || bytes > BATCH_BYTES);
  });
  return tooMany < 0 ? waiting.length : tooMany;
};

/** Decides each change against what stands and the changes before it, and seals those that hold. Changes nothing. */
export const planBatch = (log: Log, changes: readonly Change[]): Batch => {
  const planned = new Map<string, number>();
  const records: SealedRecord[] = [];
  const add = ({ kind, path, text }: Change, version: number): void => {
    planned.set(path, version);
    records.push({ sequence: log.nextSequence + records.length, batch: log.nextSequence, kind, version, path, text });
  };

  const outcomes = changes.map((change) => {
    const version = planned.get(change.path) ?? log.index.get(change.path)?.version ?? 0;
    if (change.kind === "d") {
      if (version > 0) add(change, 0);
      return true;
    }
    if (version !== change.expectedVersion) return false;
    add(change, version + 1);
    return true;
  });
  return { records, lines: records.map(log.codec.encode), outcomes };
};
