import { type AuditChains, type ChainEnd, type ChainedEntry, type ChainPage, type Checkpoint, firstHash } from "@keywright/core";
import { type Kysely, type Selectable, type SqlBool, sql } from "kysely";
import { platformChain } from "./audit-log.ts";
import type { AuditCheckpointTable, Tables } from "./schema.ts";

type Db = Kysely<Tables>;

export const postgresAuditChains = (db: Db) =>
  ({
    end: (tenantId) => readEnd(db, tenantId),
    entries: (page) => readEntries(db, page),
    checkpoints: ({ tenantId, after, limit }) => readCheckpoints(db, { tenantId, after, limit }),
    unsealed: async ({ byMs, nowMs, limit }) => {
      const rows = await endsOf(db)
        .whereRef("sequence", ">", "sealed_sequence")
        .where((of) => of.or([of("sealed_at_ms", "<=", byMs), of("sealed_at_ms", ">", nowMs)]))
        .orderBy("sealed_at_ms")
        .limit(limit)
        .execute();
      return rows.map(toEnd);
    },
    ends: async (after, limit) => {
      const rows = await endsOf(db)
        .$if(after !== undefined, (query) => query.where("chain", ">", after ?? platformChain))
        .orderBy("chain")
        .limit(limit)
        .execute();
      return rows.map(toEnd);
    },
    addCheckpoint: (checkpoint) => addCheckpoint(db, checkpoint),
    drop: async (tenantId, through) => {
      const { rows } = await sql<{ dropped: number }>`select drop_audit_entries(${tenantId ?? platformChain}, ${through}) as dropped`.execute(db);
      return rows[0]?.dropped ?? 0;
    },
  }) satisfies AuditChains;

const numberOf = (column: string) => sql<string>`${sql.ref(column)}::text`;

/** Numbers as text: one that was edited to be beyond what JavaScript counts exactly is to be found, not to fail. */
const endsOf = (db: Db) =>
  db.selectFrom("audit_chains").select(["chain", "hash", numberOf("sequence").as("sequence"), numberOf("sealed_sequence").as("sealed_sequence")]);

interface EndRow {
  readonly chain: string;
  readonly sequence: string;
  readonly hash: string;
  readonly sealed_sequence: string;
}

const toEnd = ({ chain, sequence, hash, sealed_sequence: sealed }: EndRow): ChainEnd => ({
  tenantId: tenantOf(chain),
  sequence: Number(sequence),
  hash,
  sealedSequence: Number(sealed),
});

const tenantOf = (chain: string): string | null => (chain === platformChain ? null : chain);

const readEnd = async (db: Db, tenantId: string | null): Promise<ChainEnd> => {
  const row = await endsOf(db)
    .where("chain", "=", tenantId ?? platformChain)
    .executeTakeFirst();
  return row === undefined ? { tenantId, sequence: 0, hash: firstHash, sealedSequence: 0 } : toEnd(row);
};

/** A row as it is read to be checked: its numbers and JSON as the text that stands there. */
export interface ChainRow {
  readonly id: string;
  readonly tenant_id: string | null;
  readonly at_ms: string;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly action: string;
  readonly target_type: string;
  readonly target_id: string;
  readonly reason: string | null;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly before: string | null;
  readonly after: string | null;
  readonly sequence: string;
  readonly previous_hash: string;
  readonly hash: string;
}

const readEntries = async (db: Db, { tenantId, after, limit }: ChainPage): Promise<readonly ChainedEntry[]> => {
  const { rows } = await sql<ChainRow>`
    select id, tenant_id, at_ms::text, actor_type, actor_id, action, target_type, target_id, reason, ip, request_id, before::text, after::text,
      sequence::text, previous_hash, hash
    from audit_log where coalesce(tenant_id, '') = ${tenantId ?? platformChain} and audit_log.sequence > ${after}
    order by audit_log.sequence limit ${limit}
  `.execute(db);
  return rows.map(toChainedEntry);
};

export const toChainedEntry = (row: ChainRow): ChainedEntry => ({
  id: row.id,
  tenantId: row.tenant_id,
  atMs: Number(row.at_ms),
  actorType: row.actor_type,
  actorId: row.actor_id,
  action: row.action,
  targetType: row.target_type,
  targetId: row.target_id,
  reason: row.reason,
  ip: row.ip,
  requestId: row.request_id,
  before: asWritten(row.before),
  after: asWritten(row.after),
  sequence: Number(row.sequence),
  previousHash: row.previous_hash,
  hash: row.hash,
});

/** What the text holds; a text that was not written by `JSON.stringify` stands for itself, and no hash is of that. */
const asWritten = (text: string | null): ChainedEntry["before"] => {
  if (text === null) return null;
  const value: unknown = JSON.parse(text);
  return (JSON.stringify(value) === text ? value : text) as ChainedEntry["before"];
};

const readCheckpoints = async (db: Db, { tenantId, after, limit }: ChainPage): Promise<readonly Checkpoint[]> => {
  const rows = await db
    .selectFrom("audit_checkpoints")
    .selectAll()
    .where("chain", "=", tenantId ?? platformChain)
    .where("sequence", ">=", after)
    .orderBy("sequence")
    .orderBy("kind", "desc")
    .limit(limit)
    .execute();
  return rows.map(toCheckpoint);
};

export const toCheckpoint = (row: Selectable<AuditCheckpointTable>): Checkpoint => ({
  type: "checkpoint",
  kind: row.kind as Checkpoint["kind"],
  tenant_id: tenantOf(row.chain),
  sequence: row.sequence,
  hash: row.hash,
  at_ms: row.at_ms,
  key_id: row.key_id,
  signature: row.signature,
});

const addCheckpoint = async (db: Db, checkpoint: Checkpoint): Promise<void> => {
  const chain = checkpoint.tenant_id ?? platformChain;
  const { sequence, kind, hash, at_ms, key_id, signature } = checkpoint;
  await db
    .with("sealed", (query) =>
      query
        .updateTable("audit_chains")
        .set({ sealed_sequence: sequence, sealed_at_ms: at_ms })
        .where("chain", "=", chain)
        .where("sealed_sequence", "<=", sequence)
        .where(sql<SqlBool>`${kind}::text = 'periodic'`),
    )
    .insertInto("audit_checkpoints")
    .values({ chain, sequence, kind, hash, at_ms, key_id, signature })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};
