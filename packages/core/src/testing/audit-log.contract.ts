import { describe, expect, it } from "vitest";
import type { AuditEntry } from "../model/audit.ts";
import type { AuditFilter } from "../ports/audit-log.ts";
import type { Page } from "../ports/page.ts";
import { awkwardTexts, type StoreBench, startMs, storedTenant } from "./store-rows.ts";

export const auditLogContract = (bench: StoreBench): void => {
  const { store, rows } = bench;
  const listed = async (filter: AuditFilter) => (await store().audit.list(filter, { limit: 50, after: null })).items;

  describe("audit log", () => {
    it("gives entries back as they were appended", async () => {
      const tenant = await storedTenant(bench);
      const bare = rows.entry({ tenantId: tenant.id });
      const full = rows.entry({
        tenantId: tenant.id,
        actorType: "api_key",
        actorId: rows.id("key"),
        reason: awkwardTexts.join(),
        ip: "2001:db8::1",
        requestId: "req-1",
        before: { name: "a", limits: { limit: 1, windowSeconds: 60 }, list: [1, "zwei", null, true] },
        after: Object.fromEntries(awkwardTexts.map((text) => [text, text])),
      });
      await store().audit.append(bare);
      await store().audit.append(full);
      expect(await listed({ tenantId: tenant.id })).toEqual([full, bare]);
    });

    it("takes no entry twice", async () => {
      const entry = rows.entry();
      await store().audit.append(entry);
      await expect(store().audit.append(entry)).rejects.toThrow();
    });

    it("filters by tenant, actor, target, action and time, each and together", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const [actorId, targetId] = [rows.id("key"), rows.id("key")];
      const early = rows.entry({ tenantId: tenant.id, actorId, targetId, action: "key.revoked", atMs: startMs });
      const late = rows.entry({ tenantId: tenant.id, actorId, action: "key.updated", atMs: startMs + 10 });
      const foreign = rows.entry({ tenantId: other.id, actorId, targetId, atMs: startMs + 20 });
      const platform = rows.entry({ actorId, atMs: startMs + 30 });
      for (const entry of [early, late, foreign, platform]) await store().audit.append(entry);

      expect(await listed({ tenantId: tenant.id })).toEqual([late, early]);
      expect(await listed({ actorId })).toEqual([platform, foreign, late, early]);
      expect(await listed({ targetId })).toEqual([foreign, early]);
      expect(await listed({ actorId, action: "key.updated" })).toEqual([late]);
      expect(await listed({ actorId, fromMs: startMs + 10, toMs: startMs + 20 })).toEqual([late]);
      expect(await listed({ actorId, fromMs: startMs + 11 })).toEqual([platform, foreign]);
      expect(await listed({ actorId, toMs: startMs + 10 })).toEqual([early]);
      expect(await listed({ tenantId: tenant.id, actorId, targetId, action: "key.revoked", fromMs: startMs, toMs: startMs + 1 })).toEqual([early]);
      expect(await listed({ tenantId: other.id, action: "key.revoked" })).toEqual([]);
    });

    it("is all of it where nothing is asked for, page by page, stable under appends", async () => {
      const actorId = rows.id("key");
      const made = Array.from({ length: 7 }, () => rows.entry({ actorId }));
      for (const entry of made) await store().audit.append(entry);
      expect((await store().audit.list({}, { limit: 3, after: null })).items).toEqual(made.slice(4).reverse());

      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Page<AuditEntry> = await store().audit.list({ actorId }, { limit: 3, after });
        seen.push(...page.items.map((entry) => entry.id));
        after = page.after;
        await store().audit.append(rows.entry({ actorId }));
      } while (after !== null);
      expect(seen).toEqual(made.map((entry) => entry.id).reverse());
    });
  });
};
