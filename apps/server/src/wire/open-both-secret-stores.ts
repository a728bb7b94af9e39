import type { SecretStore } from "@keywright/core";
import { lockFolder } from "@keywright/drivers";
import type { EngineAddresses, VaultAddress } from "../engine-settings.ts";
import { createClosers } from "./closers.ts";
import { openSecrets } from "./open-secrets.ts";
import { openStore } from "./open-store.ts";
import { unwatched } from "./wire.ts";

interface Options extends EngineAddresses {
  readonly vault: VaultAddress;
  readonly dataDir: string;
  readonly masterKey: string | undefined;
}

export interface BothSecretStores {
  readonly vault: SecretStore;
  /** The table, or where there is no database the file. */
  readonly sealed: SecretStore;
  close(): Promise<void>;
}

/** Vault, and what the secrets are sealed in where there is none. */
export const openBothSecretStores = async (options: Options): Promise<BothSecretStores> => {
  const closers = createClosers();
  try {
    if (options.databaseUrl === undefined) {
      const lock = lockFolder(options.dataDir);
      closers.add(() => lock.release());
    }
    const watched = { ...options, ...unwatched };
    const opened = await openStore(watched, options.dataDir, closers);
    const sealed = await openSecrets({ ...watched, vault: undefined }, opened, closers);
    const vault = await openSecrets(watched, opened, closers);
    return { vault: vault.secretStore, sealed: sealed.secretStore, close: closers.closeAll };
  } catch (error) {
    await closers.closeAll().catch(() => {});
    throw error;
  }
};
