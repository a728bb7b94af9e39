import { beforeEach, describe, expect, it } from "vitest";
import { revokeKey } from "../keys/revoke-key.ts";
import { updateKey } from "../keys/update-key.ts";
import type { Actor } from "../model/audit.ts";
import { changeSettings } from "../people/settings.ts";
import { addTeamMember, createTeam } from "../people/teams.ts";
import type { Mail } from "../ports/mailer.ts";
import { updateTenant } from "../tenants/tenants.ts";
import { operator } from "../testing/open-core.ts";
import { openReminderWorld } from "../testing/reminder-world.ts";
import { previewReminders } from "./preview-reminders.ts";
import { chooseReminders, leaveReminders, wantsReminders } from "./reminder-choice.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

let world: Awaited<ReturnType<typeof openReminderWorld>>;
let acme: Awaited<ReturnType<typeof world.openTenant>>;
beforeEach(async () => {
  world = await openReminderWorld();
  acme = await world.openTenant("Acme");
});

const keysIn = (mail: Mail | undefined): readonly string[] => [...new Set(mail?.text.match(/key_[0-9A-Za-z]{22}/g) ?? [])];
const receivers = (): readonly string[] => world.sent.map(({ to }) => to).toSorted();

describe("a key", () => {
  it("is spoken of at 90 days, and at 14, 7 and 1 before its end, once each", async () => {
    const ada = await acme.join("Ada@Example.com");
    await acme.makeKey({ ownerId: ada.id, days: 100 });
    const start = world.core.clock.nowMs();
    const days: number[] = [];
    for (let hour = 0; hour < 101 * 24; hour += 6) {
      world.core.advance(6 * hourMs);
      await world.remind();
      while (days.length < world.sent.length) days.push((world.core.clock.nowMs() - start) / dayMs);
    }
    expect(days).toEqual([86, 90, 93, 99]);
    expect(world.sent.map(({ to }) => to)).toEqual(Array.from({ length: 4 }, () => "ada@example.com"));
    expect(world.sent.map(({ text }) => /ends on|days old/.exec(text)?.[0])).toEqual(["ends on", "days old", "ends on", "ends on"]);
  });

  it("begins anew with a new secret, and with another end", async () => {
    const ada = await acme.join("ada@example.com");
    const { id } = await acme.makeKey({ ownerId: ada.id });
    await world.live(91);
    await world.regenerate(id);
    await world.live(89);
    expect(world.sent).toHaveLength(1);
    await world.live(2);
    expect(world.sent).toHaveLength(2);
    await updateKey(world.core, { actor: operator, keyId: id, change: { expiry: { kind: "days", days: 6 } }, ifRevision: null });
    await world.live(1);
    expect(world.sent.at(-1)?.text).toContain("ends on");
  });

  it("is not spoken of before it was made, while it is switched off, after its end, or when it is revoked", async () => {
    const ada = await acme.join("ada@example.com");
    const [short, revoked] = [await acme.makeKey({ ownerId: ada.id, days: 5 }), await acme.makeKey({ ownerId: ada.id, days: 100 })];
    await revokeKey(world.core, { actor: operator, keyId: revoked.id, reason: "leaked" });
    await world.live(3);
    expect(world.sent).toEqual([]);
    await world.live(2);
    expect(world.sent.map(keysIn)).toEqual([[short.id]]);
    await world.live(40);
    expect(world.sent).toHaveLength(1);
  });

  it("is its tenant's owners' to time, and nobody's while the tenant is suspended", async () => {
    const ada = await acme.join("ada@example.com", "owner");
    await acme.makeKey({ ownerId: ada.id });
    const ask = { actor: operator, tenantId: acme.tenantId, ifRevision: null };
    await changeSettings(world.core, { ...ask, reminders: { rotateAfterDays: 10, expiryDays: [] } });
    const suspend = (status: "active" | "suspended") =>
      updateTenant(world.core, { actor: operator, tenantId: acme.tenantId, change: { status }, ifRevision: null });
    await suspend("suspended");
    await world.live(12);
    expect(world.sent).toEqual([]);
    await suspend("active");
    await world.live(2);
    expect(world.sent).toHaveLength(1);
    await changeSettings(world.core, { ...ask, reminders: null });
    world.core.advance(80 * dayMs);
    await world.live(2);
    expect(world.sent).toHaveLength(1);
  });
});

