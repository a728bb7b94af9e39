import type { ReminderRules } from "@keywright/core";

interface Given {
  readonly rotate_after_days: number | null;
  readonly expiry_days: readonly number[];
}

/** As people write it: 0 days is never. */
export const toReminderRules = ({ rotate_after_days: rotateAfterDays, expiry_days: expiryDays }: Given): ReminderRules => ({
  rotateAfterDays: rotateAfterDays === 0 ? null : rotateAfterDays,
  expiryDays: expiryDays.toSorted((a, b) => b - a),
});
