import { describe, expect, it } from "vitest";
import { awkwardTexts, type StoreBench, startMs, storedTenant } from "./store-rows.ts";

export const tenantStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("tenants", () => {
    it("come back as they were stored, whatever their name is", async () => {
      for (const name of awkwardTexts) {
        const tenant = rows.tenant({
          name,
          tier: "enterprise",
          rateLimit: { limit: 1_000_000_000, windowSeconds: 2_592_000 },
          developerScopes: [name],
          reminders: { rotateAfterDays: null, expiryDays: [14, 1] },
          revision: 9,
        });
        await store().tenants.insert(tenant);
        expect(await store().tenants.find(tenant.row.id)).toEqual(tenant);
        expect(await store().transaction((stores) => stores.tenants.lock(tenant.row.id))).toEqual(tenant);
      }
      expect(await store().tenants.find(rows.id("ten"))).toBeUndefined();
    });

    it("are found together, those that there are", async () => {
      const [one, other] = [rows.tenant(), rows.tenant()];
      for (const tenant of [one, other, rows.tenant()]) await store().tenants.insert(tenant);
      const found = await store().tenants.findAll([one.row.id, rows.id("ten"), other.row.id]);
      expect(new Map(found.map((tenant) => [tenant.row.id, tenant]))).toEqual(new Map([one, other].map((tenant) => [tenant.row.id, tenant])));
      expect(found).toHaveLength(2);
      expect(await store().tenants.findAll([])).toEqual([]);
    });

    it("are replaced whole by an update", async () => {
      const tenant = rows.tenant({ rateLimit: { limit: 1, windowSeconds: 1 } });
      await store().tenants.insert(tenant);
      const changed = { row: { ...tenant.row, name: "Other", tier: "pro", status: "suspended", rateLimit: null, updatedAtMs: startMs + 1 }, tag: "t" } as const;
      await store().tenants.update(changed);
      expect(await store().tenants.find(tenant.row.id)).toEqual(changed);
    });

    it("are neither stored twice nor updated where they are not", async () => {
      const tenant = rows.tenant();
      await store().tenants.insert(tenant);
      await expect(store().tenants.insert(tenant)).rejects.toThrow();
      await expect(store().tenants.update(rows.tenant())).rejects.toThrow();
    });

    it("are listed newest first, by status and part of the name, page by page", async () => {
      const mark = `Mark${rows.id("x")}`;
      const made = [
        rows.tenant({ name: `${mark} 50%` }),
        rows.tenant({ name: `${mark} 50 Ü`, status: "suspended" }),
        rows.tenant({ name: `${mark} a_b` }),
        rows.tenant({ name: "elsewhere" }),
      ];
      for (const tenant of made) await store().tenants.insert(tenant);
      const [percent, umlaut, underscore] = made;
      const listed = async (q: string, status?: "active" | "suspended") =>
        (await store().tenants.list({ q, ...(status !== undefined && { status }) }, { limit: 50, after: null })).items;

      expect(await listed(mark.toUpperCase())).toEqual([underscore, umlaut, percent]);
      expect(await listed(mark, "suspended")).toEqual([umlaut]);
      expect(await listed(mark, "active")).toEqual([underscore, percent]);
      expect(await listed(`${mark} 50%`)).toEqual([percent]);
      expect(await listed(`${mark} a_`)).toEqual([underscore]);
      expect(await listed(`${mark} 50 ü`)).toEqual([umlaut]);

      const first = await store().tenants.list({ q: mark }, { limit: 2, after: null });
      expect(first).toEqual({ items: [underscore, umlaut], after: umlaut?.row.id });
      await store().tenants.insert(rows.tenant({ name: mark }));
      expect(await store().tenants.list({ q: mark }, { limit: 2, after: first.after })).toEqual({ items: [percent], after: null });
    });

    it("are all listed where nothing is asked for", async () => {
      const [older, newer] = [await storedTenant(bench), await storedTenant(bench)];
      const { items } = await store().tenants.list({}, { limit: 2, after: null });
      expect(items.map(({ row }) => row.id)).toEqual([newer.id, older.id]);
    });
  });
};

