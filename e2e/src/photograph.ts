import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "./keywright-process.ts";
import { settled } from "./page-state.ts";

const widths = [360, 1280] as const;

/** With `KEYWRIGHT_SCREENSHOTS=1` (`npm run screenshots`): pictures of the page as it is, light and dark, narrow and wide, in `screenshots`. */
export const photograph = async (page: Page, name: string): Promise<void> => {
  if (process.env["KEYWRIGHT_SCREENSHOTS"] !== "1") return;
  const folder = join(root, "screenshots");
  await mkdir(folder, { recursive: true });
  const before = page.viewportSize();
  for (const width of widths) {
    await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await settled(page);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
    }
  }
  if (before !== null) await page.setViewportSize(before);
};
