import { beforeAll, describe, expect, it } from "vitest";
import type { ApiKey, KeySecret, Signed } from "../model/key.ts";
import type { Invitation, Member, Team, Tenant } from "../model/tenant.ts";
import type { UsageMove } from "../model/usage.ts";
import type { Store, Stores } from "../ports/store.ts";
import { peopleOf, peoplesWays } from "./people-sight.ts";
import { type StoreBench, startMs } from "./store-rows.ts";

/** One of everything that a tenant has. */
interface Estate {
  readonly tenant: Signed<Tenant>;
  readonly member: Member;
  readonly team: Team;
  readonly invitation: Invitation;
  readonly key: Signed<ApiKey>;
  readonly secret: Signed<KeySecret>;
  readonly entryId: string;
  readonly scope: string;
}

const page = { limit: 50, after: null };
const everything = { fromMs: 0, toMs: startMs * 2, bucketMs: 3_600_000 };

/** `Store.forTenant`. */
export const tenantWallContract = (bench: StoreBench): void => {
  describe("a store for one tenant", () => {
    let own: Estate;
    let others: Estate;
    let bound: Store;
    beforeAll(async () => {
      own = await settle(bench);
      others = await settle(bench);
      bound = bench.store().forTenant(own.tenant.row.id);
    });
    const walled: Walled = { bench, own: () => own, others: () => others, bound: () => bound };
    sightSuite(walled);
    changeSuite(walled);
    lifeSuite(walled);
  });
};

interface Walled {
  readonly bench: StoreBench;
  readonly own: () => Estate;
  readonly others: () => Estate;
  readonly bound: () => Store;
}

const moveOf = ({ rows }: StoreBench, { key }: Pick<Estate, "key">): UsageMove => ({
  id: rows.id("mov"),
  counts: [{ keyId: key.row.id, tenantId: key.row.tenantId, hourMs: 0, endpoint: "e", outcome: "VALID", requests: 2 }],
  lastUses: [{ keyId: key.row.id, atMs: startMs, ip: "203.0.113.7" }],
  budgets: [{ subjectId: key.row.id, bucket: null, quota: { month: 24_312, used: 2 } }],
});

/** Makes a tenant and its things, each through the store of the tenant itself. */
const settle = async (bench: StoreBench): Promise<Estate> => {
  const { rows } = bench;
  const tenant = rows.tenant({ name: "Behind a wall" });
  const store = bench.store().forTenant(tenant.row.id);
  const member = rows.member(tenant.row.id, { accountId: rows.id("account") });
  const team = rows.team(tenant.row.id);
  const invitation = rows.invitation(tenant.row.id);
  const key = rows.key({ tenantId: tenant.row.id, ownerId: member.id });
  const secret = rows.secret(key.row.id);
  const entry = rows.entry({ tenantId: tenant.row.id });
  const scope = rows.id("scope");
  await store.tenants.insert(tenant);
  expect(await store.members.insert(member)).toBe(true);
  expect(await store.teams.insert(team)).toBe(true);
  await store.teams.place({ tenantId: tenant.row.id, teamId: team.id, memberId: member.id });
  expect(await store.invitations.insert(invitation)).toBe(true);
  await store.transaction(async (stores) => {
    await stores.keys.insert(key);
    await stores.keys.insertSecret(secret);
    await stores.audit.append(entry);
    expect(await stores.idempotency.insert({ scope, fingerprint: "f", sealed: "s", createdAtMs: startMs }, 0)).toBe(true);
  });
  expect(await store.usage.apply(moveOf(bench, { key }))).toBe(true);
  return { tenant, member, team, invitation, key, secret, entryId: entry.id, scope };
};

/** All that can be seen of an estate by id, by list and by sum. */
const sightOf = async (store: Stores, estate: Estate) => {
  const { tenant, member, key, secret, entryId, scope } = estate;
  const [tenantId, keyId] = [tenant.row.id, key.row.id];
  const lists = {
    keys: (await store.keys.list({ tenantId, nowMs: 1 }, page)).items,
    tenants: (await store.tenants.list({ q: tenant.row.name }, { limit: 50, after: `${tenantId}~` })).items.filter(({ row }) => row.id === tenantId),
    members: (await store.members.list(tenantId, page)).items,
    people: await peopleOf(store, estate),
    entries: [...(await store.audit.list({ tenantId }, page)).items, ...(await store.audit.list({}, { limit: 50, after: `${entryId}~` })).items],
  };
  const usage = [await store.usage.summarize({ tenantId, ...everything }), await store.usage.summarize({ keyId, ...everything })];
  return {
    found: [
      await store.keys.find(keyId),
      await store.keys.lock(keyId),
      await store.keys.findByDigest([secret.row.digest]),
      await store.tenants.find(tenantId),
      await store.tenants.lock(tenantId),
      (await store.tenants.findAll([tenantId]))[0],
      await store.members.find(member.id),
      await store.members.lock(member.id),
      await store.idempotency.find(scope, 0),
    ].map((row) => row !== undefined),
    people: lists.people,
    listed: [lists.keys.length, lists.tenants.length, lists.members.length, lists.entries.some(({ id }) => id === entryId)],
    alive: await store.keys.countAlive(member.id, startMs),
    used: usage.map(({ outcomes, activity }) => [outcomes, activity.lastUsedIp]),
  };
};

