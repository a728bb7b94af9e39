import { describe, expect, it } from "vitest";
import type { LoggedRequest } from "../model/logged-request.ts";
import { type StoreBench, startMs } from "./store-rows.ts";

const facts = { cost: 1, needed: ["send"], missing: [], key: null, spent: null };
const page = { limit: 50, after: null };

export const requestLogContract = ({ store, rows }: StoreBench): void => {
  const request = (tenantId: string, fields: Partial<LoggedRequest> = {}): LoggedRequest => ({
    id: rows.id("req"),
    tenantId,
    keyId: null,
    atMs: startMs,
    endpoint: "/send",
    verdict: "VALID",
    ip: null,
    userAgent: null,
    facts,
    ...fields,
  });
  const idsOf = async (filter: Parameters<ReturnType<typeof store>["requests"]["list"]>[0]) =>
    (await store().requests.list(filter, page)).items.map(({ id }) => id);

  describe("request log", () => {
    it("gives back what it was given, newest first, once however often it comes", async () => {
      const tenantId = rows.id("ten");
      const [first, second] = [request(tenantId, { ip: "192.0.2.1", userAgent: "curl/8" }), request(tenantId, { verdict: "REVOKED", keyId: rows.id("key") })];
      await store().requests.append([first, second], [], 100);
      await store().requests.append([second], [{ tenantId, requests: 7 }], 100);
      expect((await store().requests.list({ tenantId }, page)).items).toEqual([second, first]);
      expect(await store().requests.find(first.id)).toEqual(first);
      expect(await store().requests.find(rows.id("req"))).toBeUndefined();
      expect(await store().requests.coverage(tenantId)).toEqual({ kept: 2, skipped: 7 });
      expect(await store().requests.coverage(rows.id("ten"))).toEqual({ kept: 0, skipped: 0 });
    });

    it("tells a key's secrets apart by their ends", async () => {
      const [tenantId, keyId, endsAtMs] = [rows.id("ten"), rows.id("key"), startMs + 1_000];
      const key = { state: "active", environment: "live", expiresAtMs: null, hasAllowlist: false, tenantStatus: "active" };
      const of = (expiresAtMs: number | null, fields: Partial<LoggedRequest>) =>
        request(tenantId, { keyId, facts: { ...facts, key: { ...key, expiresAtMs } }, ...fields });
      await store().requests.append(
        [
          of(endsAtMs, { ip: "192.0.2.1" }),
          of(endsAtMs, { ip: "192.0.2.2", atMs: startMs + 1 }),
          of(endsAtMs, { ip: "192.0.2.1", atMs: startMs + 2, verdict: "RATE_LIMITED" }),
          of(null, { ip: null, atMs: startMs + 3 }),
          of(null, { ip: "192.0.2.9", atMs: startMs - 1 }),
          request(tenantId, { keyId: rows.id("key"), ip: "192.0.2.3" }),
        ],
        [],
        100,
      );
      expect(await store().requests.useOfSecrets({ tenantId, keyId, sinceMs: startMs, endsAtMs })).toEqual({
        ending: { requests: 3, addresses: 2, lastUsedAtMs: startMs + 2 },
        others: { requests: 1, addresses: 0, lastUsedAtMs: startMs + 3 },
      });
      expect(await store().requests.useOfSecrets({ tenantId, keyId, sinceMs: endsAtMs, endsAtMs })).toEqual({
        ending: { requests: 3, addresses: 2, lastUsedAtMs: startMs + 2 },
        others: { requests: 0, addresses: 0, lastUsedAtMs: null },
      });
    });

    it("is searched by all that it has", async () => {
      const tenantId = rows.id("ten");
      const keyId = rows.id("key");
      const plain = request(tenantId);
      const odd = request(tenantId, { keyId, verdict: "EXPIRED", endpoint: "GET /Odd%", ip: "2001:db8::1", userAgent: "Agent_7", atMs: startMs + 10 });
      await store().requests.append([plain, odd, request(rows.id("ten"))], [], 100);
      for (const filter of [
        { keyId },
        { verdict: "EXPIRED" },
        { isRefused: true },
        { endpoint: "GET /Odd%" },
        { ip: "2001:db8::1" },
        { q: "odd%" },
        { q: "agent_" },
        { fromMs: startMs + 10 },
      ]) {
        expect([filter, await idsOf({ tenantId, ...filter })]).toEqual([filter, [odd.id]]);
      }
      expect(await idsOf({ tenantId, isRefused: false })).toEqual([plain.id]);
      expect(await idsOf({ tenantId, toMs: startMs + 10 })).toEqual([plain.id]);
      expect(await idsOf({ tenantId, q: "%" })).toEqual([odd.id]);
      expect(await store().requests.recent([tenantId, rows.id("ten")], startMs + 10, 5)).toEqual([odd]);
      expect(await store().requests.recent([tenantId], startMs, 1)).toEqual([odd]);
      const first = await store().requests.list({ tenantId }, { limit: 1, after: null });
      expect(first).toMatchObject({ items: [odd], after: odd.id });
      expect(await store().requests.list({ tenantId }, { limit: 1, after: first.after })).toEqual({ items: [plain], after: null });
      expect(await idsOf({ keyId })).toEqual([odd.id]);
    });

    it("forgets the oldest successes first, and leaves refusals half of the room", async () => {
      const tenantId = rows.id("ten");
      const some = (count: number, verdict: LoggedRequest["verdict"]) => Array.from({ length: count }, () => request(tenantId, { verdict }));
      const [refused, accepted] = [some(3, "REVOKED"), some(20, "VALID")];
      await store().requests.append([...refused, ...accepted.slice(0, 10)], [], 10);
      await store().requests.append(accepted.slice(10), [], 10);
      expect(await idsOf({ tenantId })).toEqual([...accepted.slice(13).toReversed(), ...refused.toReversed()].map(({ id }) => id));
      await store().requests.append(some(20, "EXPIRED"), [], 10);
      expect(await idsOf({ tenantId, isRefused: false })).toEqual(
        accepted
          .slice(15)
          .toReversed()
          .map(({ id }) => id),
      );
      expect(await store().requests.coverage(tenantId)).toEqual({ kept: 10, skipped: 0 });
    });

    it("is behind the wall of its tenant", async () => {
      const [own, others] = [request(rows.id("ten")), request(rows.id("ten"))];
      await store().requests.append([own, others], [], 100);
      const bound = store().forTenant(own.tenantId);
      expect((await bound.requests.list({}, page)).items).toEqual([own]);
      expect(await bound.requests.find(others.id)).toBeUndefined();
      expect(await bound.requests.coverage(others.tenantId)).toEqual({ kept: 0, skipped: 0 });
    });
  });
};
