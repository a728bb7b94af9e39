import { createChainVerifier, type KnownEntry } from "@keywright/contract";
import { auditEntry, systemActor } from "../audit.ts";
import type { ChainedEntry } from "../model/audit.ts";
import type { ChainEnd } from "../ports/audit-chains.ts";
import type { Random } from "../ports/random.ts";
import type { Store } from "../ports/store.ts";
import { toChainEntry } from "../rules/audit-chain.ts";
import type { SealDeps } from "./seal-chains.ts";

export interface DropDeps extends Omit<SealDeps, "store"> {
  readonly store: Pick<Store, "chains" | "transaction">;
  readonly random: Random;
}

const chainsAtOnce = 500;
const entriesAtOnce = 1_000;
const dayMs = 86_400_000;

/**
 * Drops the entries that are older than `days`, of every chain, behind a signed checkpoint that proves what was dropped, and enters in the log that it
 * did. The newest entry of a chain always stays, and so does whatever comes after an entry that is younger, or after one that does not fit.
 * Answers how many were dropped.
 */
export const dropOldEntries = async (deps: DropDeps, days: number): Promise<number> => {
  const beforeMs = deps.clock.nowMs() - days * dayMs;
  let dropped = 0;
  let after: string | null | undefined;
  for (;;) {
    const ends = await deps.store.chains.ends(after, chainsAtOnce);
    for (const end of ends) dropped += await dropOfChain(deps, end, beforeMs);
    const last = ends.at(-1);
    if (last === undefined) return dropped;
    after = last.tenantId;
  }
};

const dropOfChain = async (deps: DropDeps, end: ChainEnd, beforeMs: number): Promise<number> => {
  let dropped = 0;
  for (;;) {
    const page = await deps.store.chains.entries({ tenantId: end.tenantId, after: 0, limit: entriesAtOnce });
    const young = page.findIndex(({ atMs, sequence }) => atMs >= beforeMs || sequence >= end.sequence);
    const old = young < 0 ? page : page.slice(0, young);
    if (old.length === 0 || !(await isWhole(deps, end, old))) return dropped;
    dropped += await dropThese(deps, end, old);
    if (old.length < entriesAtOnce) return dropped;
  }
};

/** What does not fit is evidence. */
const isWhole = async (deps: DropDeps, { tenantId }: ChainEnd, entries: readonly ChainedEntry[]): Promise<boolean> => {
  const first = entries[0]?.sequence ?? 1;
  const key = await deps.auditKey();
  const checkpoints = first === 1 ? [] : await deps.store.chains.checkpoints({ tenantId, after: first - 1, limit: 1 });
  const verifier = createChainVerifier({ sha256: deps.sha256, isSigned: key.isSigned }, { tenantId });
  for (const line of [...checkpoints, ...entries.map(toChainEntry)]) verifier.take(line);
  if (verifier.isGood()) return true;
  const { problem } = verifier.finish();
  if (problem !== null) await deps.onBrokenChain({ tenantId, problem });
  return false;
};

const dropThese = async (deps: DropDeps, { tenantId }: ChainEnd, entries: readonly ChainedEntry[]): Promise<number> => {
  const last: KnownEntry | undefined = entries.at(-1);
  if (last === undefined) return 0;
  const key = await deps.auditKey();
  const place = { tenant_id: tenantId, sequence: last.sequence, hash: last.hash, at_ms: deps.clock.nowMs() };
  const checkpoint = key.sign({ type: "checkpoint", kind: "retention", ...place });
  const happening = { actor: systemActor, tenantId, action: "audit_log.dropped", target: { type: "audit_log", id: tenantId ?? "platform" } } as const;
  return deps.store.transaction(async ({ chains, audit }) => {
    await chains.addCheckpoint(checkpoint);
    await audit.append(auditEntry(deps, { ...happening, after: { through: last.sequence, hash: last.hash, entries: entries.length } }));
    return chains.drop(tenantId, last.sequence);
  });
};
