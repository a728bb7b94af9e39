import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds wrong on the page as it is, in a few words each; all of its rules, or the colours' contrast alone; `frames`: all, and in frames of other origins too. */
export const barriersOf = async (page: Page, which: "all" | "contrast" | "frames" = "all"): Promise<readonly string[]> => {
  const axe = new AxeBuilder({ page }).setLegacyMode(which !== "frames");
  const { violations } = await (which === "contrast" ? axe.withRules(["color-contrast"]) : axe.withTags(rules)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(" | ")}`);
};

/** Once fonts are there, two frames have been drawn and no transition is under way any more, what is seen is what stays. */
export const settled = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    await document.fonts.ready;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const ending = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map(({ finished }) => finished));
  });

/** Everywhere that a browser keeps or shows something, as one text. */
export const tracesIn = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const fields = [...document.querySelectorAll("input, textarea, select")].map((field) => (field as HTMLInputElement).value);
    const databases = await indexedDB.databases();
    const addresses = performance.getEntries().map(({ name }) => name);
    const stores = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, JSON.stringify(databases)];
    return [document.documentElement.outerHTML, location.href, JSON.stringify(history.state), window.name, ...fields, ...addresses, ...stores].join("\n");
  });
