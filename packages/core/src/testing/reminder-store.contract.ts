import { beforeAll, describe, expect, it } from "vitest";
import type { ApiKey } from "../model/key.ts";
import type { Digest, Reminder } from "../model/reminder.ts";
import type { DigestClaim } from "../ports/reminder-store.ts";
import type { Store } from "../ports/store.ts";
import { type StoreBench, startMs, storedTenant } from "./store-rows.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** What a test does with one tenant of its own. Other tests' keys are due too: what is asked is asked of these alone. */
const settle = async (bench: StoreBench) => {
  const { store, rows } = bench;
  const tenant = await storedTenant(bench);
  const member = rows.member(tenant.id);
  await store().members.insert(member);
  const makeKey = async (fields: Partial<ApiKey> = {}) => {
    const key = rows.key({ tenantId: tenant.id, ownerId: member.id, ...fields });
    const secret = rows.secret(key.row.id);
    await store().keys.insert(key);
    await store().keys.insertSecret(secret);
    return { key: key.row, signed: key, secret: secret.row };
  };
  const rotateOf = (keyId: string, markMs = startMs): Reminder => ({ keyId, tenantId: tenant.id, kind: "rotate", days: 0, markMs });
  const expiryOf = (keyId: string, markMs: number, days = 7): Reminder => ({ keyId, tenantId: tenant.id, kind: "expiry", days, markMs });
  const gather = (reminders: readonly Reminder[], nowMs = startMs, person: string = member.email) =>
    store().reminders.gather(
      reminders.map((reminder) => ({ person, reminder })),
      () => rows.id("dig"),
      nowMs,
    );
  return { tenant, member, makeKey, rotateOf, expiryOf, gather };
};

const claimAt = (nowMs: number): DigestClaim => ({
  nowMs,
  day: Math.floor(nowMs / dayMs),
  leaseUntilMs: nowMs + 600_000,
  latestMs: nowMs + 13 * hourMs,
  keys: 50,
});

export const reminderStoreContract = (bench: StoreBench): void => {
  describe("reminders", () => {
    looksSuite(bench);
    recordSuite(bench);
    digestSuite(bench);
    claimSuite(bench);
    choiceSuite(bench);
  });
};

const looksSuite = (bench: StoreBench): void => {
  const { store } = bench;
  const due = async (nowMs: number, of: readonly string[], at: Store = store()): Promise<readonly string[]> => {
    const taken = await at.transaction(({ reminders }) => reminders.takeDue({ nowMs, latestMs: nowMs + 31 * dayMs, limit: 10_000 }));
    return taken.map(({ key }) => key.id).filter((id) => of.includes(id));
  };

  it("look at a key of a tenant at once, with its current secret, and at none of the operators'", async () => {
    const { makeKey, member } = await settle(bench);
    const { key, secret } = await makeKey();
    const old = bench.rows.secret(key.id, { validUntilMs: startMs + hourMs, createdAtMs: startMs + 1 });
    await store().keys.insertSecret(old);
    const root = bench.rows.key({ tenantId: null, environment: "root" });
    await store().keys.insert(root);
    const taken = await store().transaction(({ reminders }) => reminders.takeDue({ nowMs: startMs, latestMs: startMs + dayMs, limit: 10_000 }));
    const { id, tenantId, name, state, createdAtMs, expiresAtMs } = key;
    const known = { id, tenantId, ownerId: member.id, name, state, createdAtMs, expiresAtMs };
    expect(taken.find((one) => one.key.id === id)).toEqual({ key: known, secret: { createdAtMs: secret.createdAtMs, hint: secret.hint } });
    expect(taken.some((one) => one.key.id === root.row.id)).toBe(false);
  });

  it("look again when it was planned, or never, and at once where the end has changed", async () => {
    const { makeKey } = await settle(bench);
    const [later, never] = [await makeKey(), await makeKey()];
    const ids = [later.key.id, never.key.id];
    const plan = [
      { keyId: later.key.id, nextLookMs: startMs + 100 },
      { keyId: never.key.id, nextLookMs: null },
    ];
    await store().reminders.plan(plan, startMs);
    expect([await due(startMs + 99, ids), await due(startMs + 100, ids)]).toEqual([[], [later.key.id]]);
    await store().keys.update({ ...never.signed, row: { ...never.key, name: "renamed" } });
    expect(await due(startMs + 99, ids)).toEqual([]);
    await store().keys.update({ ...never.signed, row: { ...never.key, expiresAtMs: startMs + dayMs } });
    expect(await due(startMs + 99, ids)).toEqual([never.key.id]);
  });

  it("take a plan that a wrong clock has made for due", async () => {
    const { makeKey } = await settle(bench);
    const [far, ahead] = [(await makeKey()).key.id, (await makeKey()).key.id];
    const ids = [far, ahead];
    await store().reminders.plan([{ keyId: far, nextLookMs: startMs + 400 * dayMs }], startMs);
    await store().reminders.plan([{ keyId: ahead, nextLookMs: startMs + 6 * dayMs }], startMs + 5 * dayMs);
    expect([...(await due(startMs, ids))].sort()).toEqual([...ids].sort());
    expect(await due(startMs + 5 * dayMs, ids)).toEqual([far]);
  });

  it("take so many at a time as was asked for", async () => {
    const { makeKey } = await settle(bench);
    for (let made = 0; made < 3; made++) await makeKey();
    expect(await store().transaction(({ reminders }) => reminders.takeDue({ nowMs: startMs, latestMs: startMs + dayMs, limit: 2 }))).toHaveLength(2);
  });

  it("list every tenant's keys by id", async () => {
    const { makeKey } = await settle(bench);
    const [one, other] = [(await makeKey()).key.id, (await makeKey()).key.id];
    const listed = (await store().reminders.keys(null, 10_000)).map(({ key }) => key.id);
    expect(listed).toEqual([...listed].sort());
    expect(listed).toEqual(expect.arrayContaining([one, other]));
    expect((await store().reminders.keys(one, 1)).map(({ key }) => key.id)).toEqual([other]);
  });
};

