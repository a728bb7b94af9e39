import type { Credential } from "./authenticate.ts";
import { Unavailable } from "./errors.ts";
import type { KeyRecord } from "./ports/key-records.ts";
import type { Settled, SpendRequest } from "./ports/ledger.ts";
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

/** Who calls, without which call it is. */
export type Caller = Omit<Credential, "requestId">;

/** What is known of a verification: its outcome, or a promise of it where more has to be read first; undefined: authenticate first, then verify; nothing has been charged for it. */
export type AtOnce = VerifyOutcome | Promise<VerifyOutcome> | undefined;

interface Calls {
  /** Whose calls they are; what it says of a request is said of each. */
  readonly credential: Caller;
  readonly commands: readonly VerifyCommand[];
}

/**
 * Verifications that come from one root key at once. Where a key is in memory, and the caller's is too and needs no budget, one step of the ledger looks at both, so that the caller's
 * revocation is in force for it as for any other call. `tell` is called once for each, by its place among the commands, as soon as that is known; a promise that it is given may
 * reject. It must not throw. All share one promise.
 *
 * A key that is no key is answered without asking the ledger about the caller: whoever holds a root key that was revoked a moment ago learns from it what
 * the text itself says.
 */
export const verifyEachAtOnce = (deps: VerifyDeps, { credential, commands }: Calls, tell: (place: number, atOnce: AtOnce) => void): void => {
  const caller = callerAtHand(deps, credential);
  const spending: Spending[] = [];
  commands.forEach((command, place) => {
    const decision = caller === undefined ? undefined : decisionAtHand(deps, command);
    if (decision === undefined) tell(place, undefined);
    else if (decision === "MALFORMED") tell(place, malformed);
    else spending.push({ place, command, record: decision.record, request: spendRequest(command, decision) });
  });
  if (caller === undefined || spending.length === 0) return;
  deps.ledger.spendEachBehind(callOf(caller, credential), spending.map(requestOf)).then(
    (settled) => {
      for (const [index, one] of spending.entries()) tell(one.place, atOnceOf(deps, one, settled[index]));
    },
    (error: unknown) => {
      for (const { place } of spending) tell(place, Promise.reject(error));
    },
  );
};

interface Spending {
  readonly place: number;
  readonly command: VerifyCommand;
  readonly record: KeyRecord;
  readonly request: SpendRequest;
}

const requestOf = ({ request }: Spending): SpendRequest => request;

const atOnceOf = (deps: VerifyDeps, { command, record }: Spending, settled: Settled | undefined): AtOnce => {
  if (settled === undefined) return undefined;
  if (settled instanceof Unavailable) return Promise.reject(settled);
  return settled.state === "DONE" ? outcomeOf(record, settled) : verify(deps, "api", command);
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
  const caller = callerAtHand(deps, credential);
  if (caller === undefined) return undefined;
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

/** The record of a root key that may make this call, where it is in memory. */
const callerAtHand = (deps: VerifyDeps, credential: Caller): KeyRecord | undefined => {
  const caller = deps.records.peek(deps.keyring.mark(credential.secret));
  return caller !== undefined && mayCall(deps, caller, credential) ? caller : undefined;
};

/** What is decided of a key that is in memory and proved, or is none. */
const decisionAtHand = (deps: VerifyDeps, command: VerifyCommand): Decision | "MALFORMED" | undefined => {
  const environment = parseKey(deps.format, command.key.reveal());
  if (environment === undefined || environment === rootEnvironment) return "MALFORMED";
  const record = deps.records.peek(deps.keyring.mark(command.key));
  return record === undefined || record.unproved !== null ? undefined : { record, decided: decideNow(deps, command, record), install: null };
};

/** What `authenticate` requires of a root key, by its record; no budget may be charged for its call. */
const mayCall = ({ clock }: VerifyDeps, record: KeyRecord, { permission, ip }: Caller): boolean => {
  if (record.environment !== rootEnvironment || record.rateLimit !== null || record.monthlyQuota !== null || record.unproved !== null) return false;
  return rootHolds(record.scopes, permission) && decide(record, { scopes: noScopes, ip, nowMs: clock.nowMs() }) === "VALID";
};

const noScopes: readonly string[] = [];

const callOf = (key: KeyRecord, { endpoint, ip }: Caller) =>
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
