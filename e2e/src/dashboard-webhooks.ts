import type { Page } from "playwright-core";
import { expect } from "vitest";
import { choose, fill, press, see } from "./page-steps.ts";
import { openReceiver } from "./webhook-receiver.ts";

export const webhooksPath = "/dashboard/settings/developers/webhooks";

const plaintext = /^whsec_[0-9A-Za-z+/]{43}=$/;

const readSecret = async (page: Page): Promise<string> => {
  const secret = await page.getByLabel("Signing secret", { exact: true }).inputValue();
  expect(secret).toMatch(plaintext);
  await press(page, "Done");
  await press(page, "I have saved it");
  return secret;
};

/** A webhook's whole life by the page: what its secrets were, and which events have arrived. */
export const makeAndDeleteWebhook = async (page: Page): Promise<{ readonly secrets: readonly string[]; readonly arrived: readonly string[] }> => {
  const receiver = await openReceiver();
  const url = receiver.url("/in?token=of-the-receiver");
  try {
    await page.goto(webhooksPath);
    await see(page, "Hear of it when it happens");
    await page.getByRole("button", { name: "Create webhook" }).first().click();
    const form = page.getByRole("dialog");
    await fill(page, "Address", "ftp://hooks.example.com");
    await form.getByLabel("Only these").check();
    await form.getByRole("button", { name: "Create webhook" }).click();
    await see(page, "Choose at least one event.");
    await form.getByRole("checkbox", { name: /^key\.revoked/ }).check();
    await form.getByRole("button", { name: "Create webhook" }).click();
    await form.locator("input[aria-invalid=true]").and(page.getByLabel("Address")).waitFor();
    await fill(page, "Address", url);
    await form.getByRole("button", { name: "Create webhook" }).click();
    const first = await readSecret(page);

    await press(page, `Actions for ${url}`);
    await choose(page, "Rotate secret");
    await press(page, "Make new secret");
    const second = await readSecret(page);
    await press(page, `Actions for ${url}`);
    await choose(page, "Send test");
    await page.getByRole("dialog").getByRole("button", { name: "Send test" }).click();
    await see(page, /^Delivered: 127\.0\.0\.1:\d+ answered 200\.$/);
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();

    await page.getByRole("link", { name: url }).click();
    await see(page, /requests carry two signatures/);
    await page.getByLabel("State").selectOption("failed");
    await see(page, "No delivery is in this state.");
    expect(page.url()).toContain("status=failed");
    await page.getByLabel("State").selectOption("");
    await page.getByRole("button", { name: /^Replay evt_/ }).click();
    await expect.poll(() => receiver.arrivals.length, { timeout: 20_000 }).toBe(2);
    await page.getByRole("cell", { name: "Delivered" }).waitFor();

    await press(page, "Delete");
    await fill(page, "Type the host to confirm", new URL(url).host);
    await press(page, "Delete webhook");
    await see(page, "Hear of it when it happens");
    return { secrets: [first, second], arrived: receiver.arrivals.map(({ event }) => event.type) };
  } finally {
    receiver.close();
  }
};
