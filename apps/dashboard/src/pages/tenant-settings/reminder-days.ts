import type { EndpointReply } from "@keywright/contract";

type Reminders = EndpointReply<"get-settings">["reminders"];

/** The form of a tenant's reminders while it is typed. */
export interface ReminderFields {
  which: "operator" | "own";
  /** Days; empty: never. */
  rotate: string;
  /** Days with commas between them; empty: never. */
  expiry: string;
}

/** What a tenant that has not chosen begins with: what holds where the operator has not chosen either (docs/reminders.md). */
const usual = { rotate: "90", expiry: "14, 7, 1" } as const;

export const toFields = (reminders: Reminders): ReminderFields =>
  reminders === null
    ? { which: "operator", ...usual }
    : { which: "own", rotate: reminders.rotate_after_days ? String(reminders.rotate_after_days) : "", expiry: reminders.expiry_days.join(", ") };

const parts = (text: string): readonly string[] => text.split(/[\s,;]+/).filter((part) => part !== "");

/** Whether it is whole numbers, or nothing; `most` of them at most. */
export const areDays = (text: string, most = Number.POSITIVE_INFINITY): boolean => {
  const all = parts(text);
  return all.length <= most && all.every((part) => /^\d{1,6}$/.test(part));
};

/** Of fields that hold days. What is typed twice counts once. */
export const toReminders = ({ which, rotate, expiry }: ReminderFields): Reminders => {
  if (which === "operator") return null;
  const [age] = parts(rotate);
  return { rotate_after_days: age === undefined ? null : Number(age), expiry_days: [...new Set(parts(expiry).map(Number))] };
};
