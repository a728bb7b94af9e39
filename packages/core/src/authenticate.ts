import { type ErrorCode, type Permission, refusalErrors, type Verdict } from "@keywright/contract";
import { AppError } from "./errors.ts";
import type { Actor } from "./model/audit.ts";
import type { Secret } from "./model/secret.ts";
import type { Spent } from "./ports/ledger.ts";
import { rootEnvironment } from "./rules/key-format.ts";
import { ownerType } from "./rules/owner.ts";
import { rootHolds, scopesOpen } from "./rules/scopes.ts";
import { watchRefusal } from "./security/refused-key.ts";
import { type VerifyDeps, verify } from "./verify.ts";

export interface Credential {
  readonly secret: Secret;
  readonly permission: Permission;
  readonly ip: string | null;
  readonly requestId: string;
  /** Label under which an API key's request is counted. */
  readonly endpoint: string;
  /** true: the request was charged and counted before, and it is only asked whether it would still be taken. */
  readonly isAskedAgain?: boolean;
}

export interface Authenticated {
  readonly actor: Actor;
  /** An API key's budgets after this request; null for a root key, which has none. */
  readonly spent: Spent | null;
}

/** A credential that was refused by a budget; the caller is told when to come back. */
export class CredentialRefused extends AppError {
  readonly spent: Spent | null;

  constructor(code: ErrorCode, spent: Spent | null) {
    super(code);
    this.spent = spent;
  }
}

/** Who is calling Keywright's own API, and may they? The same verification as everybody's, so a revoked credential is refused as fast. */
export const authenticate = async (deps: VerifyDeps, credential: Credential): Promise<Authenticated> => {
  const { secret: key, ip, endpoint, requestId, permission, isAskedAgain = false } = credential;
  const outcome = await verify(deps, "platform", { key, scopes: [], ip, endpoint, cost: 1, dryRun: isAskedAgain });
  const isTaken = outcome.verdict === "VALID" || (isAskedAgain && isSpentOut(outcome.verdict));
  if (!isTaken || outcome.record === null) {
    watchRefusal(deps, { key, ip, wanted: endpoint }, outcome);
    throw new CredentialRefused(refusalCode(outcome.verdict), outcome.spent);
  }
  const { id, tenant, ownerId, scopes, environment } = outcome.record;
  const isRoot = environment === rootEnvironment;
  if (!(isRoot ? rootHolds(scopes, permission) : scopesOpen(scopes, permission))) {
    watchRefusal(deps, { key, ip, wanted: endpoint }, { ...outcome, verdict: "PERMISSION_DENIED" });
    throw new AppError("PERMISSION_DENIED", { detail: `This call needs the permission ${permission}.` });
  }
  const behind = ownerId !== null && ownerType(ownerId) === "team" ? { memberId: null, teamId: ownerId } : { memberId: ownerId };
  return {
    actor: { type: isRoot ? "root_key" : "api_key", id, tenantId: tenant?.id ?? null, ...behind, scopes, ip, requestId },
    spent: isRoot ? null : outcome.spent,
  };
};

/** The key is good and has had its share; that is no reason to take back what it was given. */
const isSpentOut = (verdict: Verdict): boolean => verdict === "RATE_LIMITED" || verdict === "QUOTA_EXCEEDED";

const refusalCode = (verdict: Verdict): ErrorCode => (verdict === "VALID" ? "INTERNAL" : refusalErrors[verdict]);
