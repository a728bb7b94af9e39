import fc from "fast-check";
import { expect, it } from "vitest";
import type { Mail } from "../ports/mailer.ts";
import { type MailFault, openReminderWorld } from "../testing/reminder-world.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type Step =
  | { readonly kind: "time"; readonly hours: number }
  | { readonly kind: "pass"; readonly workers: number; readonly fault: MailFault }
  | { readonly kind: "regenerate"; readonly key: number }
  | { readonly kind: "make" };

const fault = fc.oneof({ weight: 4, arbitrary: fc.constant<MailFault>("none") }, fc.constantFrom<MailFault[]>("away", "dies before", "dies after"));
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Step>[]>(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant("time" as const), hours: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant("time" as const), hours: fc.integer({ min: -72, max: 140 }) }) },
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("pass" as const), workers: fc.integer({ min: 1, max: 2 }), fault }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("regenerate" as const), key: fc.nat(4) }) },
    { weight: 1, arbitrary: fc.constant({ kind: "make" as const }) },
  ),
  { maxLength: 30 },
);

/** Two people, one of them in two tenants, with keys that were made a few hours apart; 85 days on. */
const settle = async () => {
  const world = await openReminderWorld();
  const [one, other] = [await world.openTenant("One"), await world.openTenant("Other")];
  const [ada, again, bob] = [await one.join("ada@example.com"), await other.join("ada@example.com"), await one.join("bob@example.com")];
  const keys: { readonly id: string }[] = [];
  for (const [tenant, { id: ownerId }] of [
    [one, ada],
    [other, again],
    [one, bob],
    [one, bob],
  ] as const) {
    keys.push(await tenant.makeKey({ ownerId }));
    world.core.advance(5 * hourMs);
  }
  world.core.advance(85 * dayMs);
  const makeKey = async () => void keys.push(await one.makeKey({ ownerId: bob.id, days: 15 }));
  return { ...world, keys, makeKey, told: keepBooks(world) };
};

type Sets = Map<string, Set<string>>;
const add = (sets: Sets, name: string, value: string): void => void sets.set(name, new Set([...(sets.get(name) ?? []), value]));

/** Which mails there were, by person and day, by person and reminder; and how often a sender died after handing one over. */
const keepBooks = ({ core, claimed, fault: now, sent }: Awaited<ReturnType<typeof openReminderWorld>>) => {
  const [byDay, byReminder] = [new Map() as Sets, new Map() as Sets];
  const deaths = new Map<string, number>();
  const seen = { mails: 0 };
  const enter = ({ to, messageId = "" }: Mail): void => {
    add(byDay, `${to} ${Math.floor(core.clock.nowMs() / dayMs)}`, messageId);
    const told = claimed.get(messageId.split("@")[0] ?? "")?.keys ?? [];
    for (const { reminder } of told) add(byReminder, `${to} ${reminder.keyId} ${reminder.kind} ${reminder.markMs} ${reminder.days}`, messageId);
    if (now.kind === "dies after") deaths.set(messageId, (deaths.get(messageId) ?? 0) + 1);
  };
  const note = (): void => {
    for (const mail of sent.slice(seen.mails)) enter(mail);
    seen.mails = sent.length;
  };
  return { byDay, byReminder, deaths, note };
};

type World = Awaited<ReturnType<typeof settle>>;

const take = async (world: World, step: Step): Promise<void> => {
  switch (step.kind) {
    case "time":
      return world.core.advance(step.hours * hourMs);
    case "make":
      return world.makeKey();
    case "regenerate":
      await world.regenerate(world.keys[step.key]?.id ?? world.keys[0]?.id ?? "").catch(() => {});
      return;
    case "pass":
      world.fault.kind = step.fault;
      await Promise.all(Array.from({ length: step.workers }, () => world.remind().catch(() => {})));
      world.told.note();
  }
};

const requireEachOnce = ({ told, sent }: World): void => {
  for (const mails of [...told.byDay.values(), ...told.byReminder.values()]) expect(mails.size).toBe(1);
  for (const { messageId = "" } of sent) {
    const copies = sent.filter((mail) => mail.messageId === messageId).length;
    expect(copies).toBeLessThanOrEqual(1 + (told.deaths.get(messageId) ?? 0));
  }
};

/** Of the first keys, which outlive the test. */
const requireNoneLost = async ({ core, keys, told }: World): Promise<void> => {
  const spokenOf = [...told.byReminder.keys()];
  for (const { id } of keys.slice(0, 3)) {
    const markMs = (await core.store.keys.find(id))?.secrets[0]?.row.createdAtMs ?? 0;
    const isOld = markMs + 91 * dayMs < core.clock.nowMs();
    expect(!isOld || spokenOf.some((what) => what.includes(`${id} rotate ${markMs} `))).toBe(true);
  }
};

it("sends each reminder in one mail, that comes again only where its sender has died, and one mail a person a day, whatever clocks and processes do", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const world = await settle();
      for (const step of sequence) await take(world, step);
      for (const hours of [...Array.from({ length: 60 }, () => 5), ...Array.from({ length: 55 }, () => 48)]) {
        world.core.advance(hours * hourMs);
        await take(world, { kind: "pass", workers: 2, fault: "none" });
      }
      requireEachOnce(world);
      await requireNoneLost(world);
    }),
    { numRuns: 20 },
  );
});
