import { authorizeOutsider } from "@keywright/core";
import type { Logger } from "pino";
import type { Config } from "./config.ts";
import type { Engine } from "./engine.ts";
import type { Readiness } from "./http/health.ts";
import type { OutsiderAuthenticator } from "./http/outside-token.ts";
import { withStates } from "./readiness.ts";
import { outsideLog } from "./telemetry/engine-log.ts";
import { openFlags } from "./wire/open-flags.ts";
import { openOutsideTokens } from "./wire/open-outside-tokens.ts";

export interface OtherSystems {
  readonly isManagementEnabled: (tenantId: string | null) => Promise<boolean>;
  /** Absent where no tokens of another system are taken. */
  readonly authenticateOutsider?: OutsiderAuthenticator;
  readonly readiness: () => Promise<Readiness>;
  close(): Promise<void>;
}

interface Served {
  readonly engine: Engine;
  readonly readiness: () => Promise<Readiness>;
  readonly signIn: { readonly health: () => Promise<string> };
}

/** What management asks of other systems: flags, and whose a token is. Whatever becomes of those, keys are verified. */
export const openOtherSystems = async (config: Config, { engine, readiness, signIn }: Served, logger: Logger): Promise<OtherSystems> => {
  const { onFlags, onTokenKeys } = outsideLog(logger);
  const flags = await openFlags({ ...config, onFlags });
  const outsideTokens = config.tokenIssuer && (await openOutsideTokens(config.tokenIssuer, onTokenKeys));
  const states = {
    ...(config.flagSource.type !== "environment" && { flags: flags.health }),
    ...(outsideTokens !== undefined && { "outside-tokens": outsideTokens.health }),
    ...(config.signInIssuer !== undefined && { "sign-in": signIn.health }),
  };
  return {
    isManagementEnabled: (tenantId) => flags.isEnabled("enable-api-key-management", { tenantId }),
    ...(outsideTokens !== undefined && { authenticateOutsider: (request) => authorizeOutsider({ ...engine, outsideTokens }, request) }),
    readiness: withStates(readiness, states),
    close: flags.close,
  };
};