const recordSuite = (bench: StoreBench): void => {
  it("are noted once each, by key, kind, mark and days", async () => {
    const { makeKey, rotateOf, expiryOf } = await settle(bench);
    const { id } = (await makeKey()).key;
    const { reminders } = bench.store();
    const first = [rotateOf(id), expiryOf(id, startMs + dayMs)];
    expect(await reminders.record([], startMs)).toEqual([]);
    expect(await reminders.record(first, startMs)).toEqual(expect.arrayContaining(first));
    const next = [rotateOf(id, startMs + 1), expiryOf(id, startMs + dayMs, 1), expiryOf(id, startMs + 2 * dayMs)];
    const fresh = await reminders.record([...first, ...next], startMs - dayMs);
    expect(fresh).toHaveLength(3);
    expect(fresh).toEqual(expect.arrayContaining(next));
    expect(await reminders.recorded([...first, rotateOf(id, 7)])).toEqual(first);
    expect(await reminders.recorded([])).toEqual([]);
  });

  it("are not noted where the transaction is rolled back", async () => {
    const { makeKey, rotateOf } = await settle(bench);
    const reminder = rotateOf((await makeKey()).key.id);
    const failing = bench.store().transaction(async ({ reminders }) => {
      await reminders.record([reminder], startMs);
      throw new Error("undone");
    });
    await expect(failing).rejects.toThrow("undone");
    expect(await bench.store().reminders.record([reminder], startMs)).toEqual([reminder]);
  });
};

/** Claims what is of these people, and settles what is not. */
const claimOf = async (bench: StoreBench, person: string, nowMs: number) => {
  const { reminders } = bench.store();
  for (let others = 0; others < 100; others++) {
    const claimed = await reminders.claim(claimAt(nowMs));
    if (claimed === undefined || claimed.digest.person === person) return claimed;
    await reminders.settle({ ...claimed.digest, state: "sent" }, claimed.digest.attempts);
  }
  throw new Error("There is no end of other people's digests.");
};

