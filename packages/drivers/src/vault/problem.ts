import { VaultError } from "./vault-error.ts";

export interface VaultProblem {
  /** error: Keywright must not run on it. warning: it runs, with less than it could promise. */
  readonly severity: "error" | "warning";
  /** One sentence, and what to do about it. */
  readonly text: string;
}

export const failed = (error: unknown): VaultProblem => ({
  severity: "error",
  text: error instanceof VaultError ? error.message : "Vault cannot be reached.",
});

export const warning = (text: string): VaultProblem => ({ severity: "warning", text });
