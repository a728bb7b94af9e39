import { describe, expect, it } from "vitest";
import type { EmbedSession } from "../model/embed-session.ts";
import { type StoreBench, startMs, storedTenant } from "./store-rows.ts";

/** A member of a new tenant, with a session. */
const settle = async (bench: StoreBench) => {
  const { store, rows } = bench;
  const tenant = await storedTenant(bench);
  const member = rows.member(tenant.id);
  await store().members.insert(member);
  const sessionOf = (fields: Partial<EmbedSession> = {}): EmbedSession => ({
    id: rows.id("emb"),
    tenantId: tenant.id,
    memberId: member.id,
    origin: "https://app.example.com",
    digest: rows.digest(),
    createdAtMs: startMs,
    expiresAtMs: startMs + 60_000,
    ...fields,
  });
  const session = sessionOf();
  await store().embedSessions.insert(session);
  return { tenant, member, session, sessionOf };
};

export const embedSessionsContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("embed sessions", () => {
    it("come back as they were stored, by id and by any of the digests, until they are taken away", async () => {
      const { session } = await settle(bench);
      const { embedSessions } = store();
      expect(await embedSessions.find(session.id)).toEqual(session);
      expect(await embedSessions.findByDigest([rows.digest(), session.digest])).toEqual(session);
      expect(await embedSessions.findByDigest([rows.digest()])).toBeUndefined();
      expect(await embedSessions.findByDigest([])).toBeUndefined();
      expect(await embedSessions.remove(session.id)).toBe(true);
      expect(await embedSessions.remove(session.id)).toBe(false);
      expect(await embedSessions.findByDigest([session.digest])).toBeUndefined();
    });

    it("are of a member of their own tenant, and go with them", async () => {
      const [own, other] = [await settle(bench), await settle(bench)];
      await expect(store().embedSessions.insert(own.sessionOf({ tenantId: other.tenant.id }))).rejects.toThrow();
      await store().members.remove(own.member.id);
      expect(await store().embedSessions.find(own.session.id)).toBeUndefined();
      await store().embedSessions.removeOfTenant(own.tenant.id);
      expect(await store().embedSessions.find(other.session.id)).toEqual(other.session);
      await store().embedSessions.removeOfTenant(other.tenant.id);
      expect(await store().embedSessions.find(other.session.id)).toBeUndefined();
    });

    it("are deleted once they have ended, a batch at a time", async () => {
      const { sessionOf, session } = await settle(bench);
      const ended = [1, 2, 3].map((atMs) => sessionOf({ expiresAtMs: atMs }));
      for (const one of ended) await store().embedSessions.insert(one);
      expect(await store().embedSessions.prune(4, 2)).toBe(2);
      expect(await store().embedSessions.prune(4, 2)).toBe(1);
      expect(await store().embedSessions.prune(4, 2)).toBe(0);
      expect(await store().embedSessions.find(session.id)).toEqual(session);
    });

    it("are not there for another tenant", async () => {
      const [own, other] = [await settle(bench), await settle(bench)];
      const { embedSessions } = store().forTenant(own.tenant.id);
      expect(await embedSessions.find(own.session.id)).toEqual(own.session);
      expect([await embedSessions.find(other.session.id), await embedSessions.findByDigest([other.session.digest])]).toEqual([undefined, undefined]);
      expect(await embedSessions.remove(other.session.id)).toBe(false);
      await embedSessions.removeOfTenant(other.tenant.id);
      await expect(embedSessions.insert(other.sessionOf())).rejects.toThrow();
      expect(await store().embedSessions.find(other.session.id)).toEqual(other.session);
    });
  });
};
