import type { Checkpoint } from "@keywright/contract";
import type { ChainedEntry } from "../model/audit.ts";
import type { ChainPlace } from "../rules/audit-chain.ts";

/** The newest entry of a chain; of a tenant's, or with null the platform's. */
export interface ChainEnd extends ChainPlace {
  readonly tenantId: string | null;
  /** The entry that the last periodic checkpoint is of; 0: none. */
  readonly sealedSequence: number;
}

/** Which part of a chain: what comes after this sequence (0: all), ascending, at most so much of it. */
export interface ChainPage {
  readonly tenantId: string | null;
  readonly after: number;
  readonly limit: number;
}

/** Chains whose last checkpoint is of `byMs` or older; or is younger than `nowMs`: the clock has been set back since. At most so many. */
export interface UnsealedChains {
  readonly byMs: number;
  readonly nowMs: number;
  readonly limit: number;
}

/** The audit log as hash chains. `AuditLog.append` continues them; nothing here changes an entry. */
export interface AuditChains {
  /** Sequence 0 where nothing was ever entered. */
  end(tenantId: string | null): Promise<ChainEnd>;
  /** By sequence. An entry that holds text which Keywright would not have written bears that text itself, so that its hash cannot fit. */
  entries(page: ChainPage): Promise<readonly ChainedEntry[]>;
  /** By sequence; with `after` that one too, and of one sequence the retention's first. */
  checkpoints(page: ChainPage): Promise<readonly Checkpoint[]>;
  /** Chains that were added to since their last checkpoint. */
  unsealed(which: UnsealedChains): Promise<readonly ChainEnd[]>;
  /** Chains, by tenant, that come after this one; null first, which is the platform's. undefined: from the start. */
  ends(after: string | null | undefined, limit: number): Promise<readonly ChainEnd[]>;
  /** Adds a checkpoint; one of the same entry and kind that is there already stays. */
  addCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /**
   * Drops the entries up to this sequence; answers how many. Rejects, and drops nothing, unless a retention checkpoint of that very entry is there
   * and none of the entries is younger than 30 days.
   */
  drop(tenantId: string | null, through: number): Promise<number>;
}
