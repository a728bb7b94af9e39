/** HMAC-SHA-256 (RFC 2104) for one key: text in (UTF-8), base64url without padding out (43 characters). Synchronous. */
export type KeyedHash = (text: string) => string;

export interface Cryptography {
  /** The keyed hash under `key`; everything that depends on the key alone is computed once, here. */
  keyedHash(key: Uint8Array): KeyedHash;
  /** HKDF-SHA-256 (RFC 5869), empty salt, `info` as UTF-8: 32 bytes. */
  deriveKey(key: Uint8Array, info: string): Uint8Array;
  /** Whether two texts are equal, in a time that depends on their lengths alone. */
  equal(left: string, right: string): boolean;
  /** AES-256-GCM with a fresh 96-bit nonce: base64url of nonce, ciphertext and tag. `context` is authenticated, not hidden. */
  seal(key: Uint8Array, text: string, context: string): string;
  /** The text that was sealed under the same key and context; undefined for anything else. */
  open(key: Uint8Array, sealed: string, context: string): string | undefined;
}
