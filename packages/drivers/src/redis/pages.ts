import type { LastUse, UsageCount } from "@keywright/core";
import type { KeyUsage, Subject, UsageLine } from "./subjects.ts";

/** Lines after which a page is full: what one move of counts carries. */
const pageLines = 20_000;
/** Bytes of its copy in the ledger after which a page is full as well. */
const pageBytes = 8 * 1024 * 1024;
/** Full pages that may wait for the store. Beyond them the open page grows on, with endpoints that are told apart no longer, and without a copy. */
const waitingPages = 16;
const hourMs = 3_600_000;

/** The counts that one process has made, and that leave it as one move under the page's id. */
export interface Page {
  readonly id: string;
  /** Batches under way that will be counted here. */
  inFlight: number;
  /** Whether a batch was ever sent to be counted here; one that found no connection was not. */
  isUsed: boolean;
  /** Whether the ledger may have counted here what this process has not: a batch had no answer, and may yet be done. */
  isDoubtful: boolean;
  lines: number;
  /** Of its copy in the ledger. */
  bytes: number;
  /** When it was first counted on, by the ledger's clock; undefined before. */
  beganMs: number | undefined;
  readonly keys: Map<string, KeyUsage>;
}

export interface Counted {
  readonly tenantId: string | null;
  readonly endpoint: string;
  readonly outcome: string;
  readonly nowMs: number;
  readonly ip: string | null;
  /** Requests that were alike in all this. */
  readonly times: number;
}

export interface Pages {
  /** The page that a batch is counted on, which must be settled. */
  begin(): Page;
  /** What of this record the ledger keeps as a copy: all of it, or nothing where there is too much. */
  copy(page: Page, record: string): string;
  count(page: Page, key: Subject, counted: Counted): void;
  /** A batch is no longer under way, answered or not. */
  settle(page: Page): void;
  /** Whether so much waits for the store that endpoints should no longer be told apart. */
  isCrowded(): boolean;
  /** The oldest closed page that has counts, once no batch is under way for it; undefined when there is none. */
  next(): Promise<Page | undefined>;
  /** The store has it. */
  remove(page: Page): void;
  /** Closes the open page, if it was ever counted on, and begins a new one. */
  turn(): void;
  /** Ids of the pages that have or may get counts. */
  ids(): readonly string[];
}

interface State {
  readonly newId: () => string;
  open: Page;
  readonly closed: Page[];
  readonly waiting: Map<Page, () => void>;
}

export const createPage = (id: string): Page => ({
  id,
  inFlight: 0,
  isUsed: false,
  isDoubtful: false,
  lines: 0,
  bytes: 0,
  beganMs: undefined,
  keys: new Map(),
});

/**
 * What this process has counted and the store has not. A copy of each page is in the ledger, written in the same step that charges: it is
 * delivered under the page's id by another process where this one dies.
 */
export const createPages = (newId: () => string): Pages => {
  const state: State = { newId, open: createPage(newId()), closed: [], waiting: new Map() };
  const isCrowded = (): boolean => state.closed.length >= waitingPages;
  const turn = (): void => {
    if (!state.open.isUsed) return;
    state.closed.push(state.open);
    state.open = createPage(newId());
  };
  return {
    begin: () => {
      state.open.inFlight += 1;
      return state.open;
    },
    count: (page, key, counted) => {
      const known = key.usage;
      const usage = known?.pageId === page.id ? known : usageOn(page, key.id, counted.tenantId);
      if (known !== usage) remember(key, usage);
      tally(page, usage, counted);
      if (page === state.open && (page.lines >= pageLines || page.bytes >= pageBytes) && !isCrowded()) turn();
    },
    copy: (page, record) => {
      if (page.bytes >= pageBytes) return "";
      page.bytes += record.length;
      return record;
    },
    settle: (page) => {
      page.inFlight -= 1;
      if (page.inFlight === 0) state.waiting.get(page)?.();
    },
    isCrowded,
    next: () => next(state),
    remove: (page) => {
      const place = state.closed.indexOf(page);
      if (place >= 0) state.closed.splice(place, 1);
      forget(page);
    },
    turn,
    ids: () => [state.open, ...state.closed].map(({ id }) => id),
  } satisfies Pages;
};

const remember = (subject: Subject, usage: KeyUsage): void => {
  subject.usage = usage;
  usage.subject = subject;
};

/** What the store has is no longer held for the sake of keys that may not be used again for long. */
const forget = (page: Page): void => {
  for (const usage of page.keys.values()) if (usage.subject?.usage === usage) usage.subject.usage = undefined;
};

export const usageOn = (page: Page, keyId: string, tenantId: string | null): KeyUsage => {
  const known = page.keys.get(keyId);
  if (known !== undefined) return known;
  const usage: KeyUsage = { keyId, pageId: page.id, tenantId, line: undefined, others: undefined, acceptedMs: undefined, acceptedIp: null, subject: undefined };
  page.keys.set(keyId, usage);
  return usage;
};

export const tally = (page: Page, usage: KeyUsage, counted: Counted): void => {
  const { endpoint, outcome, nowMs, ip, times } = counted;
  const hour = Math.floor(nowMs / hourMs);
  const line = lineOf(usage, hour, counted);
  if (line === undefined) {
    addLine(usage, { hour, endpoint, outcome, requests: times });
    page.lines += 1;
  } else line.requests += times;
  if (outcome !== "VALID") return;
  page.beganMs ??= nowMs;
  usage.acceptedMs = nowMs - page.beganMs;
  usage.acceptedIp = ip;
};

const lineOf = ({ line, others }: KeyUsage, hour: number, counted: Counted): UsageLine | undefined =>
  line === undefined || isLine(line, hour, counted) ? line : others?.find((other) => isLine(other, hour, counted));

const isLine = (line: UsageLine, hour: number, { endpoint, outcome }: Counted): boolean =>
  line.endpoint === endpoint && line.outcome === outcome && line.hour === hour;

const addLine = (usage: KeyUsage, line: UsageLine): void => {
  if (usage.line === undefined) usage.line = line;
  else if (usage.others === undefined) usage.others = [line];
  else usage.others.push(line);
};

const next = async (state: State): Promise<Page | undefined> => {
  for (;;) {
    const [oldest] = state.closed;
    if (oldest === undefined) return undefined;
    if (oldest.inFlight > 0) await new Promise<void>((resolve) => state.waiting.set(oldest, resolve));
    state.waiting.delete(oldest);
    // A doubtful page is delivered even when it is empty: the store then knows its id, and refuses the copy that the ledger may have of it.
    if (oldest.lines > 0 || oldest.isDoubtful) return oldest;
    state.closed.shift();
  }
};

export const countsOf = (page: Page): readonly UsageCount[] =>
  [...page.keys.values()].flatMap(({ keyId, tenantId, line, others = [] }) =>
    (line === undefined ? [] : [line, ...others]).map(({ hour, ...counted }) => ({ keyId, tenantId, hourMs: hour * hourMs, ...counted })),
  );

export const lastUsesOf = ({ beganMs = 0, keys }: Page): readonly LastUse[] =>
  [...keys.values()].flatMap(({ keyId, acceptedMs, acceptedIp }) => (acceptedMs === undefined ? [] : { keyId, atMs: beganMs + acceptedMs, ip: acceptedIp }));
