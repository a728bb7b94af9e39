import { addRequests, createLines, indexLines, type LineOwner, type PageLines } from "./page-lines.ts";
import type { Subject } from "./subjects.ts";

/** Lines after which a page is full: what one move of counts carries. */
const pageLines = 20_000;
/** Bytes of its copy in the ledger after which a page is full as well. */
const pageBytes = 8 * 1024 * 1024;
/** Full pages that may wait for the store: what a busy process counts in the longest rest between two deliveries, and while the store writes it. Beyond them the open page grows on, with endpoints that are told apart no longer, and without a copy. */
const waitingPages = 24;
const hourMs = 3_600_000;

/** The counts that one process has made, and that leave it as one move under the page's id. */
export interface Page {
  readonly id: string;
  /** Among the pages of this shard, in the order in which they were begun; from 1. */
  readonly number: number;
  /** Batches under way that will be counted here. */
  inFlight: number;
  /** Whether a batch was ever sent to be counted here; one that found no connection was not. */
  isUsed: boolean;
  /** Whether the ledger may have counted here what this process has not: a batch had no answer, and may yet be done. */
  isDoubtful: boolean;
  /** Whether another process may have delivered its copy: then the store knows its id, and it leaves by itself. */
  isAlone: boolean;
  /** Of its copy in the ledger. */
  bytes: number;
  /** When it was first counted on, by the ledger's clock; undefined before. */
  beganMs: number | undefined;
  readonly lines: PageLines;
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
  /** The oldest closed pages of lower numbers that have counts, at most so many, once no batch is under way for them; one that leaves by itself is alone. */
  next(below: number, most: number): Promise<readonly Page[]>;
  /** The store has it. */
  remove(page: Page): void;
  /** Closes the open page, if it was ever counted on, and begins a new one. Answers the number of the page that is open then. */
  turn(): number;
  /** The same after a silence: others may have taken this process for dead, and its pages for left. */
  turnAfterSilence(): void;
  /** Lines of all pages. */
  lines(): number;
  /** Ids of the pages that have or may get counts. */
  ids(): readonly string[];
}

interface State {
  readonly newId: () => string;
  open: Page;
  readonly closed: Page[];
  readonly waiting: Map<Page, () => void>;
}

export const createPage = (id: string, number = 1): Page => ({
  id,
  number,
  inFlight: 0,
  isUsed: false,
  isDoubtful: false,
  isAlone: false,
  bytes: 0,
  beganMs: undefined,
  lines: createLines(),
});

/**
 * What this process has counted and the store has not. A copy of each page is in the ledger, written in the same step that charges: it is
 * delivered under the page's id by another process where this one dies.
 */
export const createPages = (newId: () => string): Pages => {
  const state: State = { newId, open: createPage(newId()), closed: [], waiting: new Map() };
  const isCrowded = (): boolean => state.closed.length >= waitingPages;
  const turn = (): number => {
    if (state.open.isUsed) {
      state.closed.push(state.open);
      state.open = createPage(newId(), state.open.number + 1);
    }
    return state.open.number;
  };
  return {
    begin: () => {
      state.open.inFlight += 1;
      return state.open;
    },
    count: (page, key, counted) => {
      const first = key.page === page.number ? key.line : undefined;
      const line = tally(page, { keyId: key.id, tenantId: counted.tenantId, first }, counted);
      // A batch that was answered late is counted on a page that is over: the open one is remembered on.
      if (key.page < page.number) {
        key.page = page.number;
        key.line = line;
      }
      if (page !== state.open || (linesOn(page) < pageLines && page.bytes < pageBytes)) return;
      if (isCrowded()) indexLines(page.lines);
      else turn();
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
    next: (below, most) => next(state, below, most),
    remove: (page) => remove(state, page),
    turn,
    turnAfterSilence: () => {
      turn();
      for (const page of state.closed) page.isAlone = true;
    },
    lines: () => state.closed.reduce((sum, page) => sum + linesOn(page), linesOn(state.open)),
    ids: () => [state.open, ...state.closed].map(({ id }) => id),
  } satisfies Pages;
};

const linesOn = ({ lines }: Page): number => lines.keyIds.length;

/** The key's first line on the page. */
export const tally = (page: Page, owner: LineOwner, { endpoint, outcome, nowMs, ip, times }: Counted): number => {
  const { lines } = page;
  const first = addRequests(lines, owner, { kind: { hour: Math.floor(nowMs / hourMs), endpoint, outcome }, times });
  if (outcome !== "VALID") return first;
  page.beganMs ??= nowMs;
  lines.acceptedMs[first] = nowMs - page.beganMs;
  lines.acceptedIps[first] = ip;
  return first;
};

const next = async (state: State, below: number, most: number): Promise<readonly Page[]> => {
  const found: Page[] = [];
  for (const page of state.closed.filter(({ number }) => number < below)) {
    if (found.length === most || (page.isAlone && found.length > 0) || found[0]?.isAlone === true) break;
    if (page.inFlight > 0) await new Promise<void>((resolve) => state.waiting.set(page, resolve));
    state.waiting.delete(page);
    // A doubtful page is delivered even when it is empty: the store then knows its id, and refuses the copy that the ledger may have of it.
    if (linesOn(page) > 0 || page.isDoubtful) found.push(page);
    else remove(state, page);
  }
  return found;
};

const remove = ({ closed }: State, page: Page): void => {
  const place = closed.indexOf(page);
  if (place >= 0) closed.splice(place, 1);
};
