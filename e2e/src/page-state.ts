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
