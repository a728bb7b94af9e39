import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ApiKey } from "../model/key.ts";
import type { KeyFilter, StoredKey } from "../ports/key-store.ts";
import type { Page } from "../ports/page.ts";
import type { KeyOrder, KeySort } from "../rules/key-order.ts";
import { awkwardTexts, type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

/** `KeyStore.list`: filters, text search and cursors. */
export const keyListContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  const idsOf = async (filter: Partial<KeyFilter> & { readonly tenantId: string | null }): Promise<readonly string[]> => {
    const { items, after } = await store().keys.list({ nowMs: startMs, ...filter }, { limit: 100, after: null });
    expect(after).toBeNull();
    return items.map((item) => item.key.row.id);
  };

  /** A tenant with one key for each of `variants`; the ids of the keys, by name. */
  const tenantWith = async (variants: Readonly<Record<string, Partial<ApiKey>>>) => {
    const { id: tenantId } = await storedTenant(bench);
    const ids: Record<string, string> = {};
    for (const [name, fields] of Object.entries(variants)) ids[name] = (await storedKeyOf(bench, tenantId, { name, ...fields })).row.id;
    return { tenantId, ids };
  };

  const insertKeys = async (tenantId: string, count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let made = 0; made < count; made++) ids.push((await storedKeyOf(bench, tenantId)).row.id);
    return ids;
  };

  /** The ids on all pages, while each step of `plan` in turn says how long a page is and how many keys are inserted after it. */
  const readPages = async (tenantId: string, plan: readonly { readonly limit: number; readonly inserts: number }[]): Promise<readonly string[]> => {
    const seen: string[] = [];
    let after: string | null = null;
    for (let page = 0; page === 0 || after !== null; page++) {
      const { limit, inserts } = plan[page % plan.length] ?? { limit: 1, inserts: 0 };
      const answer: Page<StoredKey> = await store().keys.list({ tenantId, nowMs: startMs }, { limit, after });
      seen.push(...answer.items.map((item) => item.key.row.id));
      after = answer.after;
      await insertKeys(tenantId, inserts);
    }
    return seen;
  };

  /** The names on all pages of `limit` keys, in this order. */
  const namesInOrder = async (tenantId: string, sort: KeySort, limit: number): Promise<readonly string[]> => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const answer: Page<StoredKey> = await store().keys.list({ tenantId, nowMs: startMs }, { limit, after }, sort);
      seen.push(...answer.items.map(({ key }) => key.row.name));
      after = answer.after;
    } while (after !== null);
    return seen;
  };

  const use = (keyId: string, atMs: number) => store().usage.apply({ id: rows.id("mov"), counts: [], lastUses: [{ keyId, atMs, ip: null }], budgets: [] });

  describe("list of keys", () => {
    it("is newest first, whole rows, of one tenant", async () => {
      const { id: tenantId } = await storedTenant(bench);
      const other = await storedTenant(bench);
      const first = await storedKeyOf(bench, tenantId);
      await storedKeyOf(bench, other.id);
      const second = await storedKeyOf(bench, tenantId);
      const secret = rows.secret(first.row.id);
      await store().keys.insertSecret(secret);
      const use = { keyId: first.row.id, atMs: startMs + 5, ip: "2001:db8::1" };
      await store().usage.apply({ id: rows.id("mov"), counts: [], lastUses: [use], budgets: [] });

      const page = await store().keys.list({ tenantId, nowMs: startMs }, { limit: 10, after: null });

      expect(page).toEqual({
        items: [
          { key: second, secrets: [], activity: { lastUsedAtMs: null, lastUsedIp: null } },
          { key: first, secrets: [secret], activity: { lastUsedAtMs: startMs + 5, lastUsedIp: "2001:db8::1" } },
        ],
        after: null,
      });
    });

    it("holds root keys alone where no tenant is named", async () => {
      const tenant = await storedTenant(bench);
      const own = await storedKeyOf(bench, tenant.id, { name: "root or not" });
      const root = await storedKeyOf(bench, null, { name: "root or not", environment: "root" });
      const ids = await idsOf({ tenantId: null, environment: "root" });
      expect(ids).toContain(root.row.id);
      expect(ids).not.toContain(own.row.id);
    });

    it("filters by status, as of the moment that is given", async () => {
      const { tenantId, ids } = await tenantWith({
        plain: {},
        later: { expiresAtMs: startMs + 1 },
        now: { expiresAtMs: startMs },
        disabled: { state: "disabled" },
        disabledAndOver: { state: "disabled", expiresAtMs: startMs - 1 },
        revoked: { state: "revoked", revokedAtMs: startMs },
        revokedAndOver: { state: "revoked", expiresAtMs: startMs - 1 },
      });
      expect(await idsOf({ tenantId, status: "active" })).toEqual([ids["later"], ids["plain"]]);
      expect(await idsOf({ tenantId, status: "expired" })).toEqual([ids["now"]]);
      expect(await idsOf({ tenantId, status: "disabled" })).toEqual([ids["disabledAndOver"], ids["disabled"]]);
      expect(await idsOf({ tenantId, status: "revoked" })).toEqual([ids["revokedAndOver"], ids["revoked"]]);
      expect(await idsOf({ tenantId, status: "expired", nowMs: startMs + 1 })).toEqual([ids["now"], ids["later"]]);
    });

    it("filters by environment, scope and owner, each and together", async () => {
      const ownerId = rows.id("mem");
      const { tenantId, ids } = await tenantWith({
        live: {},
        test: { environment: "test", scopes: ["send_email", "read_analytics"] },
        owned: { environment: "test", ownerId },
      });
      expect(await idsOf({ tenantId, environment: "test" })).toEqual([ids["owned"], ids["test"]]);
      expect(await idsOf({ tenantId, scope: "read_analytics" })).toEqual([ids["test"]]);
      expect(await idsOf({ tenantId, scope: "read" })).toEqual([]);
      expect(await idsOf({ tenantId, ownerId })).toEqual([ids["owned"]]);
      expect(await idsOf({ tenantId, environment: "test", scope: "send_email", ownerId, status: "active" })).toEqual([ids["owned"]]);
      expect(await idsOf({ tenantId, environment: "live", ownerId })).toEqual([]);
    });

    it("finds names by any part of them, literally", async () => {
      const { tenantId, ids } = await tenantWith(Object.fromEntries(awkwardTexts.map((text) => [text, {}])));
      for (const text of awkwardTexts) expect(await idsOf({ tenantId, q: text })).toEqual([ids[text]]);
      expect(await idsOf({ tenantId, q: "%" })).toEqual([ids["100%"]]);
      expect(await idsOf({ tenantId, q: "_" })).toEqual([ids["under_score"]]);
      expect(await idsOf({ tenantId, q: "\\" })).toEqual([ids["back\\slash"]]);
      expect(await idsOf({ tenantId, q: "🔑" })).toEqual([ids["👩‍🚀🔑"]]);
      expect(await idsOf({ tenantId, q: ".*" })).toEqual([]);
    });

    it("finds names without regard to case, in any script", async () => {
      const { tenantId, ids } = await tenantWith({ "Grüße, ÆRØ": {}, "Ключ Доступа": {}, lower: {} });
      expect(await idsOf({ tenantId, q: "gRÜß" })).toEqual([ids["Grüße, ÆRØ"]]);
      expect(await idsOf({ tenantId, q: "ærø" })).toEqual([ids["Grüße, ÆRØ"]]);
      expect(await idsOf({ tenantId, q: "КЛЮЧ" })).toEqual([ids["Ключ Доступа"]]);
      expect(await idsOf({ tenantId, q: "LOW" })).toEqual([ids["lower"]]);
    });

    it("finds a key by the end of its current secret's hint, exactly", async () => {
      const { tenantId, ids } = await tenantWith({ first: {}, second: {} });
      const first = ids["first"] ?? "";
      await store().keys.insertSecret(rows.secret(first, { hint: "pm_live_…aB3_", validUntilMs: startMs }));
      await store().keys.insertSecret(rows.secret(first, { hint: "pm_live_…x7Qk" }));
      await store().keys.insertSecret(rows.secret(ids["second"] ?? "", { hint: "pm_test_…x7QK" }));
      expect(await idsOf({ tenantId, q: "x7Qk" })).toEqual([first]);
      expect(await idsOf({ tenantId, q: "pm_live_…x7Qk" })).toEqual([first]);
      expect(await idsOf({ tenantId, q: "k" })).toEqual([first]);
      expect(await idsOf({ tenantId, q: "…x7QK" })).toEqual([ids["second"]]);
      expect(await idsOf({ tenantId, q: "x7Q" })).toEqual([]);
      expect(await idsOf({ tenantId, q: "aB3_" })).toEqual([]);
      expect(await idsOf({ tenantId, q: "and pm_live_…x7Qk" })).toEqual([]);
    });

    it("ends with a page that names no next one, even where it is full", async () => {
      const { tenantId, ids } = await tenantWith({ a: {}, b: {}, c: {}, d: {} });
      const [a, b, c, d] = Object.values(ids);
      const first = await store().keys.list({ tenantId, nowMs: startMs }, { limit: 2, after: null });
      expect([first.items.map((item) => item.key.row.id), first.after]).toEqual([[d, c], c]);
      const second = await store().keys.list({ tenantId, nowMs: startMs }, { limit: 2, after: first.after });
      expect([second.items.map((item) => item.key.row.id), second.after]).toEqual([[b, a], null]);
      const beyond = await store().keys.list({ tenantId, nowMs: startMs }, { limit: 2, after: a ?? "" });
      expect(beyond).toEqual({ items: [], after: null });
    });

    it("is in every order that there is, up and down, among equals by id, however long its pages are", async () => {
      const { tenantId, ids } = await tenantWith({
        "b: never used": { expiresAtMs: startMs + 2 },
        "a: without an end": {},
        "B: the same": { expiresAtMs: startMs + 2 },
        "ä: the first of all to end": { expiresAtMs: startMs - 1 },
        "🔑: behind every letter": {},
        "﹒: before it by its code point": {},
      });
      const [b, a, sameB, umlaut, key, stop] = Object.keys(ids) as [string, string, string, string, string, string];
      const hourMs = 3_600_000;
      const uses = { [a]: startMs, [sameB]: startMs + 1, [umlaut]: startMs + 3 * hourMs, [key]: startMs, [stop]: startMs - hourMs };
      for (const [name, atMs] of Object.entries(uses)) await use(ids[name] ?? "", atMs);
      const upwards: Readonly<Record<KeyOrder, readonly string[]>> = {
        createdAt: [b, a, sameB, umlaut, key, stop],
        name: [a, b, sameB, umlaut, stop, key],
        lastUsedAt: [b, stop, a, key, sameB, umlaut],
        expiresAt: [umlaut, b, sameB, a, key, stop],
      };
      for (const [by, names] of Object.entries(upwards) as [KeyOrder, readonly string[]][]) {
        for (const limit of [1, 2, 5, 6, 7]) {
          expect(await namesInOrder(tenantId, { by, isDescending: false }, limit), by).toEqual(names);
          expect(await namesInOrder(tenantId, { by, isDescending: true }, limit), by).toEqual([...names].reverse());
        }
      }
    });

    it("goes on behind the place where the page before ended, though that key was used meanwhile", async () => {
      const { tenantId, ids } = await tenantWith({ first: {}, second: {}, third: {} });
      for (const [index, id] of Object.values(ids).entries()) await use(id, startMs + index);
      const latest: KeySort = { by: "lastUsedAt", isDescending: true };
      const page = await store().keys.list({ tenantId, nowMs: startMs }, { limit: 2, after: null }, latest);
      await use(ids["second"] ?? "", startMs + 10);
      const next = await store().keys.list({ tenantId, nowMs: startMs }, { limit: 2, after: page.after }, latest);
      expect([...page.items, ...next.items].map(({ key }) => key.row.name)).toEqual(["third", "second", "first"]);
    });

    it("filters in every order, and keeps tenants apart", async () => {
      const { tenantId } = await tenantWith({ one: {}, two: { environment: "test" }, three: {} });
      await tenantWith({ "of another": {} });
      for (const by of ["createdAt", "name", "lastUsedAt", "expiresAt"] as const) {
        const { items } = await store().keys.list({ tenantId, environment: "live", nowMs: startMs }, { limit: 10, after: null }, { by, isDescending: false });
        expect(items.map(({ key }) => key.row.name).sort()).toEqual(["one", "three"]);
      }
    });

    it("neither repeats nor loses what stood before its first page, whatever is inserted meanwhile", async () => {
      const steps = fc.array(fc.record({ limit: fc.integer({ min: 1, max: 5 }), inserts: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: 12 }), steps, async (count, plan) => {
          const { id: tenantId } = await storedTenant(bench);
          const old = await insertKeys(tenantId, count);
          expect(await readPages(tenantId, plan)).toEqual(old.reverse());
        }),
        { numRuns: 15 },
      );
    });
  });
};
