import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser } from "./browser.ts";
import { type DashboardScene, type OpenPage, openScene } from "./dashboard-scene.ts";
import { furnishSignals } from "./dashboard-signal-views.ts";
import { furnish, views } from "./dashboard-views.ts";
import { root } from "./keywright-process.ts";
import { barriersOf, settled } from "./page-state.ts";
import type { View } from "./view.ts";
import { openReceiver, type Receiver } from "./webhook-receiver.ts";

/** Set by `npm run screenshots`. */
const isDrawing = process.env["KEYWRIGHT_SCREENSHOTS"] === "1";
const folder = join(root, "screenshots");

/** All rules narrow and wide, and in dark what another colour can break; the other two pairs are drawn, and looked at, with the pictures. */
const usual: readonly string[] = ["light-1280", "light-360", "dark-360"];
const looks = [
  { name: "light-1280", colorScheme: "light", viewport: { width: 1280, height: 800 }, which: "all" },
  { name: "dark-1280", colorScheme: "dark", viewport: { width: 1280, height: 800 }, which: "contrast" },
  { name: "light-360", colorScheme: "light", viewport: { width: 360, height: 780 }, which: "all" },
  { name: "dark-360", colorScheme: "dark", viewport: { width: 360, height: 780 }, which: "contrast" },
] as const;
const wanted = looks.filter(({ name }) => isDrawing || usual.includes(name));

await describeWithBrowser("every page and dialog", () => {
  let scene: DashboardScene;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await openReceiver();
    scene = await openScene("dashboard-views", { KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE: "true", KEYWRIGHT_ALERT_SECONDS: "1" });
    await furnish(scene);
    await furnishSignals(scene, receiver.url("/in"));
    if (isDrawing) await mkdir(folder, { recursive: true });
  });
  afterAll(async () => {
    await scene?.close();
    receiver?.close();
  });

  const open = ({ isSignedOut }: View) => (isSignedOut === true ? scene.openSignedOut : scene.open)({ reducedMotion: "reduce" });
  const shared = new Map<boolean, Promise<OpenPage>>();
  /** A tab of a browser that has been here before, so that it has the pages' scripts at hand; or of a new one. */
  const tabFor = async (view: View): Promise<Page> => {
    if (view.endsSession === true) return (await open(view)).page;
    const isSignedOut = view.isSignedOut ?? false;
    const first = shared.get(isSignedOut) ?? open(view);
    shared.set(isSignedOut, first);
    return (await first).context.newPage();
  };

  const look = async (page: Page, title: string, { colorScheme, viewport, which }: (typeof looks)[number]): Promise<void> => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize(viewport);
    await settled(page);
    if (isDrawing) await page.screenshot({ path: join(folder, `${title}.png`) });
    const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await barriersOf(page, which), title).toEqual([]);
    expect(width, `${title} is wider than the screen`).toBeLessThanOrEqual(0);
  };

  it.each(views)("$name has no violation that axe finds, light and dark, narrow and wide, and fits the screen", async (view) => {
    const page = await tabFor(view);
    await view.show(page, scene);
    for (const one of wanted) await look(page, `${view.name}-${one.name}`, one);
    await page.close();
  });
});
