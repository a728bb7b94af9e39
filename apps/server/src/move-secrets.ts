import { type MoveProgress, moveSecrets as moveAll } from "@keywright/core";
import { processConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { openBothSecretStores } from "./wire/open-both-secret-stores.ts";

export interface MoveOptions {
  /** Where the secrets shall be. */
  readonly to: "vault" | "sealed";
  readonly dryRun: boolean;
  readonly dataDir?: string;
  /** Told after every path. */
  readonly onProgress: (progress: MoveProgress) => void;
}

/**
 * Copies every secret from the sealed table or file to Vault, or back; both have to be configured. Nothing is removed. It may run while
 * servers on PostgreSQL serve; the embedded data folder must not be in use.
 */
export const moveSecrets = async ({ to, dryRun, onProgress, dataDir }: MoveOptions): Promise<MoveProgress> => {
  const config = { ...processConfig(), ...(dataDir !== undefined && { dataDir }) };
  if (config.vault === undefined) throw new ConfigError("VAULT_ADDR is not set: secrets move to or from Vault, so set its address and a way to log in.");
  const { vault, sealed, close } = await openBothSecretStores({ ...config, vault: config.vault });
  try {
    const way = to === "vault" ? { from: sealed, to: vault } : { from: vault, to: sealed };
    return await moveAll({ ...way, dryRun, onProgress });
  } finally {
    await close();
  }
};
