/** Ed25519 (RFC 8032). Keys are base64url of DER: PKCS #8 the private one, SubjectPublicKeyInfo the public one; signatures base64url of 64 bytes. */
export interface Signatures {
  makeKey(): { readonly privateKey: string; readonly publicKey: string };
  /** Signs a text in UTF-8. Throws for a key that is none. */
  sign(privateKey: string, text: string): string;
  /** Throws for a key that is none; a signature that is none is not one. */
  isSigned(publicKey: string, text: string, signature: string): boolean;
  /** The first 16 hexadecimal digits of the SHA-256 of the key. */
  keyId(publicKey: string): string;
}
