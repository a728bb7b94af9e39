import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser } from "./browser.ts";
import { type DashboardScene, keysPath, openScene, signIn } from "./dashboard-scene.ts";
import { quickBcrypt, startKeywright } from "./keywright-process.ts";

const fillForm = async (page: Page, name: string): Promise<void> => {
  await page.goto(keysPath);
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("checkbox", { name: /send_email/ }).check();
};

const submit = (page: Page) => page.getByRole("button", { name: "Create key" });

const leave = async (page: Page): Promise<void> => {
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByRole("button", { name: "I have saved it" }).click();
};

await describeWithBrowser("the dashboard in trouble", () => {
  let scene: DashboardScene;
  beforeAll(async () => {
    scene = await openScene("dashboard-trouble");
  });
  afterAll(() => scene?.close());

  const named = async (name: string): Promise<number> => {
    const { data } = await scene.api.must(200, {
      path: `/api/v1/platform/api-keys?tenant_id=${scene.tenantId}&q=${encodeURIComponent(name)}`,
    });
    return data.length;
  };

  it("makes one key of a double click, and of a second try after a lost answer", async () => {
    const { page, context } = await scene.open();
    await fillForm(page, "Twice");
    await submit(page).dblclick();
    await page.getByRole("heading", { name: "API key created" }).waitFor();
    await leave(page);
    expect(await named("Twice")).toBe(1);

    await fillForm(page, "Lost answer");
    const lost = { count: 0 };
    await page.route("**/api/v1/platform/api-keys", async (route) => {
      if (route.request().method() !== "POST" || lost.count === 2) return route.fallback();
      lost.count += 1;
      await route.fetch();
      return route.abort("connectionreset");
    });
    await submit(page).click();
    await page.getByText("Keywright cannot be reached. What you entered is still here").waitFor();
    expect([lost.count, await named("Lost answer")]).toEqual([2, 1]);
    await submit(page).click();
    await page.getByRole("heading", { name: "API key created" }).waitFor();
    expect(await named("Lost answer")).toBe(1);
    await context.close();
  });

  it("asks to sign in where the session has ended in the middle, and loses nothing that was typed", async () => {
    const { page, context } = await scene.open();
    await fillForm(page, "After the session");
    await page.getByLabel("Expires").selectOption("30");
    await context.clearCookies();
    await submit(page).click();
    await page.getByRole("heading", { name: "Your session has ended" }).waitFor();
    expect(await page.getByRole("textbox", { name: "E-mail" }).inputValue()).toBe(scene.owner.email);
    await page.getByLabel("Password").fill(scene.owner.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { name: "Your session has ended" }).waitFor({ state: "detached" });
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("After the session");
    expect(await page.getByLabel("Expires").inputValue()).toBe("30");
    await submit(page).click();
    await page.getByRole("heading", { name: "API key created" }).waitFor();
    await context.close();
  });

  it("says what has happened where somebody else revoked or changed the key meanwhile", async () => {
    const { page, context } = await scene.open();
    const gone = await scene.api.createKey(scene.tenantId, { name: "Gone meanwhile" });
    await page.goto(`${keysPath}?q=meanwhile`);
    await page.getByRole("button", { name: "Actions for Gone meanwhile" }).click();
    await page.getByRole("menuitem", { name: "Regenerate" }).click();
    await scene.api.revoke(gone.id, "leaked");
    await page.getByRole("button", { name: "Make new secret" }).click();
    await page.getByText("The key is no longer alive").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("row").filter({ hasText: "Gone meanwhile" }).getByText("Revoked").filter({ visible: true }).waitFor();

    const changed = await scene.api.createKey(scene.tenantId, { name: "Changed by two" });
    await page.goto(`${keysPath}/${changed.id}`);
    await page.getByRole("button", { name: "Edit" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Mine");
    await scene.api.must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${changed.id}`, body: { name: "Theirs" } });
    await page.getByRole("heading", { name: "Theirs" }).waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Mine");
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("Somebody else has changed this key meanwhile.").waitFor();
    await page.getByRole("button", { name: "Show the newest" }).click();
    await page.getByRole("button", { name: "Edit" }).waitFor();
    expect((await scene.api.must(200, { path: `/api/v1/platform/api-keys/${changed.id}` })).name).toBe("Theirs");
    await page.goto(`${keysPath}/key_${"0".repeat(22)}`);
    await page.getByText("There is no such key").waitFor();
    await context.close();
  });

  it("shows names with emoji, from right to left, with markup and of 100 characters as they were written", async () => {
    const { page, context, complaints } = await scene.open();
    for (const name of ["🚀🔑 the key 👩🏽‍💻", "مفتاح الإنتاج", '<b>bold</b> & "quoted" \'; --', "x".repeat(100)]) {
      await fillForm(page, name);
      await submit(page).click();
      await page.getByRole("heading", { name: "API key created" }).waitFor();
      await leave(page);
      const link = page.getByRole("link", { name, exact: true });
      await link.click();
      await page.getByRole("heading", { name, exact: true }).waitFor();
      const isWithin = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
      expect([name, isWithin, complaints]).toEqual([name, true, []]);
    }
    await context.close();
  });

  it("leads from the link of a reminder by way of the sign-in to the dialog of its key, once, and lets one do without reminders", async () => {
    const { id } = await scene.api.createKey(scene.tenantId, { name: "Long in use" });
    const { page, context, complaints } = await scene.openSignedOut();
    await page.goto(`${keysPath}/${id}?tenant=${scene.tenantId}&dialog=regenerate`);
    await page.waitForURL(/\/dashboard\/sign-in/);
    await signIn(page, scene.owner);
    const dialog = page.getByRole("dialog", { name: "Regenerate Long in use" });
    await dialog.waitFor();
    await expect.poll(() => page.url()).toBe(`${scene.server.base}${keysPath}/${id}`);
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: /^Account:/ }).click();
    await page.getByRole("menuitem", { name: "Your account" }).click();
    const reminders = page.getByRole("checkbox", { name: "Remind me of API keys by mail" });
    await expect.poll(() => reminders.isChecked()).toBe(true);
    await reminders.click();
    await page.getByText("You get no more reminders.", { exact: true }).waitFor();
    await page.reload();
    await page.getByRole("checkbox", { name: "Remind me of API keys by mail", checked: false, disabled: false }).waitFor();
    expect(complaints.filter((text) => !/401|Failed to load resource/.test(text))).toEqual([]);
    await context.close();
  });

  it("keeps what was typed while the server is down, and goes on when it is back", async () => {
    const { page, context } = await scene.open();
    await fillForm(page, "Through an outage");
    await scene.server.kill();
    await submit(page).click();
    await page.getByText("Keywright cannot be reached. What you entered is still here").waitFor();
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("Through an outage");
    const port = new URL(scene.server.base).port;
    const again = await startKeywright({ dataDir: scene.server.dataDir, env: { ...quickBcrypt, PORT: port } });
    await submit(page).click();
    await page.getByRole("heading", { name: "API key created" }).waitFor();
    await leave(page);
    await page.getByRole("link", { name: "Through an outage" }).waitFor();
    await context.close();
    await again.stop();
  });
});
