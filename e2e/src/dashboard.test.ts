import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser } from "./browser.ts";
import { seeToAlert } from "./dashboard-alerts.ts";
import { type DashboardScene, keysPath, openScene, signIn } from "./dashboard-scene.ts";
import { makeAndDeleteWebhook } from "./dashboard-webhooks.ts";
import { tracesIn } from "./page-state.ts";
import { knownOperator } from "./template.ts";

const plaintext = /^pm_live_[0-9A-Za-z]{32}$/;

/** Tabs to what is named so, as whoever has no mouse. */
const tabTo = async (page: Page, target: Locator): Promise<void> => {
  for (let strokes = 0; strokes < 80; strokes++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The keyboard does not reach ${target}.`);
};

/** Opens the menu whose button has the focus, and goes down to an item. */
const chooseByKeys = async (page: Page, name: string): Promise<void> => {
  const item = page.getByRole("menuitem", { name });
  await page.keyboard.press("Enter");
  await item.waitFor();
  await expect
    .poll(async () => {
      const isThere = await item.evaluate((element) => element === document.activeElement);
      if (!isThere) await page.keyboard.press("ArrowDown");
      return isThere;
    })
    .toBe(true);
  await page.keyboard.press("Enter");
};

const row = (page: Page, name: string): Locator => page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

await describeWithBrowser("the dashboard", () => {
  let scene: DashboardScene;
  beforeAll(async () => {
    scene = await openScene("dashboard", { KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE: "true", KEYWRIGHT_ALERT_SECONDS: "1" });
  });
  afterAll(() => scene?.close());

  it("lets the first operator in with the one-time password, which must be changed, and out again", async () => {
    const { page, context, complaints } = await scene.openSignedOut();
    await page.goto(keysPath);
    await page.waitForURL(/\/dashboard\/sign-in/);
    await signIn(page, { ...knownOperator(), password: "not the password" });
    await page.getByText("Address or password is not right").waitFor();
    await signIn(page, knownOperator());
    await page.getByLabel("New password").fill("short");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("alert").first().waitFor();
    await page.getByLabel("New password").fill("a password of the operator's");
    await page.getByRole("button", { name: "Set password" }).click();
    await page.getByRole("heading", { name: "API keys" }).waitFor();
    expect(new URL(page.url()).pathname).toBe(keysPath);
    await page.getByRole("button", { name: /^Account:/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/sign-in/);
    await page.goto(keysPath);
    await page.waitForURL(/sign-in/);
    expect(complaints.filter((text) => !/40[01]|Failed to load resource/.test(text))).toEqual([]);
    await context.close();
  });

  it("takes a key through its whole life with the mouse, and forgets the plaintext with the dialog", async () => {
    const { page, context, complaints, requested } = await scene.open();
    await page.goto(keysPath);
    await page.getByText("Make your first API key").waitFor();
    await page.getByRole("button", { name: "Create API key" }).first().click();
    await page.getByLabel("Name", { exact: true }).fill("Mailer");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText("Choose at least one scope.").waitFor();
    await page.getByRole("checkbox", { name: /send_email/ }).check();
    await page.getByText("More: addresses").click();
    await page.getByRole("button", { name: "Add my address" }).click();
    expect(await page.getByLabel("Allowed addresses").inputValue()).toBe("127.0.0.1");
    await page.getByLabel("Allowed addresses").fill("127.0.0.1\n10.0.0.300");
    await page.getByRole("button", { name: "Create key" }).click();
    await page.getByText(/^Entry 2: /).waitFor();
    await page.getByLabel("Allowed addresses").fill("127.0.0.1");
    await page.getByLabel("Requests", { exact: true }).fill("1,000");
    await page.getByRole("button", { name: "Create key" }).click();
    const first = await page.getByLabel("API key", { exact: true }).inputValue();
    expect(first).toMatch(plaintext);
    for (const language of ["JavaScript", "Python", "Go", "PHP", "curl"]) {
      await page.getByRole("tab", { name: language }).click();
      expect(await page.getByRole("tabpanel").textContent()).toContain(first);
    }
    const saved = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download .env" }).click();
    expect((await saved).suggestedFilename()).toBe("api-key.env");
    await page.getByText("Waiting for the first request").waitFor();
    expect((await scene.api.verify(first, { ip: "127.0.0.1", endpoint: "/v1/emails" })).code).toBe("VALID");
    await page.getByText("It works: the first request has arrived from 127.0.0.1.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("Have you saved the key?").waitFor();
    await page.getByRole("button", { name: "Back to the key" }).click();
    expect(await page.getByLabel("API key", { exact: true }).inputValue()).toBe(first);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "I have saved it" }).click();
    await row(page, "Mailer").waitFor();

    await row(page, "Mailer").getByRole("button", { name: "Actions for Mailer" }).click();
    await page.getByRole("menuitem", { name: "Regenerate" }).click();
    await page.getByLabel("Not at all: it has leaked").check();
    await page.getByText(/stops working at once/).waitFor();
    await page.getByRole("button", { name: "Make new secret" }).click();
    const second = await page.getByLabel("API key", { exact: true }).inputValue();
    expect(second).toMatch(plaintext);
    expect([(await scene.api.verify(first, { ip: "127.0.0.1" })).code, (await scene.api.verify(second, { ip: "127.0.0.1" })).code]).toEqual([
      "EXPIRED",
      "VALID",
    ]);
    await page.getByRole("button", { name: "Done" }).click();
    await page.getByRole("button", { name: "I have saved it" }).click();

    await row(page, "Mailer").getByRole("link", { name: "Mailer" }).click();
    await page.getByRole("heading", { name: "Mailer" }).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Regenerated" }).waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Monthly quota").fill("5000");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("5,000 requests a month").waitFor();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("This key is in use.").waitFor();
    const revoke = page.getByRole("button", { name: "Revoke key" });
    expect(await revoke.isDisabled()).toBe(true);
    await page.getByLabel(/^Reason/).fill("No longer needed");
    await page.getByLabel("Type the name to confirm").fill("Mailer");
    await revoke.click();
    await page.getByText("Mailer is revoked. No process accepts it any more.", { exact: true }).waitFor();
    expect((await scene.api.verify(second, { ip: "127.0.0.1" })).code).toBe("REVOKED");
    await page.getByRole("link", { name: "API keys" }).first().click();
    await row(page, "Mailer").getByText("Revoked").filter({ visible: true }).waitFor();

    const traces = await tracesIn(page);
    const cookies = JSON.stringify(await context.cookies());
    for (const key of [first, second]) {
      const body = key.slice("pm_live_".length);
      for (const text of [traces, cookies, requested.join("\n"), complaints.join("\n"), scene.server.out.text, scene.server.out.errors]) {
        expect(text).not.toContain(body);
      }
    }
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
    await context.close();
  });

  it("takes a key through its whole life with the keyboard alone", async () => {
    const { page, context } = await scene.open();
    await page.goto(keysPath);
    await page.getByRole("heading", { name: "API keys" }).waitFor();
    const create = page.getByRole("button", { name: "Create API key" }).first();
    await create.waitFor();
    await tabTo(page, create);
    await page.keyboard.press("Enter");
    await page.getByLabel("Name", { exact: true }).waitFor();
    await tabTo(page, page.getByLabel("Name", { exact: true }));
    await page.keyboard.type("By hand");
    await tabTo(page, page.getByRole("checkbox", { name: /read_analytics/ }));
    await page.keyboard.press("Space");
    await tabTo(page, page.getByRole("button", { name: "Create key" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "API key created" }).waitFor();
    await tabTo(page, page.getByRole("tab", { name: "curl" }));
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tabpanel", { name: "JavaScript" }).waitFor();
    await page.keyboard.press("Escape");
    await tabTo(page, page.getByRole("button", { name: "I have saved it" }));
    await page.keyboard.press("Enter");
    const actions = page.getByRole("button", { name: "Actions for By hand" });
    await actions.waitFor();
    await expect.poll(() => create.evaluate((button) => button === document.activeElement)).toBe(true);

    await tabTo(page, actions);
    await chooseByKeys(page, "Revoke");
    await page.getByRole("heading", { name: "Revoke By hand?" }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => actions.evaluate((button) => button === document.activeElement)).toBe(true);
    await chooseByKeys(page, "Revoke");
    await page.getByRole("heading", { name: "Revoke By hand?" }).waitFor();
    await tabTo(page, page.getByRole("button", { name: "Revoke key" }));
    await page.keyboard.press("Enter");
    await row(page, "By hand").getByText("Revoked").filter({ visible: true }).waitFor();
    await context.close();
  });

  it("follows what others do, without a reload", async () => {
    const { page, context } = await scene.open();
    await page.goto(`${keysPath}?q=Watched`);
    const made = await scene.api.createKey(scene.tenantId, { name: "Watched" });
    await row(page, "Watched").getByText("Not yet").waitFor();
    await scene.api.verify(made.key);
    await row(page, "Watched").getByText("Not yet").waitFor({ state: "detached" });
    await scene.api.revoke(made.id, "leaked");
    await row(page, "Watched").getByText("Revoked").filter({ visible: true }).waitFor();
    await context.close();
  });

  it("revokes several keys at once, and keeps the filters in the address", async () => {
    for (const name of ["Old one", "Old two", "Kept"]) await scene.api.createKey(scene.tenantId, { name });
    const { page, context } = await scene.open();
    await page.goto(keysPath);
    await page.getByRole("searchbox").fill("old");
    await page.waitForURL(/q=old/);
    await row(page, "Kept").waitFor({ state: "detached" });
    await page.getByRole("checkbox", { name: "Choose all on this page" }).check();
    await page.getByText("2 keys chosen").waitFor();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("button", { name: "Revoke 2 keys" }).click();
    await page.getByText("2 keys are revoked.", { exact: true }).waitFor();
    await page.getByLabel("Status").selectOption("active");
    await page.getByText("No key matches").waitFor();
    await page.reload();
    expect(await page.getByRole("searchbox").inputValue()).toBe("old");
    await page.getByRole("button", { name: "Clear filters" }).click();
    await row(page, "Kept").waitFor();
    await context.close();
  });

  it("sorts keys by the heads of columns, with the keyboard too, and keeps the order in the address", async () => {
    for (const name of ["Order B", "order c", "Order a"]) await scene.api.createKey(scene.tenantId, { name });
    const { page, context } = await scene.open();
    const names = () => page.locator("tbody tr a").allTextContents();
    await page.goto(`${keysPath}?q=order`);
    await expect.poll(names).toEqual(["Order a", "order c", "Order B"]);
    await tabTo(page, page.getByRole("button", { name: "Name", exact: true }));
    await page.keyboard.press("Enter");
    await expect.poll(names).toEqual(["Order a", "Order B", "order c"]);
    expect(await page.locator("th[aria-sort=ascending]").textContent()).toBe("Name");
    await page.keyboard.press("Enter");
    await expect.poll(names).toEqual(["order c", "Order B", "Order a"]);
    expect(new URL(page.url()).searchParams.get("sort")).toBe("-name");
    await page.reload();
    await expect.poll(names).toEqual(["order c", "Order B", "Order a"]);
    await page.getByLabel("Order", { exact: true }).selectOption("Oldest first");
    await expect.poll(names).toEqual(["Order B", "order c", "Order a"]);
    await context.close();
  });

  it("makes a webhook, tests it, replays a delivery and deletes it, and forgets its secret with the dialog", async () => {
    const { page, context, complaints, requested } = await scene.open();
    const { secrets, arrived } = await makeAndDeleteWebhook(page);
    expect(arrived).toEqual(["webhook.test", "webhook.test"]);
    const texts = [await tracesIn(page), JSON.stringify(await context.cookies()), requested.join("\n"), complaints.join("\n"), scene.server.out.text];
    for (const secret of secrets) for (const text of texts) expect(text).not.toContain(secret.slice("whsec_".length));
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
    await context.close();
  });

  it("shows an alert, which is acknowledged and muted, and changes its rule", async () => {
    const { page, context, complaints } = await scene.open();
    const { id } = await scene.api.createKey(scene.tenantId, { name: "Ends soon", expires_in_days: 3 });
    await seeToAlert(page, scene, id);
    expect(complaints.filter((text) => !/status of 400/.test(text))).toEqual([]);
    await context.close();
  });

  it("says that the clock of the device is wrong, and tells the time by the server's", async () => {
    // A `Date` has whole seconds, so the end stands far from where "tomorrow" begins and ends.
    await scene.api.createKey(scene.tenantId, { name: "Ends in a day and a half", expires_at: new Date(Date.now() + 36 * 3_600_000).toISOString() });
    const { page, context } = await scene.open();
    await page.clock.setSystemTime(Date.now() + 72 * 3_600_000);
    await page.goto(`${keysPath}?q=Ends`);
    await page.getByText("The clock of this device is 3 days ahead of the server's.").waitFor();
    await row(page, "Ends in a day and a half").getByText("tomorrow").waitFor();
    await context.close();
  });

  it("shows its first page with at most 250 kB of compressed script, all of it from here", async () => {
    const { page, context, requested } = await scene.open();
    const sizes: number[] = [];
    page.on("requestfinished", async (request) => {
      if (request.url().endsWith(".js")) sizes.push((await request.sizes()).responseBodySize);
    });
    await page.goto(keysPath);
    await page.getByRole("table").waitFor();
    await expect.poll(() => sizes.length).toBeGreaterThan(2);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(20_000);
    expect(total).toBeLessThan(250_000);
    expect(requested.filter((url) => !url.startsWith(scene.server.base))).toEqual([]);
    // What is asked for before the scripts are there is for the calls that they make.
    const timesOf = (path: string) => requested.filter((url) => new URL(url).pathname === path).length;
    expect([timesOf("/api/auth/get-session"), timesOf("/api/v1/platform/me")]).toEqual([1, 1]);
    await context.close();
  });
});
