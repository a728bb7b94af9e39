import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser, launchBrowser } from "./browser.ts";
import { chooseReminders } from "./dashboard-reminders.ts";
import { asOperator, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { choose, fill, heading, press, see, signInAs } from "./page-steps.ts";
import { photograph } from "./photograph.ts";
import { copyTemplate, known, knownOperator } from "./template.ts";
import { totpCode } from "./totp.ts";
import { findBarriers, newVisitor, type Visitor } from "./visitor.ts";

const chosen = "a long enough password";
const ada = { name: "Ada Lovelace", email: "ada@example.com" };
const bob = { name: "Bob 🦊 ‫בוב‬", email: "bob@example.com" };

let folder: string;
let server: Keywright;
let browser: Browser;
let operator: Visitor;
let owner: Visitor;

/** The token of the newest link that was mailed to this path: without SMTP, links are printed. */
const mailedLink = async (path: string, seen: number): Promise<string> => {
  const links = () => [...server.out.text.matchAll(new RegExp(`(/${path}#token=\\S+)`, "g"))].map(([link]) => link);
  await expect.poll(() => links().length, { timeout: 20_000 }).toBeGreaterThan(seen);
  return links().at(-1) ?? "";
};

/** Opens a page of the visitor's, and finds no barrier on it. */
const inspect = async (page: Page, path: string, title: string): Promise<void> => {
  await page.goto(`/dashboard${path}`);
  await heading(page, title);
  await page.waitForLoadState("networkidle");
  await photograph(page, path.slice(1).replaceAll("/", "-"));
  expect(await findBarriers(page)).toEqual([]);
};

await describeWithBrowser("the pages of people", () => {
  beforeAll(async () => {
    folder = await copyTemplate("dashboard-people");
    server = await startKeywright({ dataDir: folder, ...known(), env: quickBcrypt });
    browser = await launchBrowser();
    [operator, owner] = [await newVisitor(browser, server.base), await newVisitor(browser, server.base)];
  });

  afterAll(async () => {
    await browser.close();
    await server.stop();
    await removeFolder(folder);
  });

  it("an operator makes a tenant, suspends it by typing its name, and makes it active again", async () => {
    const { page, troubles } = operator;
    const { email = "", password = "" } = knownOperator();
    await signInAs(page, email, password);
    await fill(page, "New password", chosen);
    await press(page, "Set password");
    await heading(page, "API keys");
    await page.goto("/dashboard/operator/tenants");
    await press(page, "Create tenant");
    await fill(page, "Name", "Analytical Engines");
    await page.getByLabel("Tier").selectOption("pro");
    await page.getByRole("dialog").getByRole("button", { name: "Create tenant" }).click();
    await see(page, "The tenant Analytical Engines is there.");
    await press(page, "Actions for Analytical Engines");
    await choose(page, "Suspend");
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "tenant-suspend");
    const suspend = page.getByRole("dialog").getByRole("button", { name: "Suspend" });
    expect(await suspend.isDisabled()).toBe(true);
    await fill(page, "Type the name to confirm", "Analytical Engines");
    await suspend.click();
    await see(page, "Analytical Engines is suspended.");
    await press(page, "Actions for Analytical Engines");
    await choose(page, "Make active");
    await press(page, "Make active");
    await see(page, "Analytical Engines is active again.");
    await page.getByLabel("Search by name").fill("no such");
    await see(page, "No tenant matches.");
    await inspect(page, "/operator/tenants", "Tenants");
    await inspect(page, "/operator/webhooks", "Webhooks");
    await inspect(page, "/operator/alerts", "Alerts");
    await inspect(page, "/operator/system", "System");
    await see(page, "Ready: keys are verified.");
    await see(page, "Every job has done its work in time.");
    expect(troubles).toEqual([]);
  });

  it("a person whom the operator invites opens an account by the mailed link, and is the tenant's owner", async () => {
    const { page } = operator;
    await page.goto("/dashboard/operator/tenants");
    await press(page, "Analytical Engines");
    await heading(page, "API keys");
    await page.goto("/dashboard/settings/members");
    await see(page, "Nobody is a member yet");
    await page.getByRole("button", { name: "Invite", exact: true }).first().click();
    await press(page, "Send invitation");
    await see(page, "Enter an address.");
    await fill(page, "E-mail", ada.email);
    await page.getByLabel("Owner").check();
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "invite");
    await press(page, "Send invitation");
    await see(page, `The invitation to ${ada.email} is on its way.`);
    const link = await mailedLink("invitations/accept", 0);
    await owner.page.goto(link);
    await heading(owner.page, "You are invited");
    expect(owner.page.url()).not.toContain("token");
    expect(await findBarriers(owner.page)).toEqual([]);
    await photograph(owner.page, "invitation");
    await fill(owner.page, "Your name", ada.name);
    await fill(owner.page, "E-mail", ada.email);
    await fill(owner.page, "Password", "short");
    await press(owner.page, "Open account and accept");
    await see(owner.page, /at least 12 characters\.$/);
    await fill(owner.page, "Password", chosen);
    await press(owner.page, "Open account and accept");
    await press(owner.page, "Accept invitation");
    await heading(owner.page, "API keys");
    await owner.page.goto(link);
    await press(owner.page, "Accept invitation");
    await see(owner.page, /it was accepted|has been accepted|has ended/i);
    expect(owner.troubles).toEqual([]);
  });

  it("an owner makes teams, invites into them, changes roles, and hands the keys of a leaver over", async () => {
    const { page } = owner;
    await inspect(page, "/settings/teams", "Teams");
    await page.getByRole("button", { name: "Create team" }).first().click();
    await fill(page, "Name", "Mailing");
    await page.getByRole("dialog").getByRole("button", { name: "Create team" }).click();
    await see(page, "The team Mailing is there.");
    await press(page, "Mailing");
    await page.getByLabel("Add a member").selectOption({ label: `${ada.name} (${ada.email})` });
    await press(page, "Add");
    await page.getByRole("button", { name: `Take ${ada.name} out of the team` }).waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "team-members");
    await page.goto("/dashboard/settings/members");
    await press(page, "Invite");
    await fill(page, "E-mail", bob.email);
    await page.getByLabel("Mailing").check();
    await press(page, "Send invitation");
    const guest = await newVisitor(browser, server.base);
    await guest.page.goto(await mailedLink("invitations/accept", 1));
    await fill(guest.page, "Your name", bob.name);
    await fill(guest.page, "E-mail", bob.email);
    await fill(guest.page, "Password", chosen);
    await press(guest.page, "Open account and accept");
    await press(guest.page, "Accept invitation");
    await heading(guest.page, "API keys");
    const api = asOperator(server, server.rootKey);
    const { data: tenants } = await api.must(200, { path: "/api/v1/platform/tenants?q=Analytical" });
    const { data: members } = await api.must(200, { path: `/api/v1/platform/members?tenant_id=${tenants[0].id}` });
    const memberId = members.find((member: { readonly email: string }) => member.email === bob.email).id;
    const { id: keyId } = await api.createKey(tenants[0].id, { owner_id: memberId, name: "Bob's" });
    await page.reload();
    await inspect(page, "/settings/members", "Members");
    await press(page, `Actions for ${bob.name}`);
    await choose(page, "Change role");
    await page.getByLabel("Viewer").check();
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "role");
    await page.getByRole("dialog").getByRole("button", { name: "Change role" }).click();
    await see(page, `${bob.name} is now: Viewer.`);
    await press(page, `Actions for ${bob.name}`);
    await choose(page, "Remove");
    await page.getByLabel("API keys").selectOption({ label: "Mailing" });
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "remove-member");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
    await see(page, /is removed/);
    expect(await api.must(200, { path: `/api/v1/platform/api-keys/${keyId}` })).toMatchObject({ owner: { type: "team" } });
    await page.goto("/dashboard/settings/teams");
    await press(page, "Actions for Mailing");
    await choose(page, "Delete");
    await press(page, "Delete team");
    await see(page, /There are live keys/);
    expect([owner.troubles, guest.troubles]).toEqual([[], []]);
    await guest.context.close();
  });

  it("one takes an invitation back, and its link no longer works", async () => {
    const { page } = owner;
    await page.goto("/dashboard/settings/members");
    await press(page, "Invite");
    await fill(page, "E-mail", "eve@example.com");
    await press(page, "Send invitation");
    await mailedLink("invitations/accept", 2);
    await press(page, "Actions for the invitation to eve@example.com");
    await choose(page, "Send again");
    await mailedLink("invitations/accept", 3);
    await press(page, "Actions for the invitation to eve@example.com");
    await choose(page, "Withdraw");
    await press(page, "Withdraw");
    await see(page, "The invitation to eve@example.com is withdrawn.");
  });

  it("the scopes of developers are chosen once, for the state that was shown", async () => {
    const { page } = owner;
    await inspect(page, "/settings/developers", "Settings");
    await page.getByLabel("Only these").check();
    await page.getByLabel("manage_contacts").uncheck();
    await photograph(page, "settings-developers-chosen");
    const form = page.getByRole("form", { name: "Scopes of developers" });
    await form.getByRole("button", { name: "Save changes" }).click();
    await see(page, "The settings are in force.");
    await page.reload();
    expect(await page.getByLabel("manage_contacts").isChecked()).toBe(false);
  });

  it("a tenant's owner chooses when its people are reminded, and gives the choice back to the operator", () => chooseReminders(owner.page));

  it("the audit log is filtered by its address, and taken along as a file", async () => {
    const { page } = owner;
    await inspect(page, "/audit-log", "Audit log");
    await page.getByLabel("What", { exact: true }).selectOption("member.role_changed");
    await expect.poll(() => page.url()).toContain("action=member.role_changed");
    await press(page, "Details of member.role_changed");
    await see(page, "viewer");
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "audit-entry");
    await press(page, "Close");
    const [download] = await Promise.all([page.waitForEvent("download"), press(page, "Export")]);
    const lines = (await readFile(await download.path(), "utf8")).trim().split("\r\n");
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain(",member.role_changed,member,mem_");
    const [whole] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Verifiable export" }).click()]);
    const chain = (await readFile(await whole.path(), "utf8")).trim().split("\n");
    expect(JSON.parse(chain.at(-1) ?? "")).toMatchObject({ type: "head" });
    await page.reload();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await inspect(page, "/usage", "Usage");
  });

  it("one turns on a second factor, signs in with it, and sees and ends one's other sessions", async () => {
    const { page } = owner;
    await inspect(page, "/account", "Your account");
    await press(page, "Turn on");
    await fill(page, "Password", chosen);
    await press(page, "Go on");
    const secret = (await page.locator("dialog code").textContent()) ?? "";
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "enrol");
    await fill(page, "Code", "000000");
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await see(page, /The code of the second factor is wrong/);
    await fill(page, "Code", totpCode(secret));
    await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
    await page.getByRole("heading", { name: "Recovery codes" }).waitFor();
    const codes = await page.locator("dialog li").allTextContents();
    expect(codes.length).toBeGreaterThan(5);
    await press(page, "I have kept them");
    await see(page, "The second factor is on.");
    const other = await newVisitor(browser, server.base);
    await signInAs(other.page, ada.email, chosen);
    await press(other.page, "Use a recovery code");
    await fill(other.page, "Recovery code", codes[0] ?? "");
    await press(other.page, "Go on");
    await heading(other.page, "API keys");
    await page.reload();
    await press(page, /^Sign out Chrome/);
    await see(page, "That session has ended.");
    await other.page.reload();
    await heading(other.page, "Sign in");
    await other.context.close();
    expect(owner.troubles).toEqual([]);
  });

  it("a password that is lost is chosen anew by the mailed link, once", async () => {
    const { page, troubles, context } = await newVisitor(browser, server.base);
    await page.goto("/dashboard/sign-in");
    await page.getByRole("link", { name: "Forgot the password?" }).click();
    await heading(page, "Choose a new password");
    expect(await findBarriers(page)).toEqual([]);
    await photograph(page, "forgot-password");
    await fill(page, "E-mail", knownOperator().email);
    await press(page, "Send the link");
    await see(page, /If there is an account/);
    const link = await mailedLink("reset-password", 0);
    await page.goto(link);
    await fill(page, "New password", `${chosen} too`);
    expect(await findBarriers(page)).toEqual([]);
    await press(page, "Set password");
    await see(page, "The new password is set. Sign in with it.");
    await page.goto(link);
    await fill(page, "New password", `${chosen} three`);
    await press(page, "Set password");
    await see(page, /The link is not valid/);
    await page.goto("/dashboard/verify-email#token=guessed");
    await see(page, /The link is not valid/);
    expect(await findBarriers(page)).toEqual([]);
    await page.goto("/dashboard/reset-password");
    await see(page, /The link is incomplete/);
    expect(troubles).toEqual([]);
    await context.close();
  });
});
