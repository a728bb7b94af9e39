import type { Credential } from "./authenticate.ts";
import type { KeyRecord } from "./ports/key-records.ts";
import { decide } from "./rules/decide.ts";
import { parseKey, rootEnvironment } from "./rules/key-format.ts";
import { rootHolds } from "./rules/scopes.ts";
import {
  type Decision,
  decideNow,
  malformed,
  outcomeOf,
  recordAtHand,
  spendRequest,
  type VerifyCommand,
  type VerifyDeps,
  type VerifyOutcome,
  verify,
} from "./verify.ts";
import { type KeyAtHand, outcomesOf, requestsOf } from "./verify-all.ts";

/**
 * A verification for a root key, where both keys are in memory and the caller's needs no budget: one step of the ledger looks at both, so that the caller's
 * revocation is in force for it as for any other call. undefined, or a promise of it: authenticate first, then verify; nothing has been charged.
 *
 * A key that is no key is answered without asking the ledger about the caller: whoever holds a root key that was revoked a moment ago learns from it what
 * the text itself says.
 */
export const verifyAtOnce = (deps: VerifyDeps, credential: Credential, command: VerifyCommand): Promise<VerifyOutcome | undefined> | undefined => {
  const caller = deps.records.peek(deps.keyring.mark(credential.secret));
  if (caller === undefined || !mayCall(deps, caller, credential)) return undefined;
  const environment = parseKey(deps.format, command.key.reveal());
  if (environment === undefined || environment === rootEnvironment) return Promise.resolve(malformed);
  const record = deps.records.peek(deps.keyring.mark(command.key));
  if (record === undefined || record.unproved !== null) return undefined;
  const decision: Decision = { record, decided: decideNow(deps, command, record), install: null };
  return spendBoth(deps, { first: callOf(caller, credential), decision, command });
};

/**
 * The same for several keys: where the caller and all of them are in memory, they go in one step of the ledger as `verifyAll` has it. undefined, or a promise
 * of it: authenticate first, then verify them; nothing has been charged.
 */
export const verifyAllAtOnce = (
  deps: VerifyDeps,
  credential: Credential,
  commands: readonly VerifyCommand[],
): Promise<readonly VerifyOutcome[] | undefined> | undefined => {
  const caller = deps.records.peek(deps.keyring.mark(credential.secret));
  if (caller === undefined || !mayCall(deps, caller, credential)) return undefined;
  const all: KeyAtHand[] = [];
  for (const command of commands) {
    const atHand = recordAtHand(deps, command);
    if (atHand === undefined) return undefined;
    all.push({ command, atHand });
  }
  return deps.ledger
    .spendAllBehind(callOf(caller, credential), requestsOf(deps, all))
    .then((settled) => (settled === undefined ? undefined : outcomesOf(deps, all, settled)));
};

/** What `authenticate` requires of a root key, by its record; no budget may be charged for its call. */
const mayCall = ({ clock }: VerifyDeps, record: KeyRecord, { permission, ip }: Credential): boolean => {
  if (record.environment !== rootEnvironment || record.rateLimit !== null || record.monthlyQuota !== null || record.unproved !== null) return false;
  return rootHolds(record.scopes, permission) && decide(record, { scopes: noScopes, ip, nowMs: clock.nowMs() }) === "VALID";
};

const noScopes: readonly string[] = [];

const callOf = (key: KeyRecord, { endpoint, ip }: Credential) =>
  ({
    key,
    tenant: null,
    decided: "VALID",
    keyLimit: null,
    poolLimit: null,
    monthlyQuota: null,
    cost: 1,
    dryRun: false,
    endpoint,
    ip,
    install: null,
  }) as const;

interface Both {
  readonly first: ReturnType<typeof callOf>;
  readonly decision: Decision;
  readonly command: VerifyCommand;
}

const spendBoth = (deps: VerifyDeps, { first, decision, command }: Both): Promise<VerifyOutcome | undefined> =>
  deps.ledger.spendBehind(first, spendRequest(command, decision)).then((result) => {
    if (result === undefined) return undefined;
    if (result.state === "DONE") return outcomeOf(decision.record, result);
    // The caller's call has been counted: what is left is the key's own verification.
    return verify(deps, "api", command);
  });
