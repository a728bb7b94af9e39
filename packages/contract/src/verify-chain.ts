import { type ChainEntry, type ChainHead, type ChainLine, type Checkpoint, checkpointText, entryText, firstHash, type Sha256 } from "./audit-chain.ts";

/** An entry of a chain that is known from elsewhere: a checkpoint that was noted down, or where an earlier check ended. */
export interface KnownEntry {
  readonly sequence: number;
  readonly hash: string;
}

export interface ChainVerifierDeps {
  readonly sha256: Sha256;
  /** Whether the key of this id, one that the verifier trusts, has signed the text. */
  readonly isSigned: (text: string, signed: Pick<Checkpoint, "key_id" | "signature">) => boolean;
}

export interface ChainExpectations {
  /** Whose chain it must be; null: the platform's; left out: that of the first line. */
  readonly tenantId?: string | null;
  /** Where to begin, instead of the chain's beginning. */
  readonly from?: KnownEntry;
  /** Entries that must stand where they stood, ascending. */
  readonly known?: readonly KnownEntry[];
}

export interface ChainProblem {
  /** Of the first entry that is not what it was: missing, edited, inserted or moved. */
  readonly sequence: number;
  /** The entry that stands there; null: none. */
  readonly entry_id: string | null;
  /** One sentence. */
  readonly reason: string;
}

export interface ChainReport {
  readonly tenant_id: string | null;
  /** Entries that were found good. */
  readonly entries: number;
  readonly first_sequence: number | null;
  readonly last_sequence: number;
  readonly last_hash: string;
  /** Signed checkpoints that fit. */
  readonly checkpoints: number;
  /** Nobody without the signing key can have changed anything up to this entry; 0: no checkpoint covers any. */
  readonly sealed_through: number;
  /** null: the chain is whole. */
  readonly problem: ChainProblem | null;
}

export interface ChainVerifier {
  /** The next line, parsed. After the first problem, lines are taken and not looked at. */
  take(line: unknown): void;
  /** Whether all is well so far. */
  isGood(): boolean;
  /** After the last line. */
  finish(): ChainReport;
}

interface State {
  tenantId: string | null | undefined;
  last: KnownEntry;
  /** Whether the chain's beginning is established: by its first entry, a retention checkpoint, or the caller. */
  isAnchored: boolean;
  entries: number;
  firstSequence: number | null;
  checkpoints: number;
  sealedThrough: number;
  isEnded: boolean;
  known: readonly KnownEntry[];
  problem: ChainProblem | null;
}

/** Stops at the first line that does not fit. */
class Misfit extends Error {
  readonly problem: ChainProblem;

  constructor(problem: ChainProblem) {
    super(problem.reason);
    this.problem = problem;
  }
}

/** Verifies one chain, line by line, in memory that does not grow with it: entries in order, each checkpoint behind its entry, the head last. */
export const createChainVerifier = (deps: ChainVerifierDeps, expected: ChainExpectations = {}): ChainVerifier => {
  const { tenantId, from, known = [] } = expected;
  const state: State = {
    tenantId,
    last: from ?? { sequence: 0, hash: firstHash },
    isAnchored: from !== undefined,
    entries: 0,
    firstSequence: null,
    checkpoints: 0,
    sealedThrough: 0,
    isEnded: false,
    known,
    problem: null,
  };
  const attempt = (work: () => void): void => {
    if (state.problem !== null) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      state.problem = error.problem;
    }
  };
  return {
    take: (line) => attempt(() => takeLine(deps, state, line)),
    isGood: () => state.problem === null,
    finish: () => {
      attempt(() => requireEnd(state));
      return reportOf(state);
    },
  };
};

const reportOf = (state: State): ChainReport => ({
  tenant_id: state.tenantId ?? null,
  entries: state.entries,
  first_sequence: state.firstSequence,
  last_sequence: state.last.sequence,
  last_hash: state.last.hash,
  checkpoints: state.checkpoints,
  sealed_through: state.sealedThrough,
  problem: state.problem,
});

const takeLine = (deps: ChainVerifierDeps, state: State, given: unknown): void => {
  const line = readLine(state, given);
  if (state.isEnded) misfit(state, "something stands behind the line that says where the chain ends");
  if (state.tenantId === undefined) state.tenantId = line.tenant_id;
  if (line.tenant_id !== state.tenantId) misfit(state, "the line is of another chain", line);
  if (line.type === "entry") takeEntry(deps, state, line);
  else if (line.type === "checkpoint") takeCheckpoint(deps, state, line);
  else takeHead(state, line);
};

