import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Config, processConfig } from "./config.ts";
import { unwatched, wire } from "./wire/wire.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Looks at everything that a start needs, one check after the other. Makes no store, and leaves one that is in use alone. */
export const doctor = async (options: { readonly dataDir?: string } = {}): Promise<{ readonly checks: readonly Check[] }> => {
  const runtime: Check = { name: "node", ok: true, detail: process.versions.node };
  try {
    const config = { ...processConfig(), ...options };
    const settings: Check = {
      name: "configuration",
      ok: true,
      detail: `prefix ${config.policy.prefix}, bcrypt cost ${config.policy.bcryptCost}, data in ${config.dataDir}`,
    };
    return { checks: [runtime, settings, await checkPort(config), ...(await checkEngines(config)), await checkDisk(config)] };
  } catch (error) {
    return {
      checks: [
        runtime,
        { name: "configuration", ok: false, detail: messageOf(error), remedy: "Mend the setting that the sentence names; docs/configuration.md has them all." },
      ],
    };
  }
};

/** A taken port is no fault where Keywright itself has it. */
const checkPort = ({ port, host }: Config): Promise<Check> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", (error: NodeJS.ErrnoException) =>
      resolve({
        name: "port",
        ok: error.code === "EADDRINUSE",
        detail: `${host}, port ${port}: ${error.code === "EADDRINUSE" ? "in use, perhaps by a running Keywright" : error.code}`,
      }),
    );
    probe.listen({ port, host }, () => probe.close(() => resolve({ name: "port", ok: true, detail: `${host}, port ${port}: free` })));
  });

const checkEngines = async (config: Config): Promise<readonly Check[]> => {
  if (!existsSync(join(config.dataDir, "store")))
    return [{ name: "engines", ok: true, detail: `there is no store in ${config.dataDir} yet: the first start makes it` }];
  const startedMs = performance.now();
  try {
    const wired = await wire({ ...config, ...unwatched });
    const openedMs = Math.round(performance.now() - startedMs);
    const { checks } = await wired.readiness();
    await wired.close();
    const engines = Object.entries(checks).map(([name, state]) => ({ name, ok: state === "ok", detail: state }));
    return [{ name: "engines", ok: true, detail: `${wired.engines}; opened in ${openedMs} ms` }, ...engines];
  } catch (error) {
    const detail = messageOf(error);
    if (detail.includes("in use by another Keywright process"))
      return [{ name: "engines", ok: true, detail: `${detail} That process has them open; /readyz tells how they are.` }];
    return [{ name: "engines", ok: false, detail, remedy: "See docs/configuration.md for the data folder and the master key; nothing was changed." }];
  }
};

const enoughBytes = 1_000_000_000;

const checkDisk = async ({ dataDir }: Config): Promise<Check> => {
  const found = await statfs(dataDir).catch(() => undefined);
  if (found === undefined) return { name: "disk", ok: true, detail: "the data folder is not there yet" };
  const free = found.bavail * found.bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  return free >= enoughBytes ? { name: "disk", ok: true, detail } : { name: "disk", ok: false, detail, remedy: "Free at least 1 GB where the data folder is." };
};
