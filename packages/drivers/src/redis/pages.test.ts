import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countsOf, lastUsesOf } from "./page-lines.ts";
import { type Counted, createPages } from "./pages.ts";
import { createSubjects } from "./subjects.ts";

const open = () => {
  const ids = { last: 0 };
  const pages = createPages(() => {
    ids.last += 1;
    return `mov_${ids.last}`;
  });
  return {
    ...pages,
    /** The oldest one of all that are closed. */
    next: async () => (await pages.next(Number.MAX_SAFE_INTEGER, 1))[0],
    several: pages.next,
    begin: () => {
      const page = pages.begin();
      page.isUsed = true;
      return page;
    },
  };
};

const counted = (change: Partial<Counted> = {}): Counted => ({
  tenantId: null,
  endpoint: "GET /a",
  outcome: "VALID",
  nowMs: 7_200_001,
  ip: null,
  times: 1,
  ...change,
});

const subjects = () => {
  const { of, labelOf } = createSubjects();
  return { of: (id: string) => of({ id, revision: 1 }), labelOf };
};

describe("pages of counts", () => {
  it("tell how many lines wait, on the open page and the closed ones, until the store has them", async () => {
    const pages = open();
    const { of } = subjects();
    const count = (id: string, change: Partial<Counted> = {}): void => {
      const page = pages.begin();
      pages.count(page, of(id), counted(change));
      pages.settle(page);
    };
    expect(pages.lines()).toBe(0);
    for (const id of ["key_1", "key_1", "key_2"]) count(id);
    pages.turn();
    count("key_1");
    count("key_1", { outcome: "RATE_LIMITED" });
    expect(pages.lines()).toBe(4);
    const closed = await pages.next();
    if (closed === undefined) throw new Error("No page has left.");
    pages.remove(closed);
    expect(pages.lines()).toBe(2);
  });

  it("leave only when the last batch that may be counted on them has been answered", async () => {
    const pages = open();
    const key = subjects().of("key_1");
    const page = pages.begin();
    const [first, second] = [pages.begin(), pages.begin()];
    expect([first, second]).toEqual([page, page]);
    pages.count(page, key, counted());
    pages.settle(page);
    const state = { left: false };
    pages.turn();
    const next = pages.next().then((left) => {
      state.left = true;
      return left;
    });
    expect(pages.begin()).not.toBe(page);
    pages.settle(page);
    await Promise.resolve();
    expect(state.left).toBe(false);
    pages.count(page, key, counted());
    pages.settle(page);
    expect(countsOf(((await next) ?? page).lines)).toEqual([
      { keyId: "key_1", tenantId: null, hourMs: 7_200_000, endpoint: "GET /a", outcome: "VALID", requests: 2 },
    ]);
    expect(await pages.next()).toBe(page);
    pages.remove(page);
  });

  it("have what a late batch counts on one that is over, and the open one what comes then", () => {
    const pages = open();
    const key = subjects().of("key_1");
    const over = pages.begin();
    pages.turn();
    const page = pages.begin();
    for (const [on, times] of [
      [page, 1],
      [over, 2],
      [page, 3],
    ] as const) {
      pages.count(on, key, counted({ times, ip: `192.0.2.${times}`, nowMs: 7_200_000 + times }));
    }
    expect([over, page].map(({ lines }) => countsOf(lines).map(({ requests }) => requests))).toEqual([[2], [4]]);
    expect(lastUsesOf(page.lines, page.beganMs ?? 0)).toEqual([{ keyId: "key_1", atMs: 7_200_003, ip: "192.0.2.3" }]);
  });

  it("leave several together, of those that were begun before the open one, and without those that nothing was counted on", async () => {
    const pages = open();
    const key = subjects().of("key_1");
    const begun = [true, false, true, true, true].map((isCounted) => {
      const page = pages.begin();
      if (isCounted) pages.count(page, key, counted());
      pages.settle(page);
      pages.turn();
      return page;
    });
    const [first, , third, fourth, last] = begun;
    expect(await pages.several(last?.number ?? 0, 2)).toEqual([first, third]);
    expect(await pages.several(last?.number ?? 0, 9)).toEqual([first, third, fourth]);
    expect(await pages.several(pages.turn(), 9)).toEqual([first, third, fourth, last]);
    expect(pages.ids()).toHaveLength(5);
  });

  it("leave by themselves where others may have delivered them, and then no longer", async () => {
    const pages = open();
    const begin = (turn: () => unknown) => {
      const page = pages.begin();
      pages.count(page, subjects().of("key_1"), counted());
      pages.settle(page);
      turn();
      return page;
    };
    const begun = [pages.turn, pages.turn, pages.turnAfterSilence, pages.turn, pages.turn].map(begin);
    const left: unknown[] = [];
    for (let next = await pages.several(9, 9); next.length > 0; next = await pages.several(9, 9)) {
      left.push(next.map((page) => begun.indexOf(page)));
      for (const page of next) pages.remove(page);
    }
    expect(left).toEqual([[0], [1], [2], [3, 4]]);
  });

  it("leave nothing where nothing was counted", async () => {
    const pages = open();
    expect(await pages.next()).toBeUndefined();
    const page = pages.begin();
    pages.settle(page);
    pages.turn();
    expect(pages.ids()).toContain(page.id);
    expect(await pages.next()).toBeUndefined();
    expect(pages.ids()).not.toContain(page.id);
  });

  it("leave empty where a batch had no answer, so that the store knows their id before it meets a copy of them", async () => {
    const pages = open();
    const page = pages.begin();
    page.isDoubtful = true;
    pages.settle(page);
    pages.turn();
    expect(await pages.next()).toBe(page);
    expect(countsOf(page.lines)).toEqual([]);
    pages.remove(page);
    expect(await pages.next()).toBeUndefined();
  });

  it("are bounded while the store is away: full ones wait, and from some number on lines are told apart no longer and copies are not made", () => {
    const pages = open();
    const keys = subjects();
    const label = (id: string): string => keys.labelOf(keys.of(id), "GET /a", { hour: 0, isCrowded: pages.isCrowded() });
    for (let n = 0; n < 24 * 20_000; n++) {
      const page = pages.begin();
      pages.count(page, keys.of(`key_${n}`), counted({ endpoint: label(`key_${n}`) }));
      pages.settle(page);
    }
    expect(pages.isCrowded()).toBe(true);
    expect(pages.ids().length).toBe(25);
    expect(label("key_new")).toBe("other");
    const page = pages.begin();
    const record = "x".repeat(4 * 1024 * 1024);
    expect([1, 2, 3].map(() => pages.copy(page, record).length)).toEqual([record.length, record.length, 0]);
    // Who has forgotten a key finds the lines that it has.
    for (const known of [keys, subjects()]) for (let n = 0; n < 21_000; n++) pages.count(page, known.of(`key_${n}`), counted());
    expect(pages.ids().length).toBe(25);
    const counts = countsOf(page.lines);
    expect([counts.length, new Set(counts.map(({ requests }) => requests))]).toEqual([21_000, new Set([2])]);
  });
});

