import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser } from "./browser.ts";
import { type DashboardScene, openScene } from "./dashboard-scene.ts";
import { furnish, type View, views } from "./dashboard-views.ts";
import { root } from "./keywright-process.ts";
import { barriersOf, settled } from "./page-state.ts";

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
    await settled(page);
    if (isDrawing) await page.screenshot({ path: join(folder, `${view.name}-${name}.png`) });
    const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(await barriersOf(page), `${view.name} ${name}`).toEqual([]);
    expect(width, `${view.name} ${name} is wider than the screen`).toBeLessThanOrEqual(0);
    await context.close();
  };

  it.each(views)("$name has no violation that axe finds, light and dark, narrow and wide, and fits the screen", async (view) => {
    for (const one of wanted) await look(view, one);
  });
});
