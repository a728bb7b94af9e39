import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const executablePath = process.env["KEYWRIGHT_CHROMIUM"] ?? "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath, args });

export const keysPath = "/dashboard/settings/developers/api-keys";

/** What a browser that has signed in as the operator keeps. */
export type SignedIn = Awaited<ReturnType<BrowserContext["storageState"]>>;

const password = "a long enough password";

/** Signs the first operator in with the password that the first start has printed, and changes it, as is asked for. */
export const signInFirst = async (browser: Browser, base: string, printed: string): Promise<SignedIn> => {
  const context = await browser.newContext({ baseURL: base });
  const page = await context.newPage();
  const [, email = "", oneTime = ""] = /^ {2}(\S+@\S+) {2}(\S+)$/m.exec(printed) ?? [];
  await page.goto("/dashboard/sign-in");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(oneTime);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("New password").fill(password);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("heading", { name: "API keys" }).waitFor();
  await page.getByRole("table").waitFor();
  const state = await context.storageState();
  await context.close();
  return state;
};

/** A page of a browser that has been here before, or with an empty cache. */
export const openPage = async (browser: Browser, base: string, storageState: SignedIn): Promise<Page> => {
  const context = await browser.newContext({ baseURL: base, storageState, viewport: { width: 1280, height: 800 }, locale: "en-US" });
  return context.newPage();
};
