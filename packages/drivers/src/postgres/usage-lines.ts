import type { UsageCount } from "@keywright/core";
import { textArray } from "./text-array.ts";

/** What lines of a move have in common with many others. */
export interface LineKind {
  readonly hourMs: number;
  readonly endpoint: string;
  readonly outcome: string;
}

/** The counts of a move in columns: each key, hour, endpoint and outcome once, and texts that repeat by their number, counted from 1. */
export interface UsageLines {
  readonly keyIds: readonly string[];
  /** The same, as PostgreSQL reads it. */
  readonly keysText: string;
  /** Whether each key has one line. */
  readonly isOneEach: boolean;
  /** Into `tenantIds`; null: of no tenant. */
  readonly tenants: readonly (number | null)[];
  /** Into `kinds`, whose order is that of hour, endpoint and outcome. */
  readonly kindsOf: readonly number[];
  readonly requests: readonly number[];
  readonly tenantIds: readonly string[];
  readonly kinds: readonly LineKind[];
}

/** Merges counts of the same subject: one statement may not write a row twice. Most moves have none, and most of their keys have one line. */
export const linesOf = (counts: readonly UsageCount[]): UsageLines => {
  const [kindOf, tenantOf] = [numberKinds(), numberTexts()];
  const firstLines = new Map<string, number>();
  const otherLines = new Map<string, Map<number, number>>();
  const lines = { keyIds: [] as string[], tenants: [] as (number | null)[], kindsOf: [] as number[], requests: [] as number[] };
  for (const count of counts) {
    const { keyId, tenantId, requests } = count;
    const kind = kindOf.number(count);
    const first = firstLines.get(keyId);
    const known = first === undefined || lines.kindsOf[first] === kind ? first : otherLines.get(keyId)?.get(kind);
    if (known !== undefined) {
      lines.requests[known] = (lines.requests[known] ?? 0) + requests;
      continue;
    }
    const place = lines.keyIds.push(keyId) - 1;
    if (first === undefined) firstLines.set(keyId, place);
    else otherLines.set(keyId, (otherLines.get(keyId) ?? new Map<number, number>()).set(kind, place));
    lines.tenants.push(tenantId === null ? null : tenantOf.number(tenantId));
    lines.kindsOf.push(kind);
    lines.requests.push(requests);
  }
  const keys = { keysText: textArray(lines.keyIds), isOneEach: firstLines.size === lines.keyIds.length };
  return { ...lines, ...keys, ...inOrder(kindOf.kinds, lines.kindsOf), tenantIds: tenantOf.texts };
};

/** Numbers texts from 1 in the order in which they are first asked for. */
const numberTexts = () => {
  const numbers = new Map<string, number>();
  const texts: string[] = [];
  return {
    texts,
    number: (text: string): number => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      const number = texts.push(text);
      numbers.set(text, number);
      return number;
    },
  };
};

const numberKinds = () => {
  const byLabel = new Map<number, Map<string, Map<string, number>>>();
  const kinds: LineKind[] = [];
  const state: { last: LineKind | undefined; number: number } = { last: undefined, number: 0 };
  const number = (kind: LineKind): number => {
    const byOutcome = entryOf(byLabel, kind.hourMs, () => new Map<string, Map<string, number>>());
    const byEndpoint = entryOf(byOutcome, kind.outcome, () => new Map<string, number>());
    return entryOf(byEndpoint, kind.endpoint, () => kinds.push({ hourMs: kind.hourMs, endpoint: kind.endpoint, outcome: kind.outcome }));
  };
  return {
    kinds,
    /** Neighbours are often of the same kind. */
    number: (kind: LineKind): number => {
      if (state.last === undefined || compare(state.last, kind) !== 0) state.number = number(kind);
      state.last = kind;
      return state.number;
    },
  };
};

const entryOf = <K, V>(entries: Map<K, V>, key: K, make: () => V): V => {
  const known = entries.get(key);
  if (known !== undefined) return known;
  const made = make();
  entries.set(key, made);
  return made;
};

const compare = (a: LineKind, b: LineKind): number => a.hourMs - b.hourMs || compareTexts(a.endpoint, b.endpoint) || compareTexts(a.outcome, b.outcome);
const compareTexts = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** The same order in every process, so that rows can be written in it. */
const inOrder = (kinds: readonly LineKind[], kindsOf: readonly number[]): Pick<UsageLines, "kinds" | "kindsOf"> => {
  if (kinds.length < 2) return { kinds, kindsOf };
  const order = kinds.map((_, index) => index).sort((a, b) => compare(kinds[a] as LineKind, kinds[b] as LineKind));
  const numbers = new Array<number>(kinds.length);
  order.forEach((index, place) => {
    numbers[index] = place + 1;
  });
  return { kinds: order.map((index) => kinds[index] as LineKind), kindsOf: kindsOf.map((kind) => numbers[kind - 1] ?? 0) };
};
