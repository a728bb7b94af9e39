import { createHash } from "node:crypto";

/** A page and the Content-Security-Policy under which it works. */
export interface Page {
  readonly html: string;
  readonly policy: string;
}

/** The source that allows one inline script or style in a policy. */
export const hashSource = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
