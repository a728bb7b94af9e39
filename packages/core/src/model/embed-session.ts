/** A member's leave to manage keys inside a page of another product. */
export interface EmbedSession {
  readonly id: string;
  readonly tenantId: string;
  readonly memberId: string;
  /** Of the page: scheme, host and port, as a browser writes them. */
  readonly origin: string;
  /** Digest of the token, as of a key's secret; the token itself is kept nowhere. */
  readonly digest: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
}
