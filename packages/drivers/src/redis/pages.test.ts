import { describe, expect, it } from "vitest";
import { shardNames } from "./names.ts";
import { type Counted, countsOf, createPages } from "./pages.ts";
import { createSubjects, labelOf } from "./subjects.ts";

const open = () => {
  const ids = { last: 0 };
  const pages = createPages(() => {
    ids.last += 1;
    return `mov_${ids.last}`;
  });
  return {
    ...pages,
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

const subjects = () => createSubjects(shardNames("kw", null));
const key = subjects().of("key_1");

describe("pages of counts", () => {
  it("leave only when the last batch that may be counted on them has been answered", async () => {
    const pages = open();
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
    expect(countsOf((await next) ?? page)).toEqual([{ keyId: "key_1", tenantId: null, hourMs: 7_200_000, endpoint: "GET /a", outcome: "VALID", requests: 2 }]);
    expect(await pages.next()).toBe(page);
    pages.remove(page);
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
    expect(countsOf(page)).toEqual([]);
    pages.remove(page);
    expect(await pages.next()).toBeUndefined();
  });

  it("are bounded while the store is away: full ones wait, and from some number on lines are told apart no longer and copies are not made", () => {
    const pages = open();
    const keys = subjects();
    const label = (id: string): string => labelOf(keys.of(id), "GET /a", { hour: 0, isCrowded: pages.isCrowded() });
    for (let n = 0; n < 16 * 20_000; n++) {
      const page = pages.begin();
      pages.count(page, keys.of(`key_${n}`), counted({ endpoint: label(`key_${n}`) }));
      pages.settle(page);
    }
    expect(pages.isCrowded()).toBe(true);
    expect(pages.ids().length).toBe(17);
    expect(label("key_new")).toBe("other");
    const page = pages.begin();
    const record = "x".repeat(4 * 1024 * 1024);
    expect([1, 2, 3].map(() => pages.copy(page, record).length)).toEqual([record.length, record.length, 0]);
    for (let n = 0; n < 21_000; n++) pages.count(page, keys.of(`key_${n}`), counted());
    expect(pages.ids().length).toBe(17);
  });
});

describe("endpoints", () => {
  it("are 200 a key and hour, and then one", () => {
    const keys = subjects();
    const label = (id: string, endpoint: string, hour = 0): string => labelOf(keys.of(id), endpoint, { hour, isCrowded: false });
    for (let n = 0; n < 200; n++) expect(label("key_1", `GET /${n}`)).toBe(`GET /${n}`);
    expect(label("key_1", "GET /200")).toBe("other");
    expect(label("key_1", "GET /7")).toBe("GET /7");
    expect(label("key_2", "GET /200")).toBe("GET /200");
    expect(label("key_1", "GET /200", 3_600_000)).toBe("GET /200");
  });
});
