import { findPepper, type Store } from "@keywright/core";
import { systemClock } from "@keywright/drivers";
import { ConfigError } from "../config-error.ts";
import type { OpenedSecrets } from "./open-secrets.ts";

/**
 * Whether the pepper is there; if not, nobody has one yet. Rejects with one sentence where the store's keys were made with a pepper that this
 * secret store does not have: a new one would let the process start, and refuse every key.
 */
export const requirePepper = async (store: Pick<Store, "keys">, { secretStore, place }: OpenedSecrets): Promise<boolean> => {
  const found = await findPepper({ store, secretStore, clock: systemClock });
  if (found === "elsewhere") throw new ConfigError(`The store has keys, but ${place.name} has no pepper for them: ${place.remedy}.`);
  return found === "here";
};
