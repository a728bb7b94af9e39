import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { until } from "./cluster.ts";
import { asOperator, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

const password = "a long enough password";
const ada = { email: "ada@example.com", name: "Ada Lovelace" };

/** The pages as somebody meets them: the built server, a browser, a tenant, and its owner, who has signed in. */
export interface DashboardScene {
  readonly server: Keywright;
  readonly api: ReturnType<typeof asOperator>;
  readonly tenantId: string;
  readonly owner: { readonly email: string; readonly password: string };
  /** A page of a browser of its own, in which the owner has signed in. */
  open(options?: BrowserContextOptions): Promise<OpenPage>;
  /** A page of somebody who has not. */
  openSignedOut(options?: BrowserContextOptions): Promise<OpenPage>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page has written to the console, and what it has thrown: nothing, where all is well. */
  readonly complaints: readonly string[];
  /** Every address that was asked for. */
  readonly requested: readonly string[];
}

export const keysPath = "/dashboard/settings/developers/api-keys";

/** `env`: settings of its server. */
export const openScene = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<DashboardScene> => {
  const folder = await copyTemplate(name);
  const server = await startKeywright({ dataDir: folder, ...known(), env: { ...quickBcrypt, ...env } });
  const api = asOperator(server, server.rootKey);
  const tenant = await api.createTenant({ name: "Acme" });
  await addOwner(server, api, tenant.id);
  const browser = await launchBrowser();
  const state = await signedInState(browser, server.base);
  return {
    server,
    api,
    tenantId: tenant.id,
    owner: { email: ada.email, password },
    open: (options = {}) => openPage(browser, { baseURL: server.base, storageState: state, ...options }),
    openSignedOut: (options = {}) => openPage(browser, { baseURL: server.base, ...options }),
    close: async () => {
      await browser.close();
      await server.stop();
      await removeFolder(folder);
    },
  };
};

/** Invited, with an account, and a member. */
const addOwner = async (server: Keywright, { must }: ReturnType<typeof asOperator>, tenantId: string): Promise<void> => {
  await must(201, { method: "POST", path: "/api/v1/platform/invitations", body: { tenant_id: tenantId, email: ada.email, role: "owner" } });
  const token = await tokenIn(server);
  const headers = { origin: server.base };
  await server.call({ method: "POST", path: "/api/auth/sign-up/email", headers, body: { ...ada, password, invitation: token } });
  const signedIn = await server.call({ method: "POST", path: "/api/auth/sign-in/email", headers, body: { email: ada.email, password } });
  const cookie = (signedIn.headers["set-cookie"] ?? []).map((text) => text.split(";", 1)[0]).join("; ");
  const accepted = await server.call({ method: "POST", path: "/api/v1/platform/invitations/accept", headers: { ...headers, cookie }, body: { token } });
  if (accepted.status >= 300) throw new Error(`The invitation was not accepted: ${accepted.text}`);
};

/** Mails are printed where none are sent; the line follows the answer. */
const tokenIn = (server: Keywright): Promise<string> =>
  until("an invitation is mailed", async () => /invitations\/accept#token=(\S+)/.exec(server.out.text)?.[1]);

const signedInState = async (browser: Browser, base: string) => {
  const { page, context } = await openPage(browser, { baseURL: base });
  await page.goto("/dashboard");
  await signIn(page, { email: ada.email, password });
  await page.waitForURL(`**${keysPath}`);
  const state = await context.storageState();
  await context.close();
  return state;
};

export const signIn = async (page: Page, { email, password: secret }: { readonly email: string; readonly password: string }): Promise<void> => {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(secret);
  await page.getByRole("button", { name: "Sign in" }).click();
};

const openPage = async (browser: Browser, options: BrowserContextOptions): Promise<OpenPage> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US", ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requested: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => requested.push(request.url()));
  page.setDefaultTimeout(20_000);
  return { page, context, complaints, requested };
};
