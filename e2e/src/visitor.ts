import type { Browser, BrowserContext, Page } from "playwright-core";
import { barriersOf } from "./page-state.ts";

/** What a page has done that it should not: errors of its scripts, and what its policy has kept it from. */
export interface Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly troubles: readonly string[];
}

const stepMs = 20_000;

/** A person at a browser of their own, at the pages of this server. */
export const newVisitor = async (browser: Browser, base: string): Promise<Visitor> => {
  const context = await browser.newContext({ baseURL: base, viewport: { width: 1280, height: 800 }, reducedMotion: "reduce", acceptDownloads: true });
  context.setDefaultTimeout(stepMs);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on("pageerror", (error) => troubles.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) troubles.push(message.text());
  });
  return { page, context, troubles };
};

/** What axe finds wrong on the page as it is: all of it in light, and in dark what another colour can break. */
export const findBarriers = async (page: Page): Promise<readonly string[]> => {
  const look = async (colorScheme: "light" | "dark", which: "all" | "contrast"): Promise<readonly string[]> => {
    await page.emulateMedia({ colorScheme });
    return (await barriersOf(page, which)).map((barrier) => `${colorScheme} ${barrier}`);
  };
  return [...(await look("light", "all")), ...(await look("dark", "contrast"))];
};
