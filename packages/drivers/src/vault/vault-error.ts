/** Why Vault cannot be used: one sentence for the operator, which holds no credential. */
export class VaultError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "VaultError";
  }
}