const all = {
  people: [...Array.from({ length: peoplesWays }, () => 1), 0],
  found: Array.from({ length: 9 }, () => true),
  listed: [1, 1, 1, true],
  alive: 1,
  used: [
    [{ VALID: 2 }, "203.0.113.7"],
    [{ VALID: 2 }, "203.0.113.7"],
  ],
};
const nothing = {
  people: Array.from({ length: peoplesWays + 1 }, () => 0),
  found: Array.from({ length: 9 }, () => false),
  listed: [0, 0, 0, false],
  alive: 0,
  used: [
    [{}, null],
    [{}, null],
  ],
};

const sightSuite = ({ bench, own, others, bound }: Walled): void => {
  it("sees all that is the tenant's, call by call and in a transaction", async () => {
    expect(await sightOf(bound(), own())).toEqual(all);
    expect(await bound().transaction((stores) => sightOf(stores, own()))).toEqual(all);
    const record = await bound().keys.findByDigest([own().secret.row.digest]);
    expect(record).toMatchObject({ key: own().key, tenant: own().tenant, keyBudget: { quota: { used: 2 } } });
  });

  it("sees nothing of another tenant, by id neither", async () => {
    expect(await sightOf(bound(), others())).toEqual(nothing);
    expect(await bound().transaction((stores) => sightOf(stores, others()))).toEqual(nothing);
  });

  it("sees no root keys and no entries of the operators", async () => {
    const { store, rows } = bench;
    const [root, entry] = [rows.key(), rows.entry()];
    await store().keys.insert(root);
    await store().audit.append(entry);
    expect(await bound().keys.find(root.row.id)).toBeUndefined();
    expect((await bound().keys.list({ tenantId: null, nowMs: 1 }, page)).items).toEqual([]);
    expect((await bound().audit.list({ targetId: entry.targetId }, page)).items).toEqual([]);
    expect((await store().audit.list({ targetId: entry.targetId }, page)).items).toEqual([entry]);
  });

  it("leaves the whole store whole, however their calls are mixed", async () => {
    const seen = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        const tenants = index % 2 === 0 ? bench.store().tenants : bound().tenants;
        return (await tenants.find(others().tenant.row.id)) !== undefined;
      }),
    );
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index % 2 === 0));
    expect(await sightOf(bench.store(), own())).toEqual(all);
    expect(await sightOf(bench.store(), others())).toEqual(all);
  });
};

