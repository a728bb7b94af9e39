import { describe, expect, it } from "vitest";
import type { IdempotentAnswer } from "../ports/idempotency-store.ts";
import { awkwardTexts, type StoreBench, startMs } from "./store-rows.ts";

export const idempotencyStoreContract = ({ store, rows }: StoreBench): void => {
  const answer = (fields: Partial<IdempotentAnswer> = {}): IdempotentAnswer => ({
    scope: rows.id("scope"),
    fingerprint: "f",
    sealed: "s",
    createdAtMs: startMs,
    ...fields,
  });

  describe("idempotency", () => {
    it("finds the answer of a scope, as long as it is young enough", async () => {
      const kept = answer({ fingerprint: awkwardTexts.join("|"), sealed: "x".repeat(20_000) });
      expect(await store().idempotency.insert(kept, startMs - 1)).toBe(true);
      expect(await store().idempotency.find(kept.scope, startMs)).toEqual(kept);
      expect(await store().idempotency.find(kept.scope, startMs + 1)).toBeUndefined();
      expect(await store().idempotency.find(rows.id("scope"), 0)).toBeUndefined();
    });

    it("tells scopes apart, whatever they are made of", async () => {
      for (const text of awkwardTexts) {
        const kept = answer({ scope: `${rows.id("scope")}|${text}`, fingerprint: text });
        expect(await store().idempotency.insert(kept, 0)).toBe(true);
        expect(await store().idempotency.find(kept.scope, 0)).toEqual(kept);
      }
    });

    it("keeps an answer that is young enough, and replaces one that is not", async () => {
      const first = answer();
      const second = { ...first, fingerprint: "f2", sealed: "s2", createdAtMs: startMs + 100 };
      await store().idempotency.insert(first, 0);
      expect(await store().idempotency.insert(second, startMs)).toBe(false);
      expect(await store().idempotency.find(first.scope, 0)).toEqual(first);
      expect(await store().idempotency.insert(second, startMs + 1)).toBe(true);
      expect(await store().idempotency.find(first.scope, 0)).toEqual(second);
    });

    it("lets one of several concurrent transactions win", async () => {
      const { scope } = answer();
      const won = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          store().transaction((stores) => stores.idempotency.insert(answer({ scope, fingerprint: String(index) }), startMs)),
        ),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store().idempotency.find(scope, startMs)).toEqual(answer({ scope, fingerprint: String(won.indexOf(true)) }));
    });

    it("lets the next one win where the first is undone", async () => {
      const { scope } = answer();
      const next: Promise<boolean>[] = [];
      const undone = store().transaction(async (stores) => {
        expect(await stores.idempotency.insert(answer({ scope }), startMs)).toBe(true);
        next.push(store().idempotency.insert(answer({ scope, fingerprint: "next" }), startMs));
        throw new Error("no");
      });
      await expect(undone).rejects.toThrow("no");
      expect(await Promise.all(next)).toEqual([true]);
      expect((await store().idempotency.find(scope, startMs))?.fingerprint).toBe("next");
    });

    it("prunes what is old, at most so many at once", async () => {
      const old = [answer({ createdAtMs: 1 }), answer({ createdAtMs: 2 }), answer({ createdAtMs: 3 })];
      const young = answer({ createdAtMs: 4 });
      for (const kept of [...old, young]) await store().idempotency.insert(kept, 0);
      expect(await store().idempotency.prune(4, 2)).toBe(2);
      expect(await store().idempotency.prune(4, 2)).toBe(1);
      expect(await store().idempotency.prune(4, 2)).toBe(0);
      expect(await store().idempotency.find(young.scope, 0)).toEqual(young);
      for (const { scope } of old) expect(await store().idempotency.find(scope, 0)).toBeUndefined();
    });
  });
};