const digestSuite = (bench: StoreBench): void => {
  const { store } = bench;

  it("gather in one digest until it is tried, with what keys are called now, ends first", async () => {
    const { makeKey, member, tenant, rotateOf, expiryOf, gather } = await settle(bench);
    const endMs = startMs + 5 * dayMs;
    const [old, ending] = [await makeKey({ name: "<b>old</b>" }), await makeKey({ name: "ending", expiresAtMs: endMs })];
    await gather([rotateOf(old.key.id)]);
    await gather([expiryOf(ending.key.id, endMs), rotateOf(old.key.id)], startMs + 1);
    const claimed = await claimOf(bench, member.email, startMs + 2);
    expect(claimed?.digest).toMatchObject({ state: "open", attempts: 1, day: Math.floor(startMs / dayMs), createdAtMs: startMs });
    expect(claimed?.total).toBe(2);
    expect(claimed?.keys).toEqual([
      { reminder: expiryOf(ending.key.id, endMs), name: "ending", hint: ending.secret.hint, tenantName: tenant.name },
      { reminder: rotateOf(old.key.id), name: "<b>old</b>", hint: old.secret.hint, tenantName: tenant.name },
    ]);
    // It was tried: what comes now is another digest's.
    await gather([rotateOf(ending.key.id)], startMs + 3);
    expect(await store().reminders.settle({ ...(claimed?.digest as Digest), state: "sent" }, 1)).toBe(true);
    expect((await claimOf(bench, member.email, startMs + dayMs))?.keys.map(({ name }) => name)).toEqual(["ending"]);
  });

  it("tell so many keys as was asked for, and how many there are", async () => {
    const { makeKey, member, rotateOf, gather } = await settle(bench);
    const made = [await makeKey(), await makeKey(), await makeKey()];
    await gather(made.map(({ key }) => rotateOf(key.id)));
    const claimed = await store().reminders.claim({ ...claimAt(startMs + 2), keys: 2 });
    expect([claimed?.digest.person, claimed?.keys.length, claimed?.total]).toEqual([member.email, 2, 3]);
  });

  it("leave out what is true no more, or not the person's to know", async () => {
    const { makeKey, member, rotateOf, expiryOf, gather } = await settle(bench);
    const elsewhere = await settle(bench);
    const endMs = startMs + 5 * dayMs;
    const [revoked, moved, renewed, ended, foreign] = [
      await makeKey(),
      await makeKey({ expiresAtMs: endMs }),
      await makeKey(),
      await makeKey({ expiresAtMs: startMs + 1 }),
      await elsewhere.makeKey(),
    ];
    await gather([rotateOf(revoked.key.id), expiryOf(moved.key.id, endMs), rotateOf(renewed.key.id), expiryOf(ended.key.id, startMs + 1)]);
    await gather([elsewhere.rotateOf(foreign.key.id)]);
    await store().keys.update({ ...revoked.signed, row: { ...revoked.key, state: "revoked" } });
    await store().keys.update({ ...moved.signed, row: { ...moved.key, expiresAtMs: endMs + dayMs } });
    await store().keys.updateSecret({ row: { ...renewed.secret, validUntilMs: 0 }, tag: "" });
    await store().keys.insertSecret(bench.rows.secret(renewed.key.id, { createdAtMs: startMs + 1 }));
    expect(await claimOf(bench, member.email, startMs + 2)).toMatchObject({ keys: [], total: 0 });
  });
};

