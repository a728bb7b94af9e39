import type { Verification } from "../generated/api.ts";
import { doorAnswers } from "../generated/door.ts";

/** A key that was verified for this request: whose it is, what it may do and what it has left. */
export interface VerifiedKey extends Verification {
  readonly valid: true;
  readonly code: "VALID";
  readonly key_id: string;
}

const isBudget = (value: unknown): boolean =>
  value === null ||
  (typeof value === "object" && ["limit", "remaining", "reset_seconds"].every((name) => Number.isSafeInteger((value as Record<string, unknown>)[name])));

/** Whether an answer is a verification that does not contradict itself: what only looks like one must not open the door. */
export const isVerification = (value: unknown): value is Verification => {
  if (typeof value !== "object" || value === null) return false;
  const { valid, code, key_id, scopes, rate_limit, quota } = value as Record<string, unknown>;
  if (typeof code !== "string" || !Object.hasOwn(doorAnswers, code) || valid !== (code === "VALID")) return false;
  return (valid !== true || typeof key_id === "string") && Array.isArray(scopes) && isBudget(rate_limit) && isBudget(quota);
};

export const isVerified = (verification: Verification): verification is VerifiedKey => verification.valid && verification.code === "VALID";
