import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import type { Cryptography } from "@keywright/core";
import { SealedFileError } from "./sealed-file-error.ts";

/*
 * A sealed file is lines of ASCII.
 *
 *   keywright-sealed 1 <file id> <check value> <crc32>
 *   <sequence> <batch> <w|d> <version> <path> <sealed value>
 *   …
 *
 * Values are sealed under a key of this file alone, derived from the master key and the file id. What stands before a value is
 * readable, and authenticated with it: with the file id and the sequence in it, a record opens in its own file and its own
 * place only. `batch` is the sequence of the first record that was appended together with this one.
 */

const FORMAT = "keywright-sealed 1";
export const NEW_LINE = 0x0a;
/** No header and no record is longer: `MAX_VALUE_BYTES` sealed, its path and its numbers. */
export const MAX_LINE_BYTES = 96 * 1024;
/** The longest JSON of one entry, in bytes. */
export const MAX_VALUE_BYTES = 64 * 1024;
/** What a line holds besides its value, at most. */
export const MAX_HEAD_BYTES = 640;
/** A batch takes no further record once it is this long. */
export const BATCH_BYTES = 1024 * 1024;

const RECORD_HEAD = /^(\d{1,16}) (\d{1,16}) ([wd]) (\d{1,16}) ([A-Za-z0-9_/-]{1,512}) /;

export interface SealedRecord {
  readonly sequence: number;
  readonly batch: number;
  /** A written value, or the mark that the path was destroyed. */
  readonly kind: "w" | "d";
  readonly version: number;
  readonly path: string;
  /** The JSON of the entry's data; empty for a destroyed path. */
  readonly text: string;
}

export interface FormatDependencies {
  readonly cryptography: Cryptography;
  readonly masterKey: Uint8Array;
}

/** The records of one file as lines (without the line's end), and back. */
export interface Codec {
  readonly header: string;
  encode(record: SealedRecord): string;
  /** The record of a line; undefined for a line that this file's key did not seal so. */
  decode(line: Buffer): SealedRecord | undefined;
}

const checksum = (text: string): string => crc32(text).toString(16).padStart(8, "0");

const codecOf = ({ cryptography, masterKey }: FormatDependencies, fileId: string) => {
  const identity = `${FORMAT} ${fileId}`;
  const key = cryptography.deriveKey(masterKey, identity);

  return {
    identity,
    encode: ({ sequence, batch, kind, version, path, text }: SealedRecord): string => {
      const head = `${sequence} ${batch} ${kind} ${version} ${path} `;
      return head + cryptography.seal(key, text, `${identity} ${head}`);
    },
    decode: (line: Buffer): SealedRecord | undefined => {
      const spelled = line.toString("latin1");
      const match = RECORD_HEAD.exec(spelled);
      if (!match) return undefined;
      const [head, sequence, batch, kind, version, path = ""] = match;
      const text = cryptography.open(key, spelled.slice(head.length), `${identity} ${head}`);
      if (text === undefined) return undefined;
      return {
        sequence: Number(sequence),
        batch: Number(batch),
        kind: kind === "w" ? "w" : "d",
        version: Number(version),
        // A copy of its own: a slice would keep the whole line in memory for as long as the path is known.
        path: line.toString("latin1", head.length - path.length - 1, head.length - 1),
        text,
      };
    },
    sealCheck: (): string => cryptography.seal(key, "", `${identity} check`),
    opensCheck: (check: string): boolean => cryptography.open(key, check, `${identity} check`) !== undefined,
  };
};

/** The codec of a new file, under an id of its own. */
export const newCodec = (dependencies: FormatDependencies): Codec => {
  const { identity, sealCheck, encode, decode } = codecOf(dependencies, randomBytes(16).toString("base64url"));
  const unchecked = `${identity} ${sealCheck()}`;
  return { header: `${unchecked} ${checksum(unchecked)}`, encode, decode };
};

/**
 * The codec of a file that exists, by its first line. The checksum tells a damaged header from a header that is whole and was
 * sealed by another master key: the two send the operator to different places.
 */
export const codecOfHeader = (dependencies: FormatDependencies, file: string, line: Buffer): Codec => {
  const header = line.toString("latin1");
  if (!header.startsWith(`${FORMAT} `)) throw new SealedFileError(`${file} is no sealed file of a format that this version reads.`);
  const [, fileId = "", check = "", crc = ""] = /^keywright-sealed 1 ([\w-]{22}) ([\w-]{38}) ([0-9a-f]{8})$/.exec(header) ?? [];
  if (crc === "" || checksum(header.slice(0, -crc.length - 1)) !== crc) throw new SealedFileError(`${file} is damaged at offset 0.`);
  const { opensCheck, encode, decode } = codecOf(dependencies, fileId);
  if (!opensCheck(check)) {
    throw new SealedFileError(`${file} was sealed by another master key: start with the one that sealed it; nothing was changed.`);
  }
  return { header, encode, decode };
};