describe("who hears of it", () => {
  const settle = async () => {
    const [boss, admin, ada, viewer] = [
      await acme.join("boss@example.com", "owner"),
      await acme.join("admin@example.com", "admin"),
      await acme.join("ada@example.com"),
      await acme.join("viewer@example.com", "viewer"),
    ];
    const asBoss: Actor = { type: "member", id: boss.id, memberId: boss.id, tenantId: acme.tenantId, role: "owner", scopes: [], ip: null, requestId: null };
    const makeTeam = (name: string) => createTeam(world.core, { actor: asBoss, tenantId: undefined, name, idempotency: null });
    return { boss, admin, ada, viewer, asBoss, makeTeam };
  };

  it("is the owner, who has one digest for all their keys, of whichever tenant", async () => {
    const { ada } = await settle();
    const other = await world.openTenant("Other");
    const again = await other.join("ADA@example.com");
    const made = [await acme.makeKey({ ownerId: ada.id }), await acme.makeKey({ ownerId: ada.id }), await other.makeKey({ ownerId: again.id })];
    world.core.advance(90 * dayMs);
    await world.remind();
    expect(receivers()).toEqual(["ada@example.com"]);
    expect([...keysIn(world.sent[0])].sort()).toEqual(made.map(({ id }) => id).sort());
    expect(world.sent[0]?.subject).toBe("Your API keys: 3 reminders");
  });

  it("is who of a team may change its keys, or the tenant's owners and admins where there is nobody", async () => {
    const { ada, viewer, asBoss, makeTeam } = await settle();
    const [full, watched, empty] = [await makeTeam("full"), await makeTeam("watched"), await makeTeam("empty")];
    for (const [team, member] of [
      [full, ada],
      [full, viewer],
      [watched, viewer],
    ] as const)
      await addTeamMember(world.core, { actor: asBoss, teamId: team.id, memberId: member.id });
    await acme.makeKey({ ownerId: full.id });
    const left = [await acme.makeKey({ ownerId: watched.id }), await acme.makeKey({ ownerId: empty.id }), await acme.makeKey()];
    world.core.advance(90 * dayMs);
    await world.remind();
    expect(receivers()).toEqual(["ada@example.com", "admin@example.com", "boss@example.com"]);
    expect([...keysIn(world.sent.find(({ to }) => to === "boss@example.com"))].sort()).toEqual(left.map(({ id }) => id).sort());
  });

  it("is nobody who is no member any more", async () => {
    const { ada } = await settle();
    await acme.makeKey({ ownerId: ada.id });
    await acme.makeKey();
    world.core.advance(90 * dayMs);
    world.fault.kind = "away";
    await world.remind();
    world.fault.kind = "none";
    await world.core.store.members.remove(ada.id);
    await world.live(2);
    expect(receivers()).toEqual(["admin@example.com", "boss@example.com"]);
  });

  it("can be asked without anything being said or noted", async () => {
    const { ada } = await settle();
    const key = await acme.makeKey({ ownerId: ada.id });
    world.core.advance(90 * dayMs);
    const preview = async () => (await previewReminders(world.deps, null)).items;
    expect(await preview()).toEqual(await preview());
    expect(await preview()).toMatchObject([{ name: "Mailer", persons: ["ada@example.com"], reminder: { keyId: key.id, kind: "rotate" } }]);
    expect((await preview())[0]?.hint).toMatch(/^pm_live_/);
    expect(world.sent).toEqual([]);
    await world.remind();
    expect([world.sent.length, await preview()]).toEqual([1, []]);
  });
});

describe("a person who wants no more", () => {
  const tokenIn = (mail: Mail | undefined): string => new URL(mail?.unsubscribeUrl ?? "").searchParams.get("token") ?? "";
  const caller = { ip: "203.0.113.7", requestId: "req_1" };

  it("says so by the link of a mail, again and again, and in their account", async () => {
    const ada = await acme.join("ada@example.com");
    await acme.makeKey({ ownerId: ada.id, days: 100 });
    world.core.advance(86 * dayMs);
    await world.remind();
    const token = tokenIn(world.sent[0]);
    expect(token).not.toContain("ada");
    for (let times = 0; times < 2; times++) await leaveReminders(world.deps, token, caller);
    await world.live(10);
    expect(world.sent).toHaveLength(1);
    const signedIn = { accountId: "acc_1", email: "ADA@example.com", name: "Ada", isOperator: false };
    const actor: Actor = { type: "account", id: "acc_1", tenantId: "", memberId: null, scopes: [], signedIn, ...caller };
    expect(await wantsReminders(world.deps, actor)).toBe(false);
    await chooseReminders(world.deps, actor, true);
    expect(await wantsReminders(world.deps, actor)).toBe(true);
    await world.live(3);
    expect(world.sent).toHaveLength(2);
    const { items } = await world.core.store.audit.list({}, { limit: 10, after: null });
    const said = items.filter(({ action }) => action === "account.reminders_chosen").map(({ actorType, targetId, after }) => [actorType, targetId, after]);
    expect(said).toEqual([
      ["account", "acc_1", { reminder_mails: true }],
      ["system", "ada@example.com", { reminder_mails: false }],
    ]);
  });

  it("gets no digest that was begun before", async () => {
    const ada = await acme.join("ada@example.com");
    await acme.makeKey({ ownerId: ada.id, days: 100 });
    world.core.advance(86 * dayMs);
    world.fault.kind = "away";
    await world.remind();
    world.fault.kind = "none";
    await world.core.store.reminders.choose("ada@example.com", false, 0);
    await world.live(2);
    expect(world.sent).toEqual([]);
  });

  it("needs the token of a mail, and nothing that is sealed for something else", async () => {
    const { keyring } = world.core;
    for (const token of ["", "1.x", keyring.seal("ada@example.com", "idempotent answer"), keyring.tag("ada@example.com"), "x".repeat(5_000)])
      await expect(leaveReminders(world.deps, token, caller)).rejects.toThrow("LINK_NOT_VALID");
  });
});

