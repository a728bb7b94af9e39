import { digitOf, encodeNumber, randomText, readNumber } from "./base62.ts";
import { beganCrc, crc32, endedCrc, nextCrc } from "./crc32.ts";

/**
 * What a key looks like: `{prefix}_{environment}_{body}`; the body ends in 6 characters of checksum, the CRC-32 of
 * all that stands before them, so that a typing error, or `test` edited to `live`, is found without I/O.
 */
export interface KeyFormat {
  readonly prefix: string;
  readonly bodyLength: number;
}

const checksumLength = 6;
export const minBodyLength = 32;
/** bcrypt ignores what follows the 72nd byte, so no key may be longer. */
export const maxKeyLength = 72;
export const keyEnvironments = ["live", "test"] as const;
export const rootEnvironment = "root";

const environments: readonly string[] = [...keyEnvironments, rootEnvironment];

/** A new key text for this environment: 26 random characters (155 bits) and the checksum by default. */
export const mintKey = (format: KeyFormat, environment: string, randomBytes: (count: number) => Uint8Array): string => {
  const text = `${format.prefix}_${environment}_${randomText(format.bodyLength - checksumLength, randomBytes)}`;
  return text + encodeNumber(crc32(text, text.length), checksumLength);
};

/**
 * The environment that a well-formed key names; undefined for anything else. Any body length that a configuration can choose is
 * accepted, so that changing it leaves older keys alive.
 */
export const parseKey = (format: KeyFormat, text: string): string | undefined => {
  const environmentAt = format.prefix.length + 1;
  const bodyAt = environmentAt + 5;
  if (text.length < bodyAt + minBodyLength || text.length > maxKeyLength) return undefined;
  if (!text.startsWith(format.prefix) || text[environmentAt - 1] !== "_" || text[bodyAt - 1] !== "_") return undefined;
  const environment = text.slice(environmentAt, bodyAt - 1);
  return environments.includes(environment) && isWhole(text, bodyAt) ? environment : undefined;
};

/** Whether the body is base62 and ends in its checksum; each character is read once, for every request brings a key. */
const isWhole = (text: string, bodyAt: number): boolean => {
  const checksumAt = text.length - checksumLength;
  let crc = beganCrc;
  for (let i = 0; i < checksumAt; i++) {
    const code = text.charCodeAt(i);
    if (i >= bodyAt && digitOf(code) < 0) return false;
    crc = nextCrc(crc, code);
  }
  return readNumber(text, checksumAt) === endedCrc(crc);
};

/** What may be shown of a key afterwards: `pm_live_…x7Qk`. */
export const hintOf = (text: string): string => `${text.slice(0, text.lastIndexOf("_") + 1)}…${text.slice(-4)}`;
