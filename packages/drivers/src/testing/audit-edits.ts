import { isUtf8 } from "node:buffer";
import { type ChainedEntry, type Checkpoint, entryText, toChainEntry } from "@keywright/core";
import fc from "fast-check";
import { sha256 } from "../node/sha256.ts";
import { type ChainRow, toChainedEntry } from "../postgres/audit-chains.ts";
import type { AuditTables } from "./audit-scene.ts";

/** What somebody with the database does to it. undefined: the database would refuse it, or it changes nothing. */
export interface Edit {
  readonly name: string;
  readonly apply: (tables: AuditTables) => AuditTables | undefined;
  /** Sequence of the entry that has to be named as the first bad one; undefined: any. */
  readonly named?: (tables: AuditTables) => number | undefined;
}

const columns = [
  "id",
  "tenant_id",
  "at_ms",
  "actor_type",
  "actor_id",
  "action",
  "target_type",
  "target_id",
  "reason",
  "ip",
  "request_id",
  "before",
  "after",
  "sequence",
  "previous_hash",
  "hash",
] as const satisfies readonly (keyof ChainRow)[];
type Column = (typeof columns)[number];

const nullable: readonly Column[] = ["tenant_id", "actor_id", "reason", "ip", "request_id", "before", "after"];

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Whether the column's type takes the text as it stands. */
const fits = (column: Column, text: string): boolean => {
  if (text.includes("\0")) return false;
  if (column === "at_ms" || column === "sequence") return /^[1-9]\d{0,15}$/.test(text);
  return (column !== "before" && column !== "after") || isJson(text);
};

const withByte = (text: string, at: number, byte: number): string | undefined => {
  const bytes = Buffer.from(text, "utf8");
  if (bytes.length === 0) return String.fromCharCode(byte % 128 || 1);
  bytes[at % bytes.length] = byte;
  return isUtf8(bytes) && bytes.toString("utf8") !== text ? bytes.toString("utf8") : undefined;
};

const replaced = (tables: AuditTables, index: number, row: ChainRow): AuditTables => ({ ...tables, rows: tables.rows.with(index, row) });
const rowAt = (tables: AuditTables, index: number): ChainRow => {
  const row = tables.rows[index % tables.rows.length];
  if (row === undefined) throw new Error("There is no row.");
  return row;
};

const anyByte = fc.oneof({ weight: 3, arbitrary: fc.integer({ min: 0x20, max: 0x7e }) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 255 }) });

/** One byte of one column of one entry. */
const byteEdit: fc.Arbitrary<Edit> = fc.tuple(fc.nat(1_000), fc.constantFrom(...columns), fc.nat(1_000), anyByte).map(([index, column, at, byte]) => ({
  name: `byte ${byte} at ${at} of ${column}`,
  apply: (tables) => {
    const row = rowAt(tables, index);
    const given = row[column];
    const text = given === null ? undefined : withByte(given, at, byte);
    return text === undefined || !fits(column, text) ? undefined : replaced(tables, index % tables.rows.length, { ...row, [column]: text });
  },
  named: (tables) => (column === "sequence" || column === "tenant_id" ? undefined : Number(rowAt(tables, index).sequence)),
}));

/** One byte of one checkpoint. */
const checkpointEdit: fc.Arbitrary<Edit> = fc
  .tuple(fc.nat(100), fc.constantFrom("kind", "hash", "key_id", "signature", "at_ms", "sequence"), fc.nat(200), anyByte)
  .map(([index, column, at, byte]) => ({
    name: `byte ${byte} at ${at} of a checkpoint's ${column}`,
    apply: (tables) => {
      const checkpoint = tables.checkpoints[index % tables.checkpoints.length];
      const text = checkpoint && withByte(String(checkpoint[column as keyof Checkpoint]), at, byte);
      if (checkpoint === undefined || text === undefined || column === "kind") return undefined;
      const isNumber = column === "at_ms" || column === "sequence";
      if (isNumber && !fits("sequence", text)) return undefined;
      const edited = { ...checkpoint, [column]: isNumber ? Number(text) : text };
      return { ...tables, checkpoints: tables.checkpoints.with(index % tables.checkpoints.length, edited) };
    },
  }));

/** The row that says where the chain ends. */
const endEdit: fc.Arbitrary<Edit> = fc.tuple(fc.boolean(), fc.nat(200), anyByte).map(([isHash, at, byte]) => ({
  name: `byte ${byte} at ${at} of the end's ${isHash ? "hash" : "sequence"}`,
  apply: (tables) => {
    const text = withByte(isHash ? tables.end.hash : String(tables.end.sequence), at, byte);
    if (text === undefined || (!isHash && !fits("sequence", text))) return undefined;
    return { ...tables, end: { ...tables.end, ...(isHash ? { hash: text } : { sequence: Number(text) }) } };
  },
}));

