import { access } from "node:fs/promises";
import { describeWith } from "@keywright/drivers/testing";
import { type Browser, chromium } from "playwright-core";

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
  // Tabs of one browser context that show the server's pages share a process, and with it the scripts that one of them has compiled.
  "--process-per-site",
];

export const launchBrowser = (): Promise<Browser> => chromium.launch({ executablePath: chromiumPath, args: flags });

/** A suite in a browser: it wants Chromium, as `describeWith` does. `KEYWRIGHT_CHROMIUM` says where another one is. */
export const describeWithBrowser = async (name: string, suite: () => void): Promise<void> => {
  const version = await access(chromiumPath).then(
    () => "",
    () => undefined,
  );
  describeWith({ need: "chromium", version, reason: `no Chromium at ${chromiumPath}` }, name, suite);
};