describe("endpoints", () => {
  it("are 200 a key and hour, and then one", () => {
    const keys = subjects();
    const label = (id: string, endpoint: string, hour = 0): string => keys.labelOf(keys.of(id), endpoint, { hour, isCrowded: false });
    for (let n = 0; n < 200; n++) expect(label("key_1", `GET /${n}`)).toBe(`GET /${n}`);
    expect(label("key_1", "GET /200")).toBe("other");
    expect(label("key_1", "GET /7")).toBe("GET /7");
    expect(label("key_2", "GET /200")).toBe("GET /200");
    expect(label("key_1", "GET /200", 3_600_000)).toBe("GET /200");
  });

  it("are 200,000 of all keys together beside the first of each, and room is made by those that were not used since the hour began", () => {
    const keys = subjects();
    const label = (id: string, endpoint: string, hour = 0): string => keys.labelOf(keys.of(id), endpoint, { hour, isCrowded: false });
    const others = { number: 0 };
    for (let n = 0; n < 202_000; n++) if (label(`key_${n % 2_000}`, `GET /${n % 101}`) === "other") others.number += 1;
    expect(others.number).toBe(0);
    expect([label("key_0", "GET /101"), label("key_0", "GET /7"), label("key_new", "GET /1"), label("key_new", "GET /2")]).toEqual([
      "other",
      "GET /7",
      "GET /1",
      "other",
    ]);
    expect([label("key_new", "GET /1", 1), label("key_new", "GET /2", 1), label("key_0", "GET /101", 1)]).toEqual(["GET /1", "GET /2", "GET /101"]);
  });
});