/** The row with hashes that fit its content, as if it had been entered behind `previousHash`. */
const rehashed = (row: ChainRow, previousHash: string): ChainRow => {
  const entry: ChainedEntry = { ...toChainedEntry(row), previousHash };
  const { hash: _hash, ...line } = toChainEntry(entry);
  return { ...row, previous_hash: previousHash, hash: sha256(entryText(line)) };
};

/** Everything from this row on, with hashes that fit again. */
export const rechained = (rows: readonly ChainRow[], from: number): readonly ChainRow[] => {
  const made = rows.slice(0, from);
  for (const row of rows.slice(from)) made.push(rehashed(row, made.at(-1)?.hash ?? "0".repeat(64)));
  return made;
};

const place = fc.nat(1_000);
const renumbered = (rows: readonly ChainRow[]): readonly ChainRow[] => rows.map((row, index) => ({ ...row, sequence: String(index + 1) }));
const endOf = (tables: AuditTables, rows: readonly ChainRow[]): AuditTables => ({
  ...tables,
  rows,
  end: { ...tables.end, sequence: rows.length, hash: rows.at(-1)?.hash ?? "" },
});
const forged = (row: ChainRow): ChainRow => ({ ...row, id: "aud_forged", reason: "forged" });

type RowChange = (tables: AuditTables, index: number) => AuditTables;
const rowChanges: Readonly<Record<string, RowChange>> = {
  "a deleted entry": (tables, index) => ({ ...tables, rows: tables.rows.toSpliced(index, 1) }),
  "a deleted entry, the others renumbered": (tables, index) => endOf(tables, renumbered(tables.rows.toSpliced(index % (tables.rows.length - 1), 1))),
  "a deleted entry below the last checkpoint, all chained anew": (tables, index) => {
    const at = index % 16;
    return endOf(tables, rechained(renumbered(tables.rows.toSpliced(at, 1)), at));
  },
  "an edited entry below the last checkpoint, all chained anew": (tables, index) => {
    const at = index % 16;
    return endOf(tables, rechained(tables.rows.with(at, forged(rowAt(tables, at))), at));
  },
  "an edited entry with a hash that fits it": (tables, index) =>
    replaced(tables, index, rehashed(forged(rowAt(tables, index)), rowAt(tables, index).previous_hash)),
  "an inserted entry, the others renumbered": (tables, index) => endOf(tables, renumbered(tables.rows.toSpliced(index, 0, forged(rowAt(tables, index))))),
  "an entry inserted behind the end": (tables) => {
    const last = rowAt(tables, tables.rows.length - 1);
    return { ...tables, rows: [...tables.rows, rehashed({ ...forged(last), sequence: String(tables.rows.length + 1) }, last.hash)] };
  },
  "two entries that changed places": (tables, index) => {
    const [one, other] = [rowAt(tables, index), rowAt(tables, index + 1)];
    const next = (index + 1) % tables.rows.length;
    return { ...tables, rows: tables.rows.with(index, { ...other, sequence: one.sequence }).with(next, { ...one, sequence: other.sequence }) };
  },
  "all entries up to this one dropped": (tables, index) => ({ ...tables, rows: tables.rows.slice(index + 1) }),
  "all entries from this one on dropped": (tables, index) => ({ ...tables, rows: tables.rows.slice(0, index) }),
  "all back to before the last checkpoint, checkpoints too": (tables, index) => {
    const rows = tables.rows.slice(0, index % 16);
    return { ...endOf(tables, rows), checkpoints: tables.checkpoints.filter(({ sequence }) => sequence <= rows.length) };
  },
  "an entry given to the platform": (tables, index) => replaced(tables, index, { ...rowAt(tables, index), tenant_id: null }),
  "no checkpoint any more, all chained anew": (tables, index) => {
    const rows = rechained(tables.rows.with(index % 16, forged(rowAt(tables, index % 16))), index % 16);
    return { ...endOf(tables, rows), checkpoints: [] };
  },
};

const rowEdit: fc.Arbitrary<Edit> = fc.tuple(fc.constantFrom(...Object.entries(rowChanges)), place).map(([[name, change], index]) => ({
  name,
  apply: (tables) => change(tables, index % tables.rows.length),
  named: (tables) => (name === "a deleted entry" ? (index % tables.rows.length) + 1 : undefined),
}));

const nullEdit: fc.Arbitrary<Edit> = fc.tuple(place, fc.constantFrom(...nullable)).map(([index, column]) => ({
  name: `${column} made null`,
  apply: (tables) => {
    const row = rowAt(tables, index);
    return row[column] === null ? undefined : replaced(tables, index % tables.rows.length, { ...row, [column]: null });
  },
}));

export const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 6, arbitrary: byteEdit },
  { weight: 3, arbitrary: rowEdit },
  { weight: 1, arbitrary: nullEdit },
  { weight: 1, arbitrary: checkpointEdit },
  { weight: 1, arbitrary: endEdit },
);