describe("a mail", () => {
  it("shows hostile names as text, puts none into a header, holds no key, and leads to the dialog", async () => {
    const hostile = '<img src=x onerror="alert(1)">&\r\nBcc: eve@example.com\u2028\u202egnp.exe';
    const ada = await acme.join("ada@example.com");
    const { id } = await acme.makeKey({ ownerId: ada.id, name: hostile });
    world.core.advance(90 * dayMs);
    await world.remind();
    const [mail] = world.sent;
    expect(mail?.html).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp; Bcc: eve@example.com gnp.exe");
    expect(mail?.html).not.toMatch(/<img|[\r\n]/);
    expect(mail?.text).not.toMatch(/^Bcc:/m);
    expect(mail?.subject).toBe("Your API keys: a reminder");
    expect(mail?.messageId).toMatch(/^dig_[0-9A-Za-z]{22}@keys\.example\.com$/);
    const link = `https://keys.example.com/dashboard/settings/developers/api-keys/${id}?tenant=${acme.tenantId}&dialog=regenerate`;
    expect(mail?.text).toContain(`Regenerate: ${link}`);
    expect(mail?.html).toContain(`href="${link.replace("&", "&amp;")}"`);
    expect(mail?.text).toContain(": its secret is 90 days old.");
    expect(`${mail?.text}${mail?.html}`).not.toMatch(/pm_live_[0-9A-Za-z]{8}/);
  });

  it("names fifty keys, and says how many more there are", async () => {
    await acme.join("boss@example.com", "owner");
    for (let made = 0; made < 53; made++) await acme.makeKey();
    world.core.advance(90 * dayMs);
    await world.remind();
    expect(keysIn(world.sent[0])).toHaveLength(50);
    expect(world.sent[0]?.text).toContain("And 3 more: https://keys.example.com/dashboard/settings/developers/api-keys\n");
    expect(world.sent[0]?.subject).toContain("53 reminders");
  });

  it("is sent when all keys were looked at, some after the other", async () => {
    await acme.join("boss@example.com", "owner");
    for (let made = 0; made < 501; made++) await acme.makeKey();
    world.core.advance(90 * dayMs);
    expect(await world.remind()).toMatchObject({ looked: 500, isUnfinished: true });
    expect(world.sent).toEqual([]);
    expect(await world.remind()).toMatchObject({ looked: 1, isUnfinished: false, sent: 1 });
    expect(world.sent[0]?.subject).toContain("501 reminders");
  });

  it("that cannot be sent is tried again for days, later and later, and then given up", async () => {
    const ada = await acme.join("ada@example.com");
    await acme.makeKey({ ownerId: ada.id });
    world.core.advance(90 * dayMs);
    world.fault.kind = "away";
    let attempts = 0;
    let hours = 0;
    const givenUp: string[] = [];
    for (; givenUp.length === 0 && hours < 400; hours++) {
      const outcome = await world.remind();
      attempts += outcome.failed + outcome.givenUp.length;
      givenUp.push(...outcome.givenUp);
      world.core.advance(hourMs);
    }
    expect([attempts, givenUp.length]).toEqual([13, 1]);
    expect(hours).toBeGreaterThan(90);
    world.fault.kind = "none";
    await world.live(3);
    expect(world.sent).toEqual([]);
  });

  it("to a mailer that is away waits for the next pass with all others", async () => {
    for (let person = 0; person < 6; person++) await acme.makeKey({ ownerId: (await acme.join(`p${person}@example.com`)).id });
    world.core.advance(90 * dayMs);
    world.fault.kind = "away";
    expect(await world.remind()).toMatchObject({ looked: 6, sent: 0, failed: 3 });
    world.fault.kind = "none";
    world.core.advance(hourMs);
    expect(await world.remind()).toMatchObject({ sent: 6, failed: 0 });
    expect(new Set(receivers()).size).toBe(6);
  });
});
