/** Failures that are the command line's own: code → exit code and title. */
export const failures = {
  USAGE: { exitCode: 2, title: "The command line is not valid" },
  NO_CREDENTIAL: { exitCode: 1, title: "There is no credential" },
  NO_KEY: { exitCode: 1, title: "There is no key to verify" },
  NOT_CONFIRMED: { exitCode: 1, title: "Nothing was changed" },
  NOT_FOUND: { exitCode: 1, title: "There is no such resource" },
  TOO_MANY: { exitCode: 1, title: "The list is too long" },
  CHECKS_FAILED: { exitCode: 1, title: "Something is wrong with this installation" },
  FAILED: { exitCode: 1, title: "The command failed" },
} as const;

export type FailureCode = keyof typeof failures;

/** An expected failure: one sentence that says what happened and what to do. Never holds a key. */
export class CommandFailure extends Error {
  readonly code: FailureCode;

  constructor(code: FailureCode, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = "CommandFailure";
    this.code = code;
  }
}
