/** A setting that cannot be used: one sentence that names it and says what is allowed. Never holds a secret value. */
export class ConfigError extends Error {
  constructor(sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "ConfigError";
  }
}
