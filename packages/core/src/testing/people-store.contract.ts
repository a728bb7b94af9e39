import { describe, expect, it } from "vitest";
import { awkwardTexts, type StoreBench, startMs, storedTenant } from "./store-rows.ts";

const everyone = { limit: 50, after: null };

export const teamStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("teams", () => {
    it("come back as they were stored, changed and found by their name, and go", async () => {
      const tenant = await storedTenant(bench);
      for (const name of awkwardTexts) {
        const team = rows.team(tenant.id, { name });
        expect(await store().teams.insert(team)).toBe(true);
        expect(await store().teams.find(team.id)).toEqual(team);
        expect(await store().transaction((stores) => stores.teams.lock(team.id))).toEqual(team);
        expect(await store().teams.findByName(tenant.id, name)).toEqual(team);
        await store().teams.update({ ...team, name: `${name} 2`, updatedAtMs: startMs + 1 });
        expect(await store().teams.find(team.id)).toEqual({ ...team, name: `${name} 2`, updatedAtMs: startMs + 1 });
        await store().teams.remove(team.id);
        expect(await store().teams.find(team.id)).toBeUndefined();
      }
      await expect(store().teams.update(rows.team(tenant.id))).rejects.toThrow();
    });

    it("share no name within a tenant, without regard to case, however many come at once", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const inserted = await Promise.all(["Ops", "OPS", "ops"].map((name) => store().teams.insert(rows.team(tenant.id, { name }))));
      expect(inserted.filter(Boolean)).toHaveLength(1);
      expect(await store().teams.insert(rows.team(other.id, { name: "Ops" }))).toBe(true);
    });

    it("are listed newest first, of one tenant, page by page", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const made = [rows.team(tenant.id), rows.team(tenant.id), rows.team(tenant.id)];
      for (const team of [...made, rows.team(other.id)]) await store().teams.insert(team);
      const [oldest, middle, newest] = made;
      const first = await store().teams.list(tenant.id, { limit: 2, after: null });
      expect(first).toEqual({ items: [newest, middle], after: middle?.id });
      expect(await store().teams.list(tenant.id, { limit: 2, after: first.after })).toEqual({ items: [oldest], after: null });
    });

    it("have members of their own tenant alone, until the one or the other goes", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const [team, doomed] = [rows.team(tenant.id), rows.team(tenant.id)];
      const [one, two, stranger] = [rows.member(tenant.id), rows.member(tenant.id), rows.member(other.id)];
      for (const each of [team, doomed]) await store().teams.insert(each);
      for (const each of [one, two, stranger]) await store().members.insert(each);
      const placeOf = (memberId: string, teamId = team.id, tenantId = tenant.id) => ({ tenantId, teamId, memberId });

      for (const { id } of [one, two, one]) await store().teams.place(placeOf(id));
      await store().teams.place(placeOf(one.id, doomed.id));
      await expect(store().teams.place(placeOf(stranger.id))).rejects.toThrow();
      await expect(store().teams.place(placeOf(stranger.id, team.id, other.id))).rejects.toThrow();
      expect((await store().teams.listPlaced(team.id, everyone)).items).toEqual([two, one]);
      expect(await store().teams.listPlaced(team.id, { limit: 1, after: two.id })).toEqual({ items: [one], after: null });

      await store().teams.remove(doomed.id);
      expect(await store().teams.isPlaced(doomed.id, one.id)).toBe(false);
      expect(await store().teams.displace(team.id, two.id)).toBe(true);
      expect(await store().teams.displace(team.id, two.id)).toBe(false);
      expect(await store().teams.isPlaced(team.id, one.id)).toBe(true);
      await store().members.remove(one.id);
      expect(await store().teams.isPlaced(team.id, one.id)).toBe(false);
    });
  });
};

export const invitationStoreContract = (bench: StoreBench): void => {
  const { store, rows } = bench;

  describe("invitations", () => {
    it("come back as they were stored, by id and by any of the digests", async () => {
      const tenant = await storedTenant(bench);
      const invitation = rows.invitation(tenant.id, { role: "owner", teamIds: ["team_1", "team_2"], email: "Zoë@Example.com" });
      expect(await store().invitations.insert(invitation)).toBe(true);
      expect(await store().invitations.find(invitation.id)).toEqual(invitation);
      expect(await store().transaction((stores) => stores.invitations.lock(invitation.id))).toEqual(invitation);
      expect(await store().invitations.findByDigest([rows.digest(), invitation.digest])).toEqual(invitation);
      expect(await store().invitations.findByDigest([rows.digest()])).toBeUndefined();
      expect(await store().invitations.findByDigest([])).toBeUndefined();
      expect(await store().invitations.findOpen(tenant.id, "zoë@EXAMPLE.com")).toEqual(invitation);
    });

    it("are open once to an address of a tenant, however many come at once, until they are accepted or withdrawn", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const email = "ada@example.com";
      const inserted = await Promise.all(Array.from({ length: 5 }, () => store().invitations.insert(rows.invitation(tenant.id, { email }))));
      expect(inserted.filter(Boolean)).toHaveLength(1);
      expect(await store().invitations.insert(rows.invitation(other.id, { email }))).toBe(true);
      for (const ended of [{ acceptedAtMs: startMs }, { withdrawnAtMs: startMs }]) {
        const open = await store().invitations.findOpen(tenant.id, email);
        if (open === undefined) throw new Error("None is open.");
        await store().invitations.update({ ...open, ...ended });
        expect(await store().invitations.find(open.id)).toEqual({ ...open, ...ended });
        expect(await store().invitations.findOpen(tenant.id, email)).toBeUndefined();
        expect(await store().invitations.insert(rows.invitation(tenant.id, { email }))).toBe(true);
      }
      await expect(store().invitations.update(rows.invitation(tenant.id))).rejects.toThrow();
    });

    it("are listed newest first, of one tenant, page by page", async () => {
      const [tenant, other] = [await storedTenant(bench), await storedTenant(bench)];
      const made = [rows.invitation(tenant.id), rows.invitation(tenant.id), rows.invitation(tenant.id)];
      for (const invitation of [...made, rows.invitation(other.id)]) await store().invitations.insert(invitation);
      const [oldest, middle, newest] = made;
      const first = await store().invitations.list(tenant.id, { limit: 2, after: null });
      expect(first).toEqual({ items: [newest, middle], after: middle?.id });
      expect(await store().invitations.list(tenant.id, { limit: 2, after: first.after })).toEqual({ items: [oldest], after: null });
    });
  });
};
