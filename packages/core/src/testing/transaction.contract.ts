import { describe, expect, it } from "vitest";
import { type StoreBench, startMs, storedKeyOf, storedTenant } from "./store-rows.ts";

/** `Store.transaction` and the locks. */
export const transactionContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("transaction", () => {
    it("commits all that its work did, and resolves with what the work resolved with", async () => {
      const tenant = rows.tenant();
      const key = rows.key({ tenantId: tenant.row.id });
      const entry = rows.entry({ tenantId: tenant.row.id });

      const result = await store().transaction(async (stores) => {
        await stores.tenants.insert(tenant);
        await stores.keys.insert(key);
        await stores.audit.append(entry);
        return "done";
      });

      expect(result).toBe("done");
      expect(await store().tenants.find(tenant.row.id)).toEqual(tenant);
      expect((await store().keys.find(key.row.id))?.key).toEqual(key);
      expect((await store().audit.list({ tenantId: tenant.row.id }, { limit: 10, after: null })).items).toEqual([entry]);
    });

    it("sees its own changes before it commits", async () => {
      const tenant = rows.tenant();
      const seen = await store().transaction(async (stores) => {
        await stores.tenants.insert(tenant);
        return stores.tenants.find(tenant.row.id);
      });
      expect(seen).toEqual(tenant);
    });

    it("undoes everything and rejects with the same reason where its work rejects", async () => {
      const standing = rows.tenant();
      await store().tenants.insert(standing);
      const tenant = rows.tenant();
      const member = rows.member(tenant.row.id);
      const move = { id: rows.id("mov"), counts: [], lastUses: [], budgets: [{ subjectId: tenant.row.id, bucket: null, quota: { month: 24_312, used: 1 } }] };
      const reason = new Error("no");

      const work = store().transaction(async (stores) => {
        await stores.tenants.insert(tenant);
        await stores.tenants.update({ ...standing, row: { ...standing.row, name: "changed" } });
        await stores.members.insert(member);
        await stores.audit.append(rows.entry({ tenantId: tenant.row.id }));
        await stores.usage.apply(move);
        await stores.idempotency.insert({ scope: tenant.row.id, fingerprint: "f", sealed: "s", createdAtMs: startMs }, 0);
        throw reason;
      });

      await expect(work).rejects.toBe(reason);
      expect(await store().tenants.find(tenant.row.id)).toBeUndefined();
      expect(await store().tenants.find(standing.row.id)).toEqual(standing);
      expect(await store().members.find(member.id)).toBeUndefined();
      expect((await store().audit.list({ tenantId: tenant.row.id }, { limit: 10, after: null })).items).toEqual([]);
      expect(await store().idempotency.find(tenant.row.id, 0)).toBeUndefined();
      expect(await store().usage.apply(move)).toBe(true);
    });

    it("goes on working after transactions that failed", async () => {
      const failures = Array.from({ length: 30 }, () => store().transaction(() => Promise.reject(new Error("no"))));
      const outcomes = await Promise.allSettled(failures);
      expect(outcomes.map(({ status }) => status)).toEqual(failures.map(() => "rejected"));
      const tenant = await storedTenant(bench);
      expect((await store().tenants.find(tenant.id))?.row).toEqual(tenant);
    });
  });

  describe("locks", () => {
    it("let 50 concurrent transactions that lock a member and count its keys make exactly 10", async () => {
      const tenant = await storedTenant(bench);
      const member = rows.member(tenant.id);
      await store().members.insert(member);

      const made = await Promise.all(
        Array.from({ length: 50 }, () =>
          store().transaction(async (stores) => {
            const locked = await stores.members.lock(member.id);
            if (locked === undefined || (await stores.keys.countAlive(member.id, startMs)) >= 10) return false;
            const key = rows.key({ tenantId: tenant.id, ownerId: member.id });
            await stores.keys.insert(key);
            await stores.keys.insertSecret(rows.secret(key.row.id));
            return true;
          }),
        ),
      );

      expect(made.filter(Boolean)).toHaveLength(10);
      expect(await store().keys.countAlive(member.id, startMs)).toBe(10);
    });

    it("lose no concurrent change of a key, and show what the holder before committed, secrets included", async () => {
      const tenant = await storedTenant(bench);
      const { row } = await storedKeyOf(bench, tenant.id);

      const seen = await Promise.all(
        Array.from({ length: 20 }, () =>
          store().transaction(async (stores) => {
            const locked = await stores.keys.lock(row.id);
            if (locked === undefined) throw new Error("The key is gone.");
            const { key, secrets } = locked;
            for (const { row: secret, tag } of secrets) await stores.keys.updateSecret({ row: { ...secret, validUntilMs: 0 }, tag });
            await stores.keys.insertSecret(rows.secret(row.id));
            await stores.keys.update({ ...key, row: { ...key.row, revision: key.row.revision + 1 } });
            return secrets.length;
          }),
        ),
      );

      const after = await store().keys.find(row.id);
      expect(after?.key.row.revision).toBe(21);
      expect(after?.secrets).toHaveLength(1);
      expect(seen.sort()).toEqual([0, ...Array.from({ length: 19 }, () => 1)]);
    });

    it("lose no concurrent change of a tenant", async () => {
      const { id } = await storedTenant(bench);
      await Promise.all(
        Array.from({ length: 20 }, () =>
          store().transaction(async (stores) => {
            const locked = await stores.tenants.lock(id);
            if (locked === undefined) throw new Error("The tenant is gone.");
            await stores.tenants.update({ ...locked, row: { ...locked.row, revision: locked.row.revision + 1 } });
          }),
        ),
      );
      expect((await store().tenants.find(id))?.row.revision).toBe(21);
    });

    it("find nothing where there is nothing", async () => {
      const found = await store().transaction(async (stores) => [
        await stores.keys.lock(rows.id("key")),
        await stores.tenants.lock(rows.id("ten")),
        await stores.members.lock(rows.id("mem")),
      ]);
      expect(found).toEqual([undefined, undefined, undefined]);
    });
  });
};