const shapes: Readonly<Record<ChainLine["type"], readonly string[]>> = {
  entry: ["previous_hash", "hash", "id"],
  checkpoint: ["kind", "hash", "key_id", "signature"],
  head: ["hash"],
};

/** A line of the three kinds, as far as the check reads it: the rest of an entry is under its hash. */
const readLine = (state: State, line: unknown): ChainLine => {
  const fields = (typeof line === "object" && line !== null ? line : {}) as Readonly<Record<string, unknown>>;
  const { type, sequence, tenant_id: tenantId } = fields;
  const texts = typeof type === "string" && Object.hasOwn(shapes, type) ? shapes[type as ChainLine["type"]] : undefined;
  const isWhole = texts?.every((name) => typeof fields[name] === "string") && (tenantId === null || typeof tenantId === "string");
  if (!isWhole || !Number.isSafeInteger(sequence)) misfit(state, "the line is no line of an audit log");
  return line as ChainLine;
};

const takeEntry = ({ sha256 }: ChainVerifierDeps, state: State, entry: ChainEntry): void => {
  const expected = state.last.sequence + 1;
  if (!state.isAnchored && entry.sequence > 1) {
    misfit(state, `the log begins with entry ${entry.sequence}, and no signed checkpoint proves that those before were dropped`);
  }
  if (entry.sequence > expected) misfit(state, `entry ${expected} is missing: ${entry.sequence} follows ${state.last.sequence}`);
  if (entry.sequence < expected) misfit(state, `entry ${entry.sequence} stands behind ${state.last.sequence}: it was inserted or moved`, entry);
  if (sha256(entryText(entry)) !== entry.hash) misfit(state, "its content does not have its hash: it was edited", entry);
  if (entry.previous_hash !== state.last.hash) misfit(state, "it does not continue the entry before it: one of the two was replaced", entry);
  const [known, ...laterKnown] = state.known;
  if (known !== undefined && known.sequence === entry.sequence) {
    if (known.hash !== entry.hash) misfit(state, "it has another hash than it is known to have had", entry);
    state.known = laterKnown;
  }
  state.isAnchored = true;
  state.firstSequence ??= entry.sequence;
  state.entries += 1;
  state.last = { sequence: entry.sequence, hash: entry.hash };
};

const takeCheckpoint = ({ isSigned }: ChainVerifierDeps, state: State, checkpoint: Checkpoint): void => {
  const { sequence, kind } = checkpoint;
  const at = { sequence, id: null };
  if (!isSigned(checkpointText(checkpoint), checkpoint)) misfit(state, `the checkpoint at entry ${sequence} is not signed by a key that is trusted`, at);
  if (kind === "retention" && !state.isAnchored) {
    state.last = { sequence, hash: checkpoint.hash };
    state.isAnchored = true;
    state.known = state.known.filter((known) => known.sequence > sequence);
  }
  if (sequence > state.last.sequence) misfit(state, `entry ${state.last.sequence + 1} is missing: a signed checkpoint proves that there were ${sequence}`);
  if (sequence < state.last.sequence) misfit(state, `the checkpoint of entry ${sequence} stands behind entry ${state.last.sequence}`, at);
  if (checkpoint.hash !== state.last.hash) misfit(state, `entry ${sequence} is not the one that the signed checkpoint is of`, at);
  state.checkpoints += 1;
  state.sealedThrough = sequence;
};

const takeHead = (state: State, head: ChainHead): void => {
  const { sequence, hash } = state.last;
  if (head.sequence > sequence) misfit(state, `entry ${sequence + 1} is missing: the chain has ${head.sequence}`);
  if (head.sequence < sequence)
    misfit(state, `the chain ends with entry ${head.sequence}, and there are more: they were inserted, or the end was moved`, {
      sequence: head.sequence + 1,
      id: null,
    });
  if (head.hash !== hash) misfit(state, "the last entry is not the one that the chain ends with", { sequence, id: null });
  state.isEnded = true;
};

const requireEnd = (state: State): void => {
  if (!state.isEnded) misfit(state, "the log ends without the line that says where the chain ends: it was cut short");
  const [missing] = state.known;
  if (missing !== undefined) misfit(state, `entry ${missing.sequence} is missing: it is known to have been there`);
};

const misfit = (state: State, reason: string, at?: { readonly sequence: number; readonly id?: string | null }): never => {
  const { sequence, id = null } = at ?? { sequence: state.last.sequence + 1 };
  throw new Misfit({ sequence, entry_id: id, reason });
};
