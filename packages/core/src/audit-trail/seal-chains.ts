import { type ChainProblem, type ChainReport, createChainVerifier, type Sha256 } from "@keywright/contract";
import type { ChainEnd } from "../ports/audit-chains.ts";
import type { Clock } from "../ports/clock.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store } from "../ports/store.ts";
import type { AuditKey } from "./audit-key.ts";
import { chainLines } from "./chain-lines.ts";
import { keepWitness } from "./witness.ts";

/** A chain that is not whole: it is not sealed, and nothing of it is dropped, until a person has looked. */
export interface BrokenChain {
  readonly tenantId: string | null;
  readonly problem: ChainProblem;
}

export interface SealDeps {
  readonly store: Pick<Store, "chains">;
  readonly secretStore: Pick<SecretStore, "read" | "write">;
  readonly clock: Clock;
  readonly sha256: Sha256;
  readonly auditKey: () => Promise<AuditKey>;
  readonly onBrokenChain: (broken: BrokenChain) => Promise<void> | void;
}

/** Chains that one run seals at most; the next run goes on with those that have waited longest. */
const chainsAtOnce = 200;

/**
 * Signs a checkpoint for each chain that was added to, and was last sealed at least `everyMs` ago. What was added since the last checkpoint is verified
 * first: Keywright does not put its signature under what does not fit. Answers how many were sealed.
 */
export const sealChains = async (deps: SealDeps, everyMs: number): Promise<number> => {
  const nowMs = deps.clock.nowMs();
  const ends = await deps.store.chains.unsealed({ byMs: nowMs - everyMs, nowMs, limit: chainsAtOnce });
  let sealed = 0;
  for (const end of ends) if (await sealOne(deps, end)) sealed += 1;
  return sealed;
};

const sealOne = async (deps: SealDeps, { tenantId, sealedSequence }: ChainEnd): Promise<boolean> => {
  const key = await deps.auditKey();
  const report = await verifySince(deps, { tenantId, after: sealedSequence });
  if (report.problem !== null) {
    await deps.onBrokenChain({ tenantId, problem: report.problem });
    return false;
  }
  const { last_sequence: sequence, last_hash: hash } = report;
  const checkpoint = key.sign({ type: "checkpoint", kind: "periodic", tenant_id: tenantId, sequence, hash, at_ms: deps.clock.nowMs() });
  await deps.store.chains.addCheckpoint(checkpoint);
  await keepWitness(deps.secretStore, checkpoint);
  return true;
};

/** Verifies what comes after a checkpoint, which has to be there and signed; after 0, the whole chain. */
const verifySince = async (deps: SealDeps, { tenantId, after }: { readonly tenantId: string | null; readonly after: number }): Promise<ChainReport> => {
  const { sha256, store } = deps;
  const key = await deps.auditKey();
  const [checkpoint] = after === 0 ? [] : await store.chains.checkpoints({ tenantId, after, limit: 1 });
  const from = checkpoint !== undefined && checkpoint.sequence === after ? { from: { sequence: after, hash: checkpoint.hash } } : {};
  const verifier = createChainVerifier({ sha256, isSigned: key.isSigned }, { tenantId, ...from });
  for await (const line of chainLines(deps, { tenantId, after })) {
    verifier.take(line);
    if (!verifier.isGood()) break;
  }
  return verifier.finish();
};
