import type { Page } from "playwright-core";
import { expect } from "vitest";
import { fill, see } from "./page-steps.ts";
import { photograph } from "./photograph.ts";
import { findBarriers } from "./visitor.ts";

/** On the page of a tenant's settings: days that are none are refused, others are kept, "never" too, and in the end it is the operator's choice again. */
export const chooseReminders = async (page: Page): Promise<void> => {
  const form = page.getByRole("form", { name: "Reminders of keys" });
  const [ageLabel, endLabel] = ["Days until a secret is to be replaced", "Days before a key ends"];
  const save = async () => form.getByRole("button", { name: "Save changes" }).click();
  const chosenDays = async () => {
    await page.reload();
    return [await page.getByLabel(ageLabel).inputValue(), await page.getByLabel(endLabel).inputValue()];
  };
  await page.getByLabel("As chosen here").check();
  await fill(page, ageLabel, "every month");
  await save();
  await see(page, "A whole number of days, or nothing.");
  await fill(page, ageLabel, "4000");
  await fill(page, endLabel, "30, 3");
  await save();
  // Bounds are the server's to know.
  await expect.poll(() => page.getByLabel(ageLabel).getAttribute("aria-invalid")).toBe("true");
  await photograph(page, "settings-developers-reminders");
  expect(await findBarriers(page)).toEqual([]);
  await fill(page, ageLabel, "30");
  await save();
  await see(page, "The settings are in force.");
  expect(await chosenDays()).toEqual(["30", "30, 3"]);
  await fill(page, ageLabel, "");
  await fill(page, endLabel, "");
  await save();
  await see(page, "The settings are in force.");
  expect(await chosenDays()).toEqual(["", ""]);
  await page.getByLabel("As the operator of Keywright has it").check();
  await save();
  await see(page, "The settings are in force.");
  await page.reload();
  await page.getByLabel("As the operator of Keywright has it").waitFor();
  expect(await page.getByLabel("As the operator of Keywright has it").isChecked()).toBe(true);
};
