import { describe, expect, it } from "vitest";
import { areDays, toFields, toReminders } from "./reminder-days.ts";

describe("the form of a tenant's reminders", () => {
  it.each([[{ rotate_after_days: 30, expiry_days: [30, 3] }], [{ rotate_after_days: null, expiry_days: [] }], [null]])(
    "gives back what it was given: %j",
    (reminders) => {
      expect(toReminders(toFields(reminders))).toEqual(reminders);
    },
  );

  it("begins where nobody has chosen with what holds then", () => {
    expect(toReminders({ ...toFields(null), which: "own" })).toEqual({ rotate_after_days: 90, expiry_days: [14, 7, 1] });
  });

  it("shows no days where 0 is nobody's reminder", () => {
    expect(toFields({ rotate_after_days: 0, expiry_days: [1] })).toEqual({ which: "own", rotate: "", expiry: "1" });
  });

  it("takes days however they are set apart, and each once", () => {
    expect(toReminders({ which: "own", rotate: " 60 ", expiry: "30;7 7,,1" })).toEqual({ rotate_after_days: 60, expiry_days: [30, 7, 1] });
  });

  it.each([
    ["", true],
    ["14, 7", true],
    ["-1", false],
    ["1.5", false],
    ["a week", false],
    ["12345678", false],
  ])("knows whether %j is days", (text, are) => {
    expect(areDays(text)).toBe(are);
  });

  it("knows one number from several", () => {
    expect([areDays("90", 1), areDays("", 1), areDays("90 30", 1)]).toEqual([true, true, false]);
  });
});
