/** The first that is found: most browsers name others as well. */
const browsers = [
  ["Edge", /\bEdg(?:e|A|iOS)?\//],
  ["Opera", /\bOPR\//],
  ["Firefox", /\b(?:Firefox|FxiOS)\//],
  ["Chrome", /(?:Chrome|CriOS)\//],
  ["Safari", /\bSafari\//],
  ["curl", /^curl\//],
] as const;

const systems = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Linux", /\bLinux\b/],
] as const;

const firstIn = (names: readonly (readonly [string, RegExp])[], text: string): string | undefined => names.find(([, pattern]) => pattern.test(text))?.[0];

/** A `User-Agent` for people, such as "Firefox, Windows"; undefined: it says nothing that is known. */
export const nameBrowser = (userAgent: string | null): string | undefined => {
  const parts = [firstIn(browsers, userAgent ?? ""), firstIn(systems, userAgent ?? "")].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
};
