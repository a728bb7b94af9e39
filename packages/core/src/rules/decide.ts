import type { Verdict } from "@keywright/contract";
import type { KeyRecord } from "../ports/key-records.ts";
import { holdsAll } from "./scopes.ts";

export interface Circumstances {
  readonly scopes: readonly string[];
  readonly ip: string | null;
  readonly nowMs: number;
}

/** Whether a secret that was replaced has outlived its grace period. */
const ended = (record: KeyRecord, nowMs: number): boolean => record.secret.validUntilMs !== null && record.secret.validUntilMs <= nowMs;

/** The verdict before the budgets: the first refusal that applies, in the order of `contract/src/verdict.ts`. */
export const decide = (record: KeyRecord, circumstances: Circumstances): Verdict => {
  const { key, tenant, allows } = record;
  const { ip, nowMs } = circumstances;
  if (key.state === "revoked") return "REVOKED";
  if (key.state === "disabled") return "DISABLED";
  if ((key.expiresAtMs !== null && key.expiresAtMs <= nowMs) || ended(record, nowMs)) return "EXPIRED";
  if (tenant !== null && tenant.status !== "active") return "TENANT_SUSPENDED";
  if (allows !== null && (ip === null || !allows(ip))) return "IP_NOT_ALLOWED";
  return holdsAll(key.scopes, circumstances.scopes) ? "VALID" : "INSUFFICIENT_SCOPE";
};

/** Whether a verdict can be given on the word of the row alone: a dead key's hash may be gone, and its refusal needs no proof. */
export const needsProof = (verdict: Verdict): boolean => verdict !== "REVOKED" && verdict !== "DISABLED" && verdict !== "EXPIRED";
