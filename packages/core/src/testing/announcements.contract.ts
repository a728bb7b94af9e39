import { describe, expect, it } from "vitest";
import type { Announcement } from "../ports/announcements.ts";
import type { StoreBench } from "./store-rows.ts";

const all = { after: 0, limit: 10_000 };
/** Later than any clock of a test. */
const neverMs = 32_503_680_000_000;

export const announcementsContract = ({ store, rows }: StoreBench): void => {
  const revisionsOf = (announcements: readonly Announcement[], id: string): readonly number[] =>
    announcements.filter((announcement) => announcement.id === id).map(({ revision }) => revision);

  describe("announcements", () => {
    it("are unsettled until they are settled, and are found by either until then", async () => {
      const id = rows.id("key");
      await store().announcements.add([{ id, revision: 2 }]);
      await store().announcements.add([{ id, revision: 3 }]);
      expect(revisionsOf(await store().announcements.unsettled(0, all), id)).toEqual([2, 3]);
      expect(revisionsOf(await store().announcements.since(neverMs, all), id)).toEqual([2, 3]);
      await store().announcements.settle([{ id, revision: 2 }]);
      expect(revisionsOf(await store().announcements.unsettled(0, all), id)).toEqual([3]);
      expect(revisionsOf(await store().announcements.since(neverMs, all), id)).toEqual([3]);
      expect(revisionsOf(await store().announcements.since(0, all), id)).toEqual([2, 3]);
    });

    it("of earlier revisions are settled with a later one, those of others are not", async () => {
      const [one, other] = [rows.id("key"), rows.id("ten")];
      await store().announcements.add([
        { id: one, revision: 2 },
        { id: other, revision: 2 },
        { id: one, revision: 3 },
      ]);
      await store().announcements.settle([{ id: one, revision: 7 }]);
      const unsettled = await store().announcements.unsettled(0, all);
      expect(revisionsOf(unsettled, one)).toEqual([]);
      expect(revisionsOf(unsettled, other)).toEqual([2]);
    });

    it("that are younger than asked are left out", async () => {
      const id = rows.id("key");
      await store().announcements.add([{ id, revision: 2 }]);
      expect(revisionsOf(await store().announcements.unsettled(3_600_000, all), id)).toEqual([]);
    });

    it("come page by page in the order of their making", async () => {
      const ids = Array.from({ length: 7 }, () => rows.id("key"));
      await store().announcements.add(ids.map((id) => ({ id, revision: 1 })));
      const found: Announcement[] = [];
      for (let after = 0; ; ) {
        const page = await store().announcements.since(0, { after, limit: 3 });
        expect(page.length).toBeLessThanOrEqual(3);
        found.push(...page);
        const last = page.at(-1);
        if (last === undefined) break;
        expect(last.sequence).toBeGreaterThan(after);
        after = last.sequence;
      }
      expect(found.map(({ id }) => id).filter((id) => ids.includes(id))).toEqual(ids);
    });

    it("vanish with the transaction that made them", async () => {
      const id = rows.id("key");
      const undone = store().transaction(async (stores) => {
        await stores.announcements.add([{ id, revision: 2 }]);
        throw new Error("no");
      });
      await expect(undone).rejects.toThrow("no");
      expect(revisionsOf(await store().announcements.since(0, all), id)).toEqual([]);
    });

    it("are kept while they are young, settled or not", async () => {
      const id = rows.id("key");
      await store().announcements.add([{ id, revision: 2 }]);
      await store().announcements.settle([{ id, revision: 2 }]);
      await store().announcements.prune(10_000);
      expect(revisionsOf(await store().announcements.since(0, all), id)).toEqual([2]);
    });
  });
};
