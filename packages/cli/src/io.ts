import type { Readable, Writable } from "node:stream";

/** Everything that a command touches of its surroundings. */
export interface Io {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether a person sits at each stream. */
  readonly isTty: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970, for times that are said relative to now. */
  readonly nowMs: () => number;
}
