import type { Page } from "playwright-core";
import { until } from "./cluster.ts";
import { alertAbout, alertsPath } from "./dashboard-alerts.ts";
import type { DashboardScene } from "./dashboard-scene.ts";
import { webhooksPath } from "./dashboard-webhooks.ts";
import type { View } from "./view.ts";

const target = /127\.0\.0\.1/;

const webhookList = async (page: Page): Promise<void> => {
  await page.goto(webhooksPath);
  await page.getByRole("link", { name: target }).first().waitFor();
};

const newWebhook = async (page: Page): Promise<void> => {
  await webhookList(page);
  await page.getByRole("button", { name: "Create webhook" }).click();
  await page.getByLabel("Address").fill("https://hooks.example.com/keywright");
};

/** Pages and dialogs of webhooks and alerts. */
export const signalViews: readonly View[] = [
  { name: "webhooks", show: webhookList },
  {
    name: "webhook-create",
    show: async (page) => {
      await newWebhook(page);
      await page.getByLabel("Only these").check();
      await page.getByRole("dialog").getByRole("button", { name: "Create webhook" }).click();
      await page.getByText("Choose at least one event.").waitFor();
    },
  },
  {
    name: "webhook-secret",
    show: async (page) => {
      await newWebhook(page);
      await page.getByRole("dialog").getByRole("button", { name: "Create webhook" }).click();
      await page.getByLabel("Signing secret", { exact: true }).waitFor();
    },
  },
  {
    name: "webhook",
    show: async (page) => {
      await webhookList(page);
      await page.getByRole("link", { name: /refused/ }).click();
      await page
        .getByRole("button", { name: /^Replay evt_/ })
        .first()
        .waitFor();
    },
  },
  {
    name: "webhook-test",
    show: async (page) => {
      await webhookList(page);
      await page.getByRole("button", { name: /^Actions for .*\/in$/ }).click();
      await page.getByRole("menuitem", { name: "Send test" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Send test" }).click();
      await page.getByText(/^Delivered: /).waitFor();
    },
  },
  {
    name: "alerts",
    show: async (page) => {
      await page.goto(alertsPath);
      await page.getByRole("button", { name: "A key expires soon" }).first().waitFor();
    },
  },
  {
    name: "alert",
    show: async (page) => {
      await page.goto(alertsPath);
      await page.getByRole("button", { name: "A key expires soon" }).first().click();
      await page.getByText("What to do:").waitFor();
    },
  },
  {
    name: "alert-rules",
    show: async (page) => {
      await page.goto(`${alertsPath}?show=rules`);
      await page.getByRole("button", { name: "Change A key is not used" }).waitFor();
    },
  },
  {
    name: "alert-rule",
    show: async (page) => {
      await page.goto(`${alertsPath}?show=rules`);
      await page.getByRole("button", { name: "Change Many requests of a key are refused" }).click();
      await page.getByRole("dialog").getByRole("checkbox", { name: "Slack" }).check();
    },
  },
];

/** Webhooks that work, fail and are paused, and an alert. */
export const furnishSignals = async ({ api, tenantId }: DashboardScene, url: string): Promise<void> => {
  const path = "/api/v1/platform/webhooks";
  const make = (fields: object) => api.must(201, { method: "POST", path, body: { tenant_id: tenantId, ...fields } });
  const works = await make({ url, events: ["*"], description: "Inventory" });
  const fails = await make({
    url: "http://127.0.0.1:9/refused",
    events: ["key.revoked", "key.used_after_revocation", "alert.started"],
    description: "Incident room",
  });
  const paused = await make({ url: "https://hooks.example.com/a-path-that-is-as-long-as-those-of-chats-are/T0000000/B0000000", events: ["member.created"] });
  await api.must(200, { method: "PATCH", path: `${path}/${paused.id}`, body: { status: "disabled" } });
  for (const { id } of [works, fails]) await api.must(201, { method: "POST", path: `${path}/${id}/test` });
  const { id: keyId } = await api.createKey(tenantId, { name: "Ends soon", expires_in_days: 2 });
  await alertAbout({ api, tenantId }, keyId);
  await until("a delivery has failed", async () => ((await api.must(200, { path: `${path}/${fails.id}` })).failures > 0 ? true : undefined));
};
