/** Why a sealed file cannot be used: one sentence for the operator, which names the file and holds no value. */
export class SealedFileError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "SealedFileError";
  }
}
