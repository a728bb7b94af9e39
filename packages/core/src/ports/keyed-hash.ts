/** HMAC-SHA-256 (RFC 2104) for one key: text in (UTF-8), base64url without padding out (43 characters). Synchronous. */
export type KeyedHash = (text: string) => string;

/** SHA-256 over a key of 32 bytes and a text (UTF-8): 32 characters, one a byte. A name for the text in one process's memory, at half the cost of a keyed hash; it is neither stored nor sent. Half of it alone tells texts apart (`record-table.ts`). */
export type Marker = (text: string) => string;

export interface Cryptography {
  /** The keyed hash under `key`; everything that depends on the key alone is computed once, here. */
  keyedHash(key: Uint8Array): KeyedHash;
  /** The marker under `key`. */
  marker(key: Uint8Array): Marker;
  /** HKDF-SHA-256 (RFC 5869), empty salt, `info` as UTF-8: 32 bytes. */
  deriveKey(key: Uint8Array, info: string): Uint8Array;
  /** Whether two texts are equal, in a time that depends on their lengths alone. */
  equal(left: string, right: string): boolean;
  /** AES-256-GCM with a fresh 96-bit nonce: base64url of nonce, ciphertext and tag. `context` is authenticated, not hidden. */
  seal(key: Uint8Array, text: string, context: string): string;
  /** The text that was sealed under the same key and context; undefined for anything else. */
  open(key: Uint8Array, sealed: string, context: string): string | undefined;
}
