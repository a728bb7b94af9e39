import { type Known, oldestFirst } from "@keywright/core";

/** What this process remembers of a key or a tenant, so that a request looks it up but once. */
export interface Subject {
  readonly id: string;
  /** Who remembers it; undefined: it has been forgotten. */
  home: object | undefined;
  /** The batch that it was last part of, and its place there. */
  batch: number;
  place: number;
  /** The number of the page that it was last counted on, and its first line there. */
  page: number;
  line: number;
  /** Endpoints that it is known to have used in this hour: the first one, and the others where there are any. Most keys know but one. */
  endpoint: string | undefined;
  others: Set<string> | undefined;
  /** That hour, counted from 1970. */
  hour: number;
}

export interface Subjects {
  /** Always the same one of an id until room is made; a note of it is left on what is asked about. */
  of(known: Known): Subject;
  /** Forgets what is too much: between batches alone, for one batch must not have two subjects of an id. */
  makeRoom(): void;
  /** The label that an endpoint of this key is counted under: bounds how many lines of usage it can cause, and how many labels are remembered. */
  labelOf(subject: Subject, endpoint: string, labelling: Labelling): string;
}

/** Subjects that are remembered; beyond them that one is forgotten which was first seen longest ago. */
const maxSubjects = 200_000;
/** Endpoints beyond their first that are remembered of all subjects together. */
const maxOthers = 200_000;

interface State {
  readonly subjects: Map<string, Subject>;
  readonly nextOldest: () => readonly [string, Subject] | undefined;
  /** Endpoints beyond their first that all subjects remember. */
  others: number;
  /** The hour in which those of other hours were last forgotten. */
  sweptHour: number;
}

export const createSubjects = (): Subjects => {
  const subjects = new Map<string, Subject>();
  const state: State = { subjects, nextOldest: oldestFirst(subjects), others: 0, sweptHour: -1 };
  return {
    of: (known) => {
      const noted = known.note as Subject | null | undefined;
      if (noted?.home === state && noted.id === known.id) return noted;
      const subject = find(state, known.id);
      known.note = subject;
      return subject;
    },
    makeRoom: () => {
      while (state.subjects.size > maxSubjects) forgetOldest(state);
    },
    labelOf: (subject, endpoint, { hour, isCrowded }) => {
      if (subject.hour !== hour) {
        forgetEndpoints(state, subject);
        subject.hour = hour;
      }
      if (subject.endpoint === endpoint || subject.others?.has(endpoint) === true) return endpoint;
      return isCrowded || countOf(subject) >= endpointsPerHour || !note(state, subject, endpoint) ? otherEndpoints : endpoint;
    },
  } satisfies Subjects;
};

const find = (state: State, id: string): Subject => {
  const { subjects } = state;
  const known = subjects.get(id);
  if (known !== undefined) return known;
  const subject = { id, home: state, batch: 0, place: 0, page: 0, line: 0, endpoint: undefined, others: undefined, hour: 0 };
  subjects.set(id, subject);
  return subject;
};

const forgetOldest = (state: State): void => {
  const oldest = state.nextOldest()?.[1];
  if (oldest === undefined) return;
  forgetEndpoints(state, oldest);
  oldest.home = undefined;
  state.subjects.delete(oldest.id);
};

const forgetEndpoints = (state: State, subject: Subject): void => {
  state.others -= subject.others?.size ?? 0;
  subject.endpoint = undefined;
  subject.others = undefined;
};

/** Endpoints that are told apart for one key in one hour; later ones are counted as `otherEndpoints`. */
const endpointsPerHour = 200;
const otherEndpoints = "other";

interface Labelling {
  /** Counted from 1970. */
  readonly hour: number;
  /** Whether no endpoint more is to be told apart. */
  readonly isCrowded: boolean;
}

const countOf = ({ endpoint, others }: Subject): number => (endpoint === undefined ? 0 : 1) + (others?.size ?? 0);

/** Whether there was room for it. The first one of a subject needs none. */
const note = (state: State, subject: Subject, endpoint: string): boolean => {
  if (subject.endpoint === undefined) {
    subject.endpoint = endpoint;
    return true;
  }
  if (state.others >= maxOthers) sweep(state, subject.hour);
  if (state.others >= maxOthers) return false;
  subject.others ??= new Set();
  subject.others.add(endpoint);
  state.others += 1;
  return true;
};

/** Goes over all subjects at most once an hour: what those remember that have not been used in it is of no use. */
const sweep = (state: State, hour: number): void => {
  if (state.sweptHour === hour) return;
  state.sweptHour = hour;
  for (const subject of state.subjects.values()) if (subject.hour !== hour) forgetEndpoints(state, subject);
};
