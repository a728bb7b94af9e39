import { bounds } from "@keywright/contract";
import { type Static, Type } from "@keywright/contract/validation";
import type { Policy, ReminderRules } from "@keywright/core";

interface Given {
  readonly rotate_after_days: number | null;
  readonly expiry_days: readonly number[];
}

/** As people write it: 0 days is never. */
export const toReminderRules = ({ rotate_after_days: rotateAfterDays, expiry_days: expiryDays }: Given): ReminderRules => ({
  rotateAfterDays: rotateAfterDays === 0 ? null : rotateAfterDays,
  expiryDays: expiryDays.toSorted((a, b) => b - a),
});

/** The policy file's part about reminders, as JSON Schema. */
export const reminderPolicy = Type.Optional(
  Type.Object(
    {
      rotate_after_days: Type.Optional(
        Type.Union([Type.Integer({ minimum: 0, maximum: bounds.reminderDays }), Type.Null()], {
          default: 90,
          description: "The age of a key's secret at which its people are told to replace it. null or 0: never.",
        }),
      ),
      expiry_days: Type.Optional(
        Type.Array(Type.Integer({ minimum: 1, maximum: bounds.reminderDays }), {
          maxItems: bounds.reminders,
          uniqueItems: true,
          default: [14, 7, 1],
          description: "How many days before the end of a key its people are told. Empty: never.",
        }),
      ),
      check_every_seconds: Type.Optional(
        Type.Integer({ minimum: 1, maximum: 86_400, default: 3_600, description: "How long after one look for what there is to say the next one begins." }),
      ),
    },
    { additionalProperties: false, description: "Mails about keys that are old or end soon (docs/reminders.md). A tenant's owners may choose other days." },
  ),
);

/** What it asks for, with the defaults where it says nothing. */
export const toReminderPolicy = (given: Static<typeof reminderPolicy> = {}): Pick<Policy, "reminders" | "reminderCheckSeconds"> => ({
  reminders: toReminderRules({
    rotate_after_days: given.rotate_after_days === undefined ? 90 : given.rotate_after_days,
    expiry_days: given.expiry_days ?? [14, 7, 1],
  }),
  reminderCheckSeconds: given.check_every_seconds ?? 3_600,
});
