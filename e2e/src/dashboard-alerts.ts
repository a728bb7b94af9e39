import type { Page } from "playwright-core";
import { expect } from "vitest";
import { until } from "./cluster.ts";
import type { DashboardScene } from "./dashboard-scene.ts";
import { fill, press, see } from "./page-steps.ts";

export const alertsPath = "/dashboard/settings/developers/alerts";

/** Until the rules have been looked at, and one of them has noticed something about this. */
export const alertAbout = ({ api, tenantId }: Pick<DashboardScene, "api" | "tenantId">, subjectId: string) =>
  until("an alert has started", async () => {
    const { data } = await api.must(200, { path: `/api/v1/platform/alerts?tenant_id=${tenantId}&subject_id=${encodeURIComponent(subjectId)}` });
    return data[0] as { readonly id: string } | undefined;
  });

/** What a person does about a key that expires soon, by the page. */
export const seeToAlert = async (page: Page, scene: DashboardScene, keyId: string): Promise<void> => {
  const { id } = await alertAbout(scene, keyId);
  const find = () => scene.api.must(200, { path: `/api/v1/platform/alerts/${id}` });
  const dialog = page.getByRole("dialog");
  await page.goto(`${alertsPath}?rule=key.expiring`);
  const row = page.getByRole("row").filter({ hasText: keyId });
  await row.getByRole("button").click();
  await dialog.getByText("What to do:").waitFor();
  await press(page, "Acknowledge");
  await dialog.getByText("Acknowledged", { exact: true }).first().waitFor();
  expect(await find()).toMatchObject({ state: "acknowledged", acknowledged_by: { type: "member" } });
  await press(page, "Mute…");
  await dialog.getByLabel("Until").selectOption("8");
  await dialog.getByLabel(/^Reason/).fill("Known");
  await dialog.getByRole("button", { name: "Mute", exact: true }).click();
  await see(page, `${keyId} is muted.`);

  await page.getByRole("link", { name: "Muted" }).click();
  await page.getByText("Known").waitFor();
  await press(page, `Unmute ${keyId}`);
  await see(page, "Nothing is muted");

  await page.getByRole("link", { name: "Rules" }).click();
  await press(page, "Change A key expires soon");
  await fill(page, "Days", "1000");
  await press(page, "Save changes");
  await dialog.locator("input[aria-invalid=true]").and(page.getByLabel("Days")).waitFor();
  await fill(page, "Days", "2");
  await press(page, "Save changes");
  await see(page, "The rule is changed.");
  await page.getByRole("listitem").filter({ hasText: "A key expires soon" }).getByText("Starts from 2 days").waitFor();
  // Three days are more than two: it is over.
  await expect.poll(async () => (await find()).state, { timeout: 30_000 }).toBe("ended");
};
