import type { Verdict } from "@keywright/contract";
import { Unavailable } from "./errors.ts";
import type { Keyring } from "./keyring.ts";
import type { Secret } from "./model/secret.ts";
import type { Clock } from "./ports/clock.ts";
import type { KeyRecord, KeyRecords, LoadedRecord } from "./ports/key-records.ts";
import type { Installation, Ledger, SpendResult, Spent } from "./ports/ledger.ts";
import type { Prove, UnprovedRecord } from "./prove.ts";
import { decide, needsProof } from "./rules/decide.ts";
import { type KeyFormat, parseKey, rootEnvironment } from "./rules/key-format.ts";
import type { SecurityWatch } from "./security/watch.ts";

export interface VerifyCommand {
  readonly key: Secret;
  /** Scopes that the request needs, all of them. */
  readonly scopes: readonly string[];
  readonly ip: string | null;
  /** Label under which the request is counted. */
  readonly endpoint: string;
  readonly cost: number;
  readonly dryRun: boolean;
}

export interface VerifyOutcome {
  readonly verdict: Verdict;
  /** The key that was recognised; null for MALFORMED and NOT_FOUND. */
  readonly record: KeyRecord | null;
  /** The budgets after the request; null where none was looked at. */
  readonly spent: Spent | null;
  /** When the key, or this replaced secret, ends; null: never. */
  readonly expiresAtMs: number | null;
}

export interface VerifyDeps {
  readonly format: KeyFormat;
  readonly keyring: Keyring;
  readonly records: KeyRecords;
  readonly prove: Prove;
  readonly ledger: Ledger;
  readonly clock: Clock;
  /** Told of credentials that `authenticate` refuses. */
  readonly watch?: Pick<SecurityWatch, "refused">;
}

/** Which keys a door is for: those of tenants, or also the operator's root keys. */
export type Door = "api" | "platform";

/** A record that goes stale this often in a row is changed faster than it can be read. */
const maxRounds = 8;

const refused = (verdict: Verdict): VerifyOutcome => ({ verdict, record: null, spent: null, expiresAtMs: null });
export const malformed = refused("MALFORMED");
const notFound = refused("NOT_FOUND");

/** The main job: one verification, from the key text to the verdict. */
export const verify = (deps: VerifyDeps, door: Door, command: VerifyCommand): Promise<VerifyOutcome> => {
  // 1 parse: shape and checksum; junk costs no I/O
  if (!isKeyFor(deps, door, command)) return Promise.resolve(malformed);
  // 2 mark, 3 find in memory
  const record = peek(deps, command);
  return record === undefined ? readAndVerify(deps, command) : verifyFrom(deps, command, { record, install: null });
};

const readAndVerify = async (deps: VerifyDeps, command: VerifyCommand): Promise<VerifyOutcome> =>
  verifyFrom(deps, command, { record: await reread(deps, command), install: null });

export const outcomeOf = (record: KeyRecord, spent: Spent): VerifyOutcome => ({ verdict: spent.outcome, record, spent, expiresAtMs: record.expiresAtMs });

interface Round {
  readonly record: KeyRecord | undefined;
  readonly install: Installation | null;
}

/** Decides, proves and spends, and does so again where the ledger knows of a newer record. */
export const verifyFrom = async (deps: VerifyDeps, command: VerifyCommand, first: Round): Promise<VerifyOutcome> => {
  let { record, install } = first;
  for (let round = 0; round < maxRounds; round++) {
    if (record === undefined) return notFound;
    // 4 decide
    const decided = decideNow(deps, command, record);
    // 5 prove, on the first use of a secret only
    if (mustProve(record, decided)) {
      if (!(await deps.prove(record, command.key))) return notFound;
      record = await reread(deps, command);
      continue;
    }
    // 6 spend
    const result = await deps.ledger.spend(spendRequest(command, { record, decided, install }));
    if (result.state === "DONE") return outcomeOf(record, result);
    ({ record, install } = await renew(deps, command, result));
  }
  throw new Unavailable("ledger", new Error("A key's record changed at every attempt to read it."));
};

/** What to verify with after the ledger has answered that it knows better, or nothing. */
export const renew = async (deps: VerifyDeps, command: VerifyCommand, result: SpendResult): Promise<Round> => {
  const loaded = await reload(deps, command);
  return { record: loaded?.record, install: installation(result, loaded) };
};

const isKeyFor = ({ format }: VerifyDeps, door: Door, { key }: VerifyCommand): boolean => {
  const environment = parseKey(format, key.reveal());
  return environment !== undefined && (door === "platform" || environment !== rootEnvironment);
};

/** The record of a tenant's key that is in memory and proved, for `verifyAll`; undefined: `prepare` has something to do, or it is no key. */
export const recordAtHand = (deps: VerifyDeps, command: VerifyCommand): KeyRecord | undefined => {
  if (!isKeyFor(deps, "api", command)) return undefined;
  const record = peek(deps, command);
  return record?.unproved === null ? record : undefined;
};

/** Finds a key and proves it on its first use, without spending: what can fail for want of an engine has then been done. */
export const prepare = async (deps: VerifyDeps, command: VerifyCommand): Promise<void> => {
  if (!isKeyFor(deps, "api", command)) return;
  const record = peek(deps, command) ?? (await reread(deps, command));
  if (record === undefined || !mustProve(record, decideNow(deps, command, record))) return;
  if (await deps.prove(record, command.key)) await reload(deps, command);
};

/** Only a MISS is answered with what the store says; the record was read after its lease was taken. */
const installation = (result: SpendResult, loaded: LoadedRecord | undefined): Installation | null =>
  result.state !== "MISS" || loaded === undefined ? null : { lease: result.lease, keyBudget: loaded.keyBudget, tenantBudget: loaded.tenantBudget };

export const decideNow = (deps: VerifyDeps, { scopes, ip }: VerifyCommand, record: KeyRecord): Verdict =>
  decide(record, { scopes, ip, nowMs: deps.clock.nowMs() });

const mustProve = (record: KeyRecord, decided: Verdict): record is UnprovedRecord => record.unproved !== null && needsProof(decided);

const peek = (deps: VerifyDeps, { key }: VerifyCommand): KeyRecord | undefined => deps.records.peek(deps.keyring.mark(key));

const reload = (deps: VerifyDeps, command: VerifyCommand): Promise<LoadedRecord | undefined> => deps.records.load(deps.keyring.names(command.key));

const reread = async (deps: VerifyDeps, command: VerifyCommand): Promise<KeyRecord | undefined> => (await reload(deps, command))?.record;

export interface Decision {
  readonly record: KeyRecord;
  readonly decided: Verdict;
  readonly install: Installation | null;
}

export const spendRequest = (command: VerifyCommand, { record, decided, install }: Decision) => ({
  key: record,
  tenant: record.tenant,
  decided,
  keyLimit: record.rateLimit,
  poolLimit: record.tenant === null ? null : record.tenant.pool,
  monthlyQuota: record.monthlyQuota,
  cost: command.cost,
  dryRun: command.dryRun,
  endpoint: command.endpoint,
  ip: command.ip,
  install,
});