describe("a million distinct endpoints", () => {
  /** Counts as a batch of one does, and tells what has left as the store would sum it up. */
  const openLedger = () => {
    const pages = open();
    const keys = subjects();
    const spend = (id: string, endpoint: string, nowMs = 7_200_001): void => {
      const page = pages.begin();
      const label = keys.labelOf(keys.of(id), endpoint, { hour: Math.floor(nowMs / 3_600_000), isCrowded: pages.isCrowded() });
      pages.count(page, keys.of(id), counted({ endpoint: label, nowMs }));
      pages.settle(page);
    };
    const leave = async () => {
      const counts: ReturnType<typeof countsOf>[number][] = [];
      pages.turn();
      for (let page = await pages.next(); page !== undefined; page = await pages.next()) {
        counts.push(...countsOf(page.lines));
        pages.remove(page);
      }
      return counts;
    };
    return { spend, leave };
  };
  const sum = (counts: readonly { readonly requests: number }[]): number => counts.reduce((total, { requests }) => total + requests, 0);

  it("of one key are 200 and one, and every request is counted", async () => {
    const { spend, leave } = openLedger();
    for (let n = 0; n < 1_000_000; n++) spend("key_1", `GET /${n}`);
    const counts = await leave();
    expect([counts.length, sum(counts), counts.find(({ endpoint }) => endpoint === "other")?.requests]).toEqual([201, 1_000_000, 999_800]);
  });

  it("of many keys, while the store takes nothing, are bounded in number, and every request is counted", async () => {
    const { spend, leave } = openLedger();
    for (let n = 0; n < 1_000_000; n++) spend(`key_${n % 5_000}`, `GET /${n}`);
    const counts = await leave();
    expect(counts.length).toBeLessThanOrEqual(220_000);
    expect(sum(counts)).toBe(1_000_000);
  });

  it("in hours that come again where the ledger's clock goes back, are summed up under the hours that it has shown", async () => {
    const walks = fc.array(fc.integer({ min: -180, max: 180 }), { maxLength: 300 });
    const property = fc.asyncProperty(walks, async (minutes) => {
      const { spend, leave } = openLedger();
      const hours: number[] = [];
      const left: number[] = [];
      const bringHome = async (): Promise<void> => {
        for (const { hourMs, requests } of await leave()) left.push(...Array.from({ length: requests }, () => hourMs));
      };
      let nowMs = 48 * 3_600_000;
      for (const [place, step] of minutes.entries()) {
        nowMs = Math.max(0, nowMs + step * 60_000);
        hours.push(nowMs - (nowMs % 3_600_000));
        spend(`key_${place % 2}`, `GET /${place}`, nowMs);
        if (place % 50 === 0) await bringHome();
      }
      await bringHome();
      expect(left.toSorted((one, other) => one - other)).toEqual(hours.toSorted((one, other) => one - other));
    });
    await fc.assert(property, { numRuns: 50 });
  });
});
