import { access } from "node:fs/promises";
import { type Browser, chromium } from "playwright-core";
import { describe, it } from "vitest";

const chromiumPath = process.env["KEYWRIGHT_CHROMIUM"] ?? "/usr/bin/chromium";

/** Chromium without what asks the network for things of its own, as root, on a machine without a screen. */
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: chromiumPath, args: flags });

/**
 * A suite in a browser. Where there is no Chromium (`KEYWRIGHT_CHROMIUM` says where another one is) it is skipped and says so; with
 * `KEYWRIGHT_TEST_REQUIRE=chromium` it fails instead.
 */
export const describeWithBrowser = async (name: string, suite: () => void): Promise<void> => {
  const isThere = await access(chromiumPath).then(
    () => true,
    () => false,
  );
  if (isThere) {
    describe(name, suite);
    return;
  }
  const reason = `no Chromium at ${chromiumPath}`;
  const isRequired = (process.env["KEYWRIGHT_TEST_REQUIRE"] ?? "").split(",").includes("chromium");
  if (isRequired) it(`${name}: ${reason}`, () => Promise.reject(new Error(`KEYWRIGHT_TEST_REQUIRE names chromium, but there is ${reason}.`)));
  else describe.skip(`${name}: skipped, ${reason}`, suite);
};
