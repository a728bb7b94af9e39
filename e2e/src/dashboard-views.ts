import type { Page } from "playwright-core";
import { type DashboardScene, keysPath } from "./dashboard-scene.ts";
import { signalViews } from "./dashboard-signal-views.ts";
import type { View } from "./view.ts";

const list = async (page: Page): Promise<void> => {
  await page.goto(keysPath);
  await page.getByRole("link", { name: "Production mailer" }).waitFor();
};

const byMenu = (item: string) => async (page: Page) => {
  await list(page);
  await page.getByRole("button", { name: "Actions for Production mailer" }).click();
  await page.getByRole("menuitem", { name: item }).click();
  await page.getByRole("dialog").waitFor();
};

const create = async (page: Page): Promise<void> => {
  await list(page);
  await page.getByRole("button", { name: "Create API key" }).first().click();
  await page.getByLabel("Name", { exact: true }).waitFor();
};

const details = async (page: Page): Promise<void> => {
  await list(page);
  await page.getByRole("link", { name: "Production mailer" }).click();
  await page.getByText("Refusals by code").waitFor();
  await page.getByText("Created", { exact: true }).first().waitFor();
  await page.getByText("Still used by 3 addresses").waitFor();
};

const issue = async (page: Page): Promise<void> => {
  await create(page);
  await page.getByLabel("Name", { exact: true }).fill("Shown once");
  await page.getByRole("checkbox", { name: /send_email/ }).check();
  await page.getByRole("button", { name: "Create key" }).click();
  await page.getByText("Waiting for the first request").waitFor();
};

export const views: readonly View[] = [
  {
    name: "sign-in",
    isSignedOut: true,
    show: async (page) => {
      await page.goto("/dashboard/sign-in");
      await page.getByRole("button", { name: "Sign in" }).waitFor();
    },
  },
  {
    name: "sign-in-refused",
    isSignedOut: true,
    show: async (page) => {
      await page.goto("/dashboard/sign-in");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.getByRole("alert").first().waitFor();
    },
  },
  { name: "keys", show: list },
  {
    name: "keys-none-match",
    show: async (page) => {
      await page.goto(`${keysPath}?q=nothing-has-this-name`);
      await page.getByText("No key matches").waitFor();
    },
  },
  {
    name: "key-menu",
    show: async (page) => {
      await list(page);
      await page.getByRole("button", { name: "Actions for Production mailer" }).click();
      await page.getByRole("menuitem", { name: "Revoke" }).waitFor();
    },
  },
  { name: "create", show: create },
  {
    name: "create-more",
    show: async (page) => {
      await create(page);
      await page.getByRole("button", { name: "Create key" }).click();
      await page.getByText("More: addresses").click();
      await page.getByRole("button", { name: "Add an entry" }).click();
    },
  },
  { name: "issued", show: issue },
  {
    name: "issued-ask",
    show: async (page) => {
      await issue(page);
      await page.getByRole("button", { name: "Done" }).click();
      await page.getByText("Have you saved the key?").waitFor();
    },
  },
  { name: "regenerate", show: byMenu("Regenerate") },
  { name: "revoke", show: byMenu("Revoke") },
  { name: "switch-off", show: byMenu("Switch off") },
  {
    name: "bulk-revoke",
    show: async (page) => {
      await list(page);
      await page.getByRole("checkbox", { name: "Choose all on this page" }).check();
      await page.getByRole("button", { name: "Revoke" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "details", show: details },
  {
    name: "details-edit",
    show: async (page) => {
      await details(page);
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByLabel("Monthly quota").waitFor();
    },
  },
  {
    name: "account-menu",
    show: async (page) => {
      await list(page);
      const navigation = page.getByRole("button", { name: "Open navigation" });
      if (await navigation.isVisible()) await navigation.click();
      else await page.getByRole("button", { name: /^Account:/ }).click();
    },
  },
  {
    name: "session-ended",
    endsSession: true,
    show: async (page) => {
      await create(page);
      await page.context().clearCookies();
      await page.getByLabel("Name", { exact: true }).fill("Typed before");
      await page.getByRole("checkbox", { name: /send_email/ }).check();
      await page.getByRole("button", { name: "Create key" }).click();
      await page.getByText("Your session has ended").first().waitFor();
    },
  },
  {
    name: "not-found",
    show: async (page) => {
      await page.goto("/dashboard/nowhere");
      await page.getByText("There is no such page").waitFor();
    },
  },
  ...signalViews,
];

/** Keys of every kind, and what they were used for. */
export const furnish = async ({ api, tenantId }: DashboardScene): Promise<void> => {
  const make = (name: string, fields: object = {}) => api.createKey(tenantId, { name, ...fields });
  await make("Billing sync", { scopes: ["manage_contacts"], expires_in_days: 3 });
  const off = await make("Staging worker", { environment: "test", scopes: ["send_email", "read_analytics", "manage_contacts"] });
  await api.must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${off.id}`, body: { enabled: false } });
  await make("مفتاح الإنتاج", { expires_in_days: 30 });
  const leaked = await make("CI pipeline", { scopes: ["read_analytics"] });
  await api.revoke(leaked.id, "Leaked in a log");
  await make("A key whose name is as long as the name of a key may be, which is one hundred characters, all told.");
  const used = await make("Production mailer", {
    scopes: ["send_email", "read_analytics"],
    ip_allowlist: ["203.0.113.0/24", "2001:db8::/32"],
    rate_limit: { limit: 100, window_seconds: 60 },
    monthly_quota: 100_000,
    metadata: { plan: "pro", region: "eu" },
  });
  for (const [count, ip, scopes] of [
    [24, "203.0.113.7", []],
    [5, "198.51.100.9", []],
    [3, "203.0.113.7", ["manage_contacts"]],
  ] as const) {
    for (let sent = 0; sent < count; sent++) await api.verify(used.key, { ip, scopes, endpoint: sent % 3 === 0 ? "POST /v1/emails" : "GET /v1/reports" });
  }
  await api.must(200, { method: "POST", path: `/api/v1/platform/api-keys/${used.id}/regenerate`, body: {} });
  for (const ip of ["203.0.113.7", "203.0.113.8", "203.0.113.9"]) await api.verify(used.key, { ip, scopes: [], endpoint: "POST /v1/emails" });
};
