import { newId } from "../ids.ts";
import type { Policy } from "../model/policy.ts";
import { type ReminderRules, reminderId } from "../model/reminder.ts";
import type { Clock } from "../ports/clock.ts";
import type { Random } from "../ports/random.ts";
import type { AgingKey, Gathered, Look } from "../ports/reminder-store.ts";
import type { Store, Stores } from "../ports/store.ts";
import { type DueReminders, dueReminders, furthestLookMs } from "../rules/reminders.ts";
import type { Recipients } from "./recipients.ts";

export interface LookDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: Pick<Policy, "reminders">;
}

const hourMs = 3_600_000;
/** What a server reads and writes beside its requests without their having to wait for it: some hundredths of a second. */
export const keysPerLook = 500;

/**
 * Looks at keys that are due for it, and puts what their people are to hear into digests. What was dealt with is noted in the same transaction: another process,
 * or a clock that goes back, finds nothing left to say. Answers how many keys it has looked at.
 */
export const lookForReminders = ({ store, clock, random, policy }: LookDeps, recipients: Recipients): Promise<number> =>
  store.transaction(async (stores) => {
    const nowMs = clock.nowMs();
    const keys = await stores.reminders.takeDue({ nowMs, latestMs: nowMs + furthestLookMs + hourMs, limit: keysPerLook });
    const looked = await examine(stores, keys, { policy, nowMs });
    const fresh = await stores.reminders.record(
      looked.flatMap(({ due, passed }) => [...due, ...passed]),
      nowMs,
    );
    const isFresh = new Set(fresh.map(reminderId));
    const told: Gathered[] = [];
    for (const { key, due } of looked) {
      const news = due.filter((reminder) => isFresh.has(reminderId(reminder)));
      if (news.length === 0) continue;
      for (const person of await recipients.of(stores, key)) told.push(...news.map((reminder) => ({ person, reminder })));
    }
    await stores.reminders.gather(await wanted(stores, told), () => newId(random, "dig"), nowMs);
    await stores.reminders.plan(
      looked.map(({ key, nextLookMs }): Look => ({ keyId: key.id, nextLookMs })),
      nowMs,
    );
    return keys.length;
  });

/** Whoever wants none has none begun. */
const wanted = async ({ reminders }: Pick<Stores, "reminders">, told: readonly Gathered[]): Promise<readonly Gathered[]> => {
  const persons = [...new Set(told.map(({ person }) => person))];
  const willing = new Set<string>();
  for (const person of persons) if (await reminders.isWanted(person)) willing.add(person);
  return told.filter(({ person }) => willing.has(person));
};

export interface Looked extends DueReminders, AgingKey {}

interface Facts {
  readonly policy: Pick<Policy, "reminders">;
  readonly nowMs: number;
}

/** What there is to say of each key, by its tenant's rules. Of a suspended tenant's nothing is said until it is active again. */
export const examine = async (stores: Pick<Stores, "tenants">, keys: readonly AgingKey[], { policy, nowMs }: Facts): Promise<readonly Looked[]> => {
  const ids = new Set(keys.flatMap(({ key }) => key.tenantId ?? []));
  const tenants = new Map((await stores.tenants.findAll([...ids])).map(({ row }) => [row.id, row]));
  return keys.map((aging) => {
    const tenant = tenants.get(aging.key.tenantId ?? "");
    const rules: ReminderRules = tenant?.status === "active" ? (tenant.reminders ?? policy.reminders) : silent;
    return { ...aging, ...dueReminders(rules, aging, nowMs) };
  });
};

const silent: ReminderRules = { rotateAfterDays: null, expiryDays: [] };
