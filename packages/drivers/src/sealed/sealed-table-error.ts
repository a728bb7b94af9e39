/** Why a sealed table cannot be used: one sentence for the operator, which holds no value. */
export class SealedTableError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "SealedTableError";
  }
}