export const memberStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("members", () => {
    it("come back as they were stored", async () => {
      const tenant = await storedTenant(bench);
      for (const name of awkwardTexts) {
        const member = rows.member(tenant.id, { name, role: "owner" });
        expect(await store().members.insert(member)).toBe(true);
        expect(await store().members.find(member.id)).toEqual(member);
        expect(await store().transaction((stores) => stores.members.lock(member.id))).toEqual(member);
      }
      expect(await store().members.find(rows.id("mem"))).toBeUndefined();
    });

    it("share no address within a tenant, without regard to case", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const first = rows.member(tenant.id, { email: "Zoë@Example.com" });
      const twin = rows.member(tenant.id, { email: "ZOË@example.COM" });
      expect(await store().members.insert(first)).toBe(true);
      expect(await store().members.insert(twin)).toBe(false);
      expect(await store().members.find(twin.id)).toBeUndefined();
      expect((await store().members.find(first.id))?.email).toBe("Zoë@Example.com");
      expect(await store().members.insert(rows.member(other.id, { email: "zoë@example.com" }))).toBe(true);
    });

    it("are added once by concurrent inserts of one address", async () => {
      const tenant = await storedTenant(bench);
      const inserted = await Promise.all(Array.from({ length: 20 }, () => store().members.insert(rows.member(tenant.id, { email: "one@example.com" }))));
      expect(inserted.filter(Boolean)).toHaveLength(1);
      expect((await store().members.list(tenant.id, { limit: 50, after: null })).items).toHaveLength(1);
    });

    it("are listed newest first, of one tenant, page by page", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const made = [rows.member(tenant.id), rows.member(tenant.id), rows.member(tenant.id)];
      for (const member of [...made, rows.member(other.id)]) await store().members.insert(member);
      const [oldest, middle, newest] = made;
      const first = await store().members.list(tenant.id, { limit: 2, after: null });
      expect(first).toEqual({ items: [newest, middle], after: middle?.id });
      expect(await store().members.list(tenant.id, { limit: 2, after: first.after })).toEqual({ items: [oldest], after: null });
    });

    it("are found by the account that is linked to them, and by the address where none is", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const [accountId, email] = [rows.id("account"), `${rows.id("mail")}@Example.com`];
      const [linked, unlinked] = [rows.member(tenant.id, { accountId }), rows.member(other.id, { email })];
      for (const member of [linked, unlinked]) expect(await store().members.insert(member)).toBe(true);
      const everyone = { limit: 50, after: null };

      expect(await store().members.findOfAccount(accountId, tenant.id)).toEqual(linked);
      expect(await store().members.findOfAccount(accountId, other.id)).toBeUndefined();
      expect(await store().members.findByEmail(other.id, email.toUpperCase())).toEqual(unlinked);
      expect(await store().members.findByEmail(tenant.id, email)).toBeUndefined();
      expect((await store().members.listUnlinked(email.toUpperCase(), everyone)).items).toEqual([unlinked]);

      await store().members.update({ ...unlinked, accountId });
      expect((await store().members.listUnlinked(email, everyone)).items).toEqual([]);
      expect((await store().members.listOfAccount(accountId, everyone)).items.map(({ id }) => id)).toEqual([unlinked.id, linked.id]);
      expect(await store().members.listOfAccount(accountId, { limit: 1, after: unlinked.id })).toEqual({ items: [linked], after: null });
    });

    it("are one member of a tenant for one account", async () => {
      const tenant = await storedTenant(bench);
      const accountId = rows.id("account");
      expect(await store().members.insert(rows.member(tenant.id, { accountId }))).toBe(true);
      expect(await store().members.insert(rows.member(tenant.id, { accountId }))).toBe(false);
      const other = rows.member(tenant.id);
      await store().members.insert(other);
      await expect(store().members.update({ ...other, accountId })).rejects.toThrow();
      await expect(store().members.update(rows.member(tenant.id))).rejects.toThrow();
    });

    it("are counted as owners, changed and taken away", async () => {
      const tenant = await storedTenant(bench);
      const [one, two] = [rows.member(tenant.id, { role: "owner" }), rows.member(tenant.id, { role: "owner" })];
      for (const member of [one, two, rows.member(tenant.id)]) await store().members.insert(member);
      expect(await store().members.countOwners(tenant.id)).toBe(2);
      await store().members.update({ ...one, role: "viewer" });
      expect(await store().members.find(one.id)).toEqual({ ...one, role: "viewer" });
      await store().members.remove(two.id);
      expect(await store().members.find(two.id)).toBeUndefined();
      expect(await store().members.countOwners(tenant.id)).toBe(0);
    });
  });
};