const changeSuite = ({ bench, own, others, bound }: Walled): void => {
  const { store, rows } = bench;
  const renamed = <T extends { readonly name: string }>({ row, tag }: Signed<T>): Signed<T> => ({ row: { ...row, name: "taken over" }, tag });

  const forbidden: readonly (readonly [string, (stores: Stores) => Promise<unknown>])[] = [
    ["change its key", (stores) => stores.keys.update(renamed(others().key))],
    ["change its secret", (stores) => stores.keys.updateSecret({ ...others().secret, tag: "forged" })],
    ["change it", (stores) => stores.tenants.update(renamed(others().tenant))],
    ["give a key away to it", ({ keys }) => keys.update({ ...own().key, row: { ...own().key.row, tenantId: others().tenant.row.id } })],
    ["make a key root", ({ keys }) => keys.update({ ...own().key, row: { ...own().key.row, tenantId: null } })],
    ["make a key of it", (stores) => stores.keys.insert(rows.key({ tenantId: others().tenant.row.id }))],
    ["make a root key", (stores) => stores.keys.insert(rows.key())],
    ["make a secret of its key", (stores) => stores.keys.insertSecret(rows.secret(others().key.row.id))],
    ["move a secret to its key", ({ keys }) => keys.updateSecret({ ...own().secret, row: { ...own().secret.row, keyId: others().key.row.id } })],
    ["make a tenant", (stores) => stores.tenants.insert(rows.tenant())],
    ["make a member of it", (stores) => stores.members.insert(rows.member(others().tenant.row.id))],
    ["change its member", (stores) => stores.members.update({ ...others().member, role: "owner" })],
    ["move a member to it", (stores) => stores.members.update({ ...own().member, tenantId: others().tenant.row.id })],
    ["make a team of it", (stores) => stores.teams.insert(rows.team(others().tenant.row.id))],
    ["change its team", (stores) => stores.teams.update({ ...others().team, name: "taken over" })],
    ["move a team to it", (stores) => stores.teams.update({ ...own().team, tenantId: others().tenant.row.id })],
    ["join its team", ({ teams }) => teams.place({ tenantId: own().tenant.row.id, teamId: others().team.id, memberId: own().member.id })],
    ["join its team in its name", ({ teams }) => teams.place({ tenantId: others().tenant.row.id, teamId: others().team.id, memberId: own().member.id })],
    ["draw its member in", ({ teams }) => teams.place({ tenantId: own().tenant.row.id, teamId: own().team.id, memberId: others().member.id })],
    ["invite to it", (stores) => stores.invitations.insert(rows.invitation(others().tenant.row.id))],
    ["change its invitation", (stores) => stores.invitations.update({ ...others().invitation, role: "owner" })],
    ["audit in its name", (stores) => stores.audit.append(rows.entry({ tenantId: others().tenant.row.id }))],
    ["audit in the operators' name", (stores) => stores.audit.append(rows.entry())],
    ["count for its key", (stores) => stores.usage.apply(moveOf(bench, others()))],
    ["charge its key", (stores) => stores.usage.apply({ ...moveOf(bench, others()), counts: [], lastUses: [] })],
    ["use its key", (stores) => stores.usage.apply({ ...moveOf(bench, others()), counts: [], budgets: [] })],
  ];

  it.each(forbidden)("cannot %s, and undoes the transaction that tries", async (_what, attempt) => {
    await expect(attempt(bound())).rejects.toThrow();
    const member = rows.member(own().tenant.row.id);
    const tried = bound().transaction(async (stores) => {
      await stores.members.insert(member);
      await attempt(stores);
    });
    await expect(tried).rejects.toThrow();
    expect(await store().members.find(member.id)).toBeUndefined();
    expect(await sightOf(store(), own())).toEqual(all);
    expect(await sightOf(store(), others())).toEqual(all);
    expect(await store().keys.find(others().key.row.id)).toMatchObject({ key: others().key, secrets: [others().secret] });
    expect(await store().tenants.find(others().tenant.row.id)).toEqual(others().tenant);
  });

  it("neither replaces nor prunes another's idempotent answer", async () => {
    const { scope } = others();
    const forged = { scope, fingerprint: "forged", sealed: "forged", createdAtMs: startMs };
    await bound()
      .idempotency.insert(forged, startMs + 1)
      .catch(() => {});
    await bound()
      .idempotency.insert(forged, 0)
      .catch(() => {});
    await bound().idempotency.prune(1, 1_000);
    expect((await store().idempotency.find(scope, 0))?.fingerprint).toBe("f");
  });

  it("takes none of another's people away", async () => {
    const { member, team } = others();
    await bound().members.remove(member.id);
    await bound().teams.remove(team.id);
    expect(await bound().teams.displace(team.id, member.id)).toBe(false);
    expect(await sightOf(store(), others())).toEqual(all);
  });

  it("changes what is the tenant's", async () => {
    const tenant = rows.tenant();
    await store().tenants.insert(tenant);
    const key = rows.key({ tenantId: tenant.row.id });
    const within = store().forTenant(tenant.row.id);
    await within.keys.insert(key);
    await within.keys.update(renamed(key));
    await within.tenants.update(renamed(tenant));
    expect((await store().keys.find(key.row.id))?.key).toEqual(renamed(key));
    expect(await store().tenants.find(tenant.row.id)).toEqual(renamed(tenant));
  });
};

const lifeSuite = ({ bench, own, others, bound }: Walled): void => {
  it("announces and settles like any other", async () => {
    const known = { id: own().key.row.id, revision: 7 };
    const unsettled = async () => (await bench.store().announcements.unsettled(0, { after: 0, limit: 10_000 })).some(({ id }) => id === known.id);
    await bound().transaction((stores) => stores.announcements.add([known]));
    expect(await unsettled()).toBe(true);
    await bound().announcements.settle([known]);
    expect(await unsettled()).toBe(false);
  });

  it("is for one tenant and no other", () => {
    expect(() => bench.store().forTenant("")).toThrow();
    expect(() => bound().forTenant(others().tenant.row.id)).toThrow();
    expect(() => bound().forTenant("")).toThrow();
  });

  it("is bound to its tenant where it is bound again", async () => {
    const again = bound().forTenant(own().tenant.row.id);
    expect(await again.tenants.find(own().tenant.row.id)).toEqual(own().tenant);
    expect(await again.tenants.find(others().tenant.row.id)).toBeUndefined();
  });
};
