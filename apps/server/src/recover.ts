import { everyPermission } from "@keywright/contract";
import { createRootKey, systemActor } from "@keywright/core";
import { processConfig } from "./config.ts";
import { unwatched, wire } from "./wire/wire.ts";

/**
 * A new root key that holds everything, for an operator who has none left. Whoever may open the data folder may have it; the server must be
 * stopped meanwhile. The audit log tells of it.
 */
export const recover = async ({ dataDir }: { readonly dataDir?: string } = {}): Promise<{ readonly id: string; readonly key: string }> => {
  const config = { ...processConfig(), ...(dataDir !== undefined && { dataDir }) };
  const wired = await wire({ ...config, ...unwatched });
  try {
    const request = { actor: systemActor, name: "Recovered root key", permissions: [everyPermission], idempotency: null };
    const { details, secret } = await createRootKey(wired.engine, request);
    return { id: details.key.id, key: secret.reveal() };
  } finally {
    await wired.close();
  }
};
