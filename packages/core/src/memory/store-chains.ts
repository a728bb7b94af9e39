import { firstHash } from "@keywright/contract";
import type { AuditChains, ChainEnd } from "../ports/audit-chains.ts";
import type { KeptChain, StoreAccess, StoreState } from "./store-state.ts";

export const memoryAuditChains = ({ read, write }: StoreAccess) =>
  ({
    end: (tenantId) => read((state) => endOf(chainOf(state, tenantId))),
    entries: ({ tenantId, after, limit }) =>
      read((state) =>
        [...state.audit.values()]
          .filter((entry) => entry.tenantId === tenantId && entry.sequence > after)
          .sort((one, other) => one.sequence - other.sequence)
          .slice(0, limit),
      ),
    checkpoints: ({ tenantId, after, limit }) =>
      read((state) =>
        [...state.checkpoints.values()]
          .filter((checkpoint) => checkpoint.tenant_id === tenantId && checkpoint.sequence >= after)
          .sort((one, other) => one.sequence - other.sequence || (one.kind < other.kind ? 1 : -1))
          .slice(0, limit),
      ),
    unsealed: ({ byMs, nowMs, limit }) =>
      read((state) =>
        [...state.chains.values()]
          .filter(({ sequence, sealedSequence, sealedAtMs }) => sequence > sealedSequence && (sealedAtMs <= byMs || sealedAtMs > nowMs))
          .slice(0, limit)
          .map(endOf),
      ),
    ends: (after, limit) =>
      read((state) =>
        [...state.chains]
          .filter(([name]) => after === undefined || name > (after ?? ""))
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .slice(0, limit)
          .map(([, chain]) => endOf(chain)),
      ),
    addCheckpoint: (checkpoint) =>
      write((state) => {
        const { tenant_id: tenantId, sequence, kind } = checkpoint;
        const name = JSON.stringify([tenantId, sequence, kind]);
        if (!state.checkpoints.has(name)) state.checkpoints.set(name, checkpoint);
        const chain = chainOf(state, tenantId);
        if (kind === "periodic" && sequence >= chain.sealedSequence) {
          state.chains.set(tenantId ?? "", { ...chain, sealedSequence: sequence, sealedAtMs: checkpoint.at_ms });
        }
      }),
    drop: (tenantId, through) => write((state) => dropEntries(state, tenantId, through)),
  }) satisfies AuditChains;

/** The reference has no clock: it drops whatever a retention checkpoint covers. */
const dropEntries = (state: StoreState, tenantId: string | null, through: number): number => {
  const own = [...state.audit.values()].filter((entry) => entry.tenantId === tenantId && entry.sequence <= through);
  const covering = state.checkpoints.get(JSON.stringify([tenantId, through, "retention"]));
  if (covering === undefined || !own.some(({ sequence, hash }) => sequence === through && hash === covering.hash)) {
    throw new Error("No retention checkpoint covers these entries.");
  }
  for (const { id } of own) state.audit.delete(id);
  return own.length;
};

export const chainOf = (state: StoreState, tenantId: string | null): KeptChain =>
  state.chains.get(tenantId ?? "") ?? { tenantId, sequence: 0, hash: firstHash, sealedSequence: 0, sealedAtMs: 0 };

const endOf = ({ tenantId, sequence, hash, sealedSequence }: KeptChain): ChainEnd => ({ tenantId, sequence, hash, sealedSequence });
