/** Randomness and identity as parameters. */
export interface Random {
  /** `count` bytes from the operating system's generator. Synchronous; throws if the system has none. */
  bytes(count: number): Uint8Array;
  /** A new UUIDv7 (RFC 9562) as its 16 bytes, later ones sorting after earlier ones of this process. */
  uuidV7(): Uint8Array;
}
