import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser } from "./browser.ts";
import { type DashboardScene, openScene } from "./dashboard-scene.ts";
import { furnish, type View, views } from "./dashboard-views.ts";
import { root } from "./keywright-process.ts";

/** Set by `npm run screenshots`. */
const isDrawing = process.env["KEYWRIGHT_SCREENSHOTS"] === "1";
const folder = join(root, "screenshots");

/** Both themes and both widths; the other two pairs are drawn, and looked at, with the pictures. */
const usual: readonly string[] = ["light-1280", "dark-360"];
const looks = [
  { name: "light-1280", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark-1280", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "light-360", colorScheme: "light", viewport: { width: 360, height: 780 } },
  { name: "dark-360", colorScheme: "dark", viewport: { width: 360, height: 780 } },
] as const;
const wanted = looks.filter(({ name }) => isDrawing || usual.includes(name));

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds, in a few words each. */
const faultsOf = async (page: Page): Promise<readonly string[]> => {
  const { violations } = await new AxeBuilder({ page }).withTags(rules).setLegacyMode().analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join("; ")}`);
};

const settle = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    const endless = (animation: Animation): boolean => animation.effect?.getComputedTiming().iterations === Number.POSITIVE_INFINITY;
    const ending = document.getAnimations().filter((animation) => !endless(animation));
    await Promise.all(ending.map(({ finished }) => finished.catch(() => undefined)));
  });

await describeWithBrowser("every page and dialog", () => {
  let scene: DashboardScene;
  beforeAll(async () => {
    scene = await openScene("dashboard-views");
    await furnish(scene);
    if (isDrawing) await mkdir(folder, { recursive: true });
  });
  afterAll(() => scene?.close());

  const look = async (view: View, { name, ...options }: (typeof looks)[number]): Promise<void> => {
    const open = view.isSignedOut === true ? scene.openSignedOut : scene.open;
    const { page, context } = await open({ ...options, reducedMotion: "reduce" });
    await view.show(page, scene);
    await settle(page);
    if (isDrawing) await page.screenshot({ path: join(folder, `${view.name}-${name}.png`) });
    const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await faultsOf(page), `${view.name} ${name}`).toEqual([]);
    expect(width, `${view.name} ${name} is wider than the screen`).toBeLessThanOrEqual(0);
    await context.close();
  };

  it.each(views)("$name has no violation that axe finds, light and dark, narrow and wide, and fits the screen", async (view) => {
    for (const one of wanted) await look(view, one);
  });
});
