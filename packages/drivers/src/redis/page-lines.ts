import type { LastUse, UsageCount } from "@keywright/core";

/** What requests have in common that are counted in one line of a key. */
export interface LineKind {
  /** Counted from 1970. */
  readonly hour: number;
  readonly endpoint: string;
  readonly outcome: string;
}

/**
 * The lines of one page, in columns. Where many keys are in use, nearly every request makes a line: as objects, which live until the store has the page,
 * lines were copied by several collections, each of which fetched their keys from memory as well, and cost more than the counting.
 */
export interface PageLines {
  readonly keyIds: string[];
  readonly tenantIds: (string | null)[];
  /** Places in `kinds`. */
  readonly kindsOf: number[];
  readonly requests: number[];
  /** The key's next line; 0: none. */
  readonly next: number[];
  /** In a key's first line: when it was last accepted, in milliseconds after the page was begun (so small a number is no object); undefined: it was not. */
  readonly acceptedMs: (number | undefined)[];
  /** From where. */
  readonly acceptedIps: (string | null)[];
  readonly kinds: LineKind[];
  /** Places in `kinds` by endpoint, of an hour and outcome. */
  readonly places: Map<string, Map<string, number>>;
  /** The kind that was asked for last: the next request is often of the same. */
  lastKind: number;
  /** First lines by key, where the lines are so many that a key may have been forgotten by all else. */
  firsts: Map<string, number> | undefined;
}

export interface LineOwner {
  readonly keyId: string;
  readonly tenantId: string | null;
  /** The key's first line, where that is known. */
  readonly first: number | undefined;
}

export const createLines = (): PageLines => ({
  keyIds: [],
  tenantIds: [],
  kindsOf: [],
  requests: [],
  next: [],
  acceptedMs: [],
  acceptedIps: [],
  kinds: [],
  places: new Map(),
  lastKind: 0,
  firsts: undefined,
});

/** From here on each key has each of its lines once, whether or not its first one is known. */
export const indexLines = (lines: PageLines): void => {
  if (lines.firsts !== undefined) return;
  const firsts = new Map<string, number>();
  lines.keyIds.forEach((keyId, line) => {
    if (!firsts.has(keyId)) firsts.set(keyId, line);
  });
  lines.firsts = firsts;
};

/** The key's first line, in which its last use is told. */
export const addRequests = (lines: PageLines, owner: LineOwner, { kind, times }: { readonly kind: LineKind; readonly times: number }): number => {
  const place = placeOf(lines, kind);
  const first = owner.first ?? lines.firsts?.get(owner.keyId);
  if (first === undefined) {
    const added = addLine(lines, owner, { kind: place, times });
    lines.firsts?.set(owner.keyId, added);
    return added;
  }
  let line = first;
  while (lines.kindsOf[line] !== place) {
    const next = lines.next[line] ?? 0;
    if (next === 0) {
      lines.next[line] = addLine(lines, owner, { kind: place, times });
      return first;
    }
    line = next;
  }
  lines.requests[line] = (lines.requests[line] ?? 0) + times;
  return first;
};

const addLine = (lines: PageLines, { keyId, tenantId }: LineOwner, { kind, times }: { readonly kind: number; readonly times: number }): number => {
  lines.tenantIds.push(tenantId);
  lines.kindsOf.push(kind);
  lines.requests.push(times);
  lines.next.push(0);
  lines.acceptedMs.push(undefined);
  lines.acceptedIps.push(null);
  return lines.keyIds.push(keyId) - 1;
};

const placeOf = (lines: PageLines, kind: LineKind): number => {
  const last = lines.kinds[lines.lastKind];
  if (last === undefined || !isSame(last, kind)) lines.lastKind = findPlace(lines, kind);
  return lines.lastKind;
};

const isSame = (one: LineKind, other: LineKind): boolean => one.endpoint === other.endpoint && one.outcome === other.outcome && one.hour === other.hour;

const findPlace = ({ kinds, places }: PageLines, { hour, endpoint, outcome }: LineKind): number => {
  const name = `${hour} ${outcome}`;
  const byEndpoint = places.get(name) ?? new Map<string, number>();
  const known = byEndpoint.get(endpoint);
  if (known !== undefined) return known;
  if (byEndpoint.size === 0) places.set(name, byEndpoint);
  const place = kinds.push({ hour, endpoint, outcome }) - 1;
  byEndpoint.set(endpoint, place);
  return place;
};

const hourMs = 3_600_000;

/** A key that was forgotten meanwhile may have the same line twice. */
export const countsOf = ({ keyIds, tenantIds, kindsOf, requests, kinds }: PageLines): readonly UsageCount[] => {
  const hours = kinds.map(({ hour }) => hour * hourMs);
  return keyIds.map((keyId, line) => {
    const kind = kindsOf[line] ?? 0;
    const { endpoint, outcome } = kinds[kind] as LineKind;
    return { keyId, tenantId: tenantIds[line] ?? null, hourMs: hours[kind] ?? 0, endpoint, outcome, requests: requests[line] ?? 0 };
  });
};

export const lastUsesOf = ({ keyIds, acceptedMs, acceptedIps }: PageLines, beganMs: number): readonly LastUse[] => {
  const uses: LastUse[] = [];
  acceptedMs.forEach((afterMs, line) => {
    if (afterMs !== undefined) uses.push({ keyId: keyIds[line] ?? "", atMs: beganMs + afterMs, ip: acceptedIps[line] ?? null });
  });
  return uses;
};
