import { systemClock, systemStopwatch } from "@keywright/drivers";
import type { KeysEvent, OpenOutsideTokens } from "@keywright/drivers/jwt";
import type { TokenIssuer } from "../jwt-settings.ts";

/** Connects nothing yet: keys that are out of reach hold up no start. */
export const openOutsideTokens = async (issuer: TokenIssuer, onEvent: (event: KeysEvent) => void): Promise<OpenOutsideTokens> => {
  const { createOutsideTokens } = await import("@keywright/drivers/jwt");
  return createOutsideTokens({ ...issuer, clock: systemClock, stopwatch: systemStopwatch, onEvent });
};
