import { everyPermission } from "@keywright/contract";
import { createRootKey, systemActor } from "@keywright/core";
import { processConfig } from "./config.ts";
import { unwatched, wire } from "./wire/wire.ts";

export interface Recovered {
  readonly id: string;
  readonly key: string;
  /** The operator's account, with a password that must be changed at the first sign-in. */
  readonly operator: { readonly email: string; readonly password: string };
}

/**
 * A new root key that holds everything, and a new one-time password for the operator's account, for an operator who has none left. Whoever may open the data folder may have it; the server must be
 * stopped meanwhile. The audit log tells of it.
 */
export const recover = async ({ dataDir }: { readonly dataDir?: string } = {}): Promise<Recovered> => {
  const config = { ...processConfig(), ...(dataDir !== undefined && { dataDir }) };
  const wired = await wire({ ...config, ...unwatched });
  try {
    const request = { actor: systemActor, name: "Recovered root key", permissions: [everyPermission], idempotency: null };
    const { details, secret } = await createRootKey(wired.engine, request);
    const { email, password } = await wired.openAccounts({ ...config, onFailure: () => {} }).makeOperator(config.operatorEmail);
    return { id: details.key.id, key: secret.reveal(), operator: { email, password: password.reveal() } };
  } finally {
    await wired.close();
  }
};
