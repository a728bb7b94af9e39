import type { Verdict } from "@keywright/contract";
import type { KeyRecord } from "../ports/key-records.ts";
import { holdsAll } from "./scopes.ts";

export interface Circumstances {
  readonly scopes: readonly string[];
  readonly ip: string | null;
  readonly nowMs: number;
}

/** The verdict before the budgets: the first refusal that applies, in the order of `contract/src/verdict.ts`. */
export const decide = (record: KeyRecord, circumstances: Circumstances): Verdict => {
  const { state, expiresAtMs, tenant, allows } = record;
  const { ip, nowMs } = circumstances;
  if (state === "revoked") return "REVOKED";
  if (state === "disabled") return "DISABLED";
  if (expiresAtMs !== null && expiresAtMs <= nowMs) return "EXPIRED";
  if (tenant !== null && tenant.status !== "active") return "TENANT_SUSPENDED";
  if (allows !== null && (ip === null || !allows(ip))) return "IP_NOT_ALLOWED";
  return holdsAll(record.scopes, circumstances.scopes) ? "VALID" : "INSUFFICIENT_SCOPE";
};

/** Whether a verdict can be given on the word of the row alone: a dead key's hash may be gone, and its refusal needs no proof. */
export const needsProof = (verdict: Verdict): boolean => verdict !== "REVOKED" && verdict !== "DISABLED" && verdict !== "EXPIRED";