const claimSuite = (bench: StoreBench): void => {
  const { store } = bench;
  let world: Awaited<ReturnType<typeof settle>>;
  let person = "";
  beforeAll(async () => {
    world = await settle(bench);
    person = world.member.email;
  });

  it("are claimed by one at a time, again when the lease has ended, and once a day", async () => {
    const { makeKey, rotateOf, gather } = world;
    const [first, second] = [await makeKey({ name: "first" }), await makeKey({ name: "second" })];
    await gather([rotateOf(first.key.id)]);
    const nowMs = startMs + 1_000;
    while ((await claimOf(bench, "nobody", nowMs)) !== undefined);
    // All that was open was settled, this one too: begun anew.
    await gather([rotateOf(second.key.id)], nowMs);
    expect(await claimOf(bench, person, nowMs)).toBeUndefined();
    const tomorrowMs = nowMs + dayMs;
    const claims = await Promise.all([1, 2, 3].map(() => store().reminders.claim(claimAt(tomorrowMs))));
    expect(claims.filter((one) => one?.digest.person === person)).toHaveLength(1);
    expect(await claimOf(bench, person, tomorrowMs + 599_999)).toBeUndefined();
    const again = await claimOf(bench, person, tomorrowMs + 600_000);
    expect(again?.digest.attempts).toBe(2);
    const digest = again?.digest as Digest;
    expect(await store().reminders.settle({ ...digest, state: "sent" }, 1)).toBe(false);
    expect(await store().reminders.settle({ ...digest, nextAtMs: tomorrowMs + hourMs }, 2)).toBe(true);
    expect(await claimOf(bench, person, tomorrowMs + hourMs - 1)).toBeUndefined();
    expect((await claimOf(bench, person, tomorrowMs + hourMs))?.digest).toMatchObject({ id: digest.id, attempts: 3 });
    expect(await store().reminders.settle({ ...digest, attempts: 3, state: "sent" }, 3)).toBe(true);
    expect(await store().reminders.settle({ ...digest, attempts: 3, state: "open" }, 3)).toBe(false);
  });

  it("are claimed though a wrong clock has put them off, and not on a day that has had one", async () => {
    const { makeKey, rotateOf, gather } = world;
    await gather([rotateOf((await makeKey()).key.id)], startMs + 500 * dayMs);
    const claimed = await claimOf(bench, person, startMs + 3 * dayMs);
    expect(claimed?.digest.person).toBe(person);
    expect(await store().reminders.settle({ ...(claimed?.digest as Digest), state: "sent" }, 1)).toBe(true);
    await gather([rotateOf((await makeKey()).key.id)], startMs + 3 * dayMs);
    expect(await claimOf(bench, person, startMs + 3 * dayMs)).toBeUndefined();
    expect((await claimOf(bench, person, startMs + 2 * dayMs))?.digest.person).toBe(person);
  });

  it("are forgotten when they are old and open no more", async () => {
    const { makeKey, rotateOf, gather } = await settle(bench);
    await gather([rotateOf((await makeKey()).key.id)], startMs - 400 * dayMs);
    await store().reminders.prune(startMs - 300 * dayMs, 10_000);
    const claimed = await store().reminders.claim(claimAt(startMs - 399 * dayMs));
    expect(claimed?.total).toBe(1);
    await store().reminders.settle({ ...(claimed?.digest as Digest), state: "sent" }, 1);
    expect(await store().reminders.prune(startMs - 300 * dayMs, 10_000)).toBe(1);
    expect(await store().reminders.prune(startMs - 300 * dayMs, 10_000)).toBe(0);
  });
};

const choiceSuite = (bench: StoreBench): void => {
  const { store } = bench;

  it("are wanted until somebody says otherwise", async () => {
    const { reminders } = store();
    const person = "grace@example.com";
    expect(await reminders.isWanted(person)).toBe(true);
    expect([
      await reminders.choose(person, true, startMs),
      await reminders.choose(person, false, startMs),
      await reminders.choose(person, false, startMs),
    ]).toEqual([false, true, false]);
    expect([await reminders.isWanted(person), await reminders.isWanted("ada@example.com")]).toEqual([false, true]);
    expect([await reminders.choose(person, true, startMs), await reminders.isWanted(person)]).toEqual([true, true]);
  });

  it("of other tenants, and of people, are not there for a tenant", async () => {
    const [own, other] = [await settle(bench), await settle(bench)];
    const [mine, theirs] = [(await own.makeKey()).key.id, (await other.makeKey()).key.id];
    await other.gather([other.rotateOf(theirs)]);
    const { reminders } = store().forTenant(own.tenant.id);
    expect((await reminders.keys(null, 100)).map(({ key }) => key.id)).toEqual([mine]);
    const taken = await store()
      .forTenant(own.tenant.id)
      .transaction((stores) => stores.reminders.takeDue({ nowMs: startMs, latestMs: startMs + dayMs, limit: 100 }));
    expect(taken.map(({ key }) => key.id)).toEqual([mine]);
    expect(await reminders.claim(claimAt(startMs))).toBeUndefined();
    await expect(reminders.record([other.rotateOf(theirs)], startMs)).rejects.toThrow();
    expect(await reminders.record([own.rotateOf(mine)], startMs)).toHaveLength(1);
    expect(await store().reminders.recorded([other.rotateOf(theirs)])).toEqual([]);
  });
};
