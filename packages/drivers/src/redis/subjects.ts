import type { LastUse } from "@keywright/core";
import type { ShardNames } from "./names.ts";

/** What one key has on one page. */
export interface KeyUsage {
  readonly keyId: string;
  /** By its id, so that whoever remembers this does not hold the whole page. */
  readonly pageId: string;
  readonly tenantId: string | null;
  readonly lines: { readonly hourMs: number; readonly endpoint: string; readonly outcome: string; requests: number }[];
  lastUse: { -readonly [Field in keyof LastUse]: LastUse[Field] } | undefined;
  /** Who remembers this. */
  subject: Subject | undefined;
}

/** What this process remembers of a key or a tenant, so that a request looks it up but once. */
export interface Subject {
  readonly id: string;
  /** The name of its entry. */
  readonly entry: string;
  /** The batch that it was last part of, and its place there. */
  batch: number;
  place: number;
  /** Where it was last counted. */
  usage: KeyUsage | undefined;
  /** Endpoints that it is known to have used in this hour: the first one, and the others where there are any. Most keys know but one. */
  endpoint: string | undefined;
  others: Set<string> | undefined;
  /** That hour, counted from 1970. */
  hour: number;
}

export interface Subjects {
  of(id: string): Subject;
}

/** Subjects that are remembered; beyond them that one is forgotten which was first seen longest ago. */
const maxSubjects = 200_000;

export const createSubjects = (names: ShardNames): Subjects => {
  const subjects = new Map<string, Subject>();
  return {
    of: (id) => {
      const known = subjects.get(id);
      if (known !== undefined) return known;
      const oldest = subjects.size >= maxSubjects ? subjects.keys().next() : undefined;
      if (oldest?.done === false) subjects.delete(oldest.value);
      const subject = { id, entry: flat(names.entry(id)), batch: 0, place: 0, usage: undefined, endpoint: undefined, others: undefined, hour: 0 };
      subjects.set(id, subject);
      return subject;
    },
  } satisfies Subjects;
};

/** A text that was joined keeps its parts for as long as it lives; this one does not. */
const flat = (text: string): string => Buffer.from(text).toString("latin1");

/** Endpoints that are told apart for one key in one hour; later ones are counted as `otherEndpoints`. */
const endpointsPerHour = 200;
const otherEndpoints = "other";

interface Labelling {
  /** Counted from 1970. */
  readonly hour: number;
  /** Whether no endpoint more is to be told apart. */
  readonly isCrowded: boolean;
}

/** The label that an endpoint of this key is counted under: bounds how many lines of usage it can cause. */
export const labelOf = (subject: Subject, endpoint: string, { hour, isCrowded }: Labelling): string => {
  if (subject.hour !== hour) {
    subject.endpoint = undefined;
    subject.others = undefined;
    subject.hour = hour;
  }
  if (subject.endpoint === endpoint || subject.others?.has(endpoint) === true) return endpoint;
  if (isCrowded || countOf(subject) >= endpointsPerHour) return otherEndpoints;
  note(subject, endpoint);
  return endpoint;
};

const countOf = ({ endpoint, others }: Subject): number => (endpoint === undefined ? 0 : 1) + (others?.size ?? 0);

const note = (subject: Subject, endpoint: string): void => {
  if (subject.endpoint === undefined) subject.endpoint = endpoint;
  else {
    subject.others ??= new Set();
    subject.others.add(endpoint);
  }
};
