import { existsSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { type Config, processConfig } from "./config.ts";
import { placeOf } from "./flag-settings.ts";
import { checkEngines, type EngineCheck } from "./wire/check-engines.ts";
import { lookInside } from "./wire/look-inside.ts";
import { openFlags } from "./wire/open-flags.ts";
import { openOutsideTokens } from "./wire/open-outside-tokens.ts";
import { unwatched, wire } from "./wire/wire.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What to do about it. */
  readonly remedy?: string;
}

/** An engine out of reach says why in its cause. */
const sentenceOf = (error: unknown): string => (error instanceof Error && error.cause instanceof Error ? sentenceOf(error.cause) : messageOf(error));

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Looks at everything that a start needs, one check after the other. Makes nothing, changes nothing, and leaves a folder that is in use alone. */
export const doctor = async (options: { readonly dataDir?: string } = {}): Promise<{ readonly checks: readonly Check[] }> => {
  const runtime: Check = { name: "node", ok: true, detail: process.versions.node };
  try {
    const config = { ...processConfig(), ...options };
    const settings: Check = {
      name: "configuration",
      ok: true,
      detail: `prefix ${config.policy.prefix}, bcrypt cost ${config.policy.bcryptCost}, data in ${config.dataDir}`,
    };
    const engines = (await checkEngines(config)).map(toCheck);
    const others = [...(await checkFlags(config)), ...(await checkTokens(config))];
    const rest = engines.every(({ ok }) => ok) ? [await checkOpening(config)] : [];
    return { checks: [runtime, settings, await checkPort(config), ...engines, ...others, ...rest.flat(), await checkDisk(config)] };
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

/** What is only worth a warning is told, and is no failure. */
const toCheck = ({ name, facts, problems }: EngineCheck): Check => {
  const faults = problems.filter(({ severity }) => severity === "error");
  const warnings = problems.filter(({ severity }) => severity === "warning").map(({ text }) => `warning: ${text}`);
  const detail = [facts, ...warnings].filter((text) => text !== "").join("; ");
  if (faults.length === 0) return { name, ok: true, detail };
  return { name, ok: false, detail: [...faults.map(({ text }) => text), detail].filter((text) => text !== "").join(" ") };
};

const checkInside = async (config: Config & { readonly databaseUrl: string }): Promise<readonly Check[]> => {
  try {
    const { pending, hasPepper } = await lookInside(config);
    const store =
      pending.length === 0 ? "has the shape that this version works with" : `lacks ${pending.join(", ")}: the next start, or \`keywright migrate\`, runs them`;
    const secrets = hasPepper === true ? "the pepper is there and opens" : "nothing is there yet: the first start makes the pepper";
    return [{ name: "store", ok: true, detail: store }, ...(hasPepper === undefined ? [] : [{ name: "secret-store", ok: true, detail: secrets }])];
  } catch (error) {
    return [
      {
        name: "store and secrets",
        ok: false,
        detail: sentenceOf(error),
        remedy: "See docs/configuration.md for addresses and the master key; nothing was changed.",
      },
    ];
  }
};

const checkOpening = async (config: Config): Promise<readonly Check[]> => {
  const { databaseUrl } = config;
  if (databaseUrl !== undefined) return checkInside({ ...config, databaseUrl });
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

/** Asks the source of flags as the server does. What it cannot say goes by the configured default, which holds up no start. */
const checkFlags = async (config: Config): Promise<readonly Check[]> => {
  if (config.flagSource.type === "environment") return [];
  const flags = await openFlags({ ...config, onFlags: () => {} });
  const detail = await flags.health();
  await flags.close();
  if (detail === "ok") return [{ name: "flags", ok: true, detail: `${placeOf(config.flagSource)} answers` }];
  return [{ name: "flags", ok: false, detail, remedy: "See docs/configuration.md for the flag file and the flag server." }];
};

const checkTokens = async ({ tokenIssuer }: Config): Promise<readonly Check[]> => {
  if (tokenIssuer === undefined) return [];
  const detail = await (await openOutsideTokens(tokenIssuer, () => {})).health();
  if (detail === "ok") return [{ name: "outside-tokens", ok: true, detail: `the keys of ${tokenIssuer.issuer} were read` }];
  return [{ name: "outside-tokens", ok: false, detail, remedy: "See docs/configuration.md for KEYWRIGHT_JWT_JWKS_URL." }];
};

const enoughBytes = 1_000_000_000;

const checkDisk = async ({ dataDir }: Config): Promise<Check> => {
  const found = await statfs(dataDir).catch(() => undefined);
  if (found === undefined) return { name: "disk", ok: true, detail: "the data folder is not there yet" };
  const free = found.bavail * found.bsize;
  const detail = `${(free / 1e9).toFixed(1)} GB free`;
  return free >= enoughBytes ? { name: "disk", ok: true, detail } : { name: "disk", ok: false, detail, remedy: "Free at least 1 GB where the data folder is." };
};
