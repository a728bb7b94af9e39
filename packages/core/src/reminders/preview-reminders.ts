import { type Reminder, reminderId } from "../model/reminder.ts";
import type { Page } from "../ports/page.ts";
import type { Store } from "../ports/store.ts";
import { examine, type LookDeps } from "./look-for-reminders.ts";
import { createRecipients, type Recipients } from "./recipients.ts";

export interface PreviewedReminder {
  readonly reminder: Reminder;
  readonly name: string;
  readonly hint: string;
  /** Who would hear of it; nobody: those who would want none, or there is nobody. */
  readonly persons: readonly string[];
}

type PreviewDeps = Pick<LookDeps, "store" | "clock" | "policy">;

const keysPerPage = 500;

/** What the next pass would find to say, a page of keys after the other: nothing is changed, noted or sent. `after` is a key's id. */
export const previewReminders = async (deps: PreviewDeps, after: string | null): Promise<Page<PreviewedReminder>> => {
  const { store, policy } = deps;
  const keys = await store.reminders.keys(after, keysPerPage);
  const looked = await examine(store, keys, { policy, nowMs: deps.clock.nowMs() });
  const dealtWith = new Set((await store.reminders.recorded(looked.flatMap(({ due }) => due))).map(reminderId));
  const recipients = createRecipients();
  const items: PreviewedReminder[] = [];
  for (const { key, secret, due } of looked) {
    for (const reminder of due.filter((one) => !dealtWith.has(reminderId(one))))
      items.push({ reminder, name: key.name, hint: secret?.hint ?? "", persons: await willing(store, await recipients.of(store, key)) });
  }
  return { items, after: keys.length === keysPerPage ? (keys.at(-1)?.key.id ?? null) : null };
};

const willing = async ({ reminders }: Pick<Store, "reminders">, persons: Awaited<ReturnType<Recipients["of"]>>): Promise<readonly string[]> => {
  const wanted = await Promise.all(persons.map((person) => reminders.isWanted(person)));
  return persons.filter((_person, index) => wanted[index]);
};
