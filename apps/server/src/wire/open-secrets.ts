import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { SecretStore } from "@keywright/core";
import { createSealedTable, openSealedFile, resolveMasterKey } from "@keywright/drivers";
import type { TokenEvent } from "@keywright/drivers/vault";
import type { VaultAddress } from "../engine-settings.ts";
import type { Closers } from "./closers.ts";
import type { OpenedStore } from "./open-store.ts";

export interface SecretOptions {
  readonly dataDir: string;
  /** Base64 of 32 bytes; undefined: a file in the data folder, made on the first start. */
  readonly masterKey: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly vault: VaultAddress | undefined;
  /** Hears what becomes of the token for Vault. */
  readonly onVaultToken: (event: TokenEvent) => void;
  readonly traceHeaders: () => Readonly<Record<string, string>>;
}

export interface SecretPlace {
  readonly name: string;
  readonly remedy: string;
}

export interface OpenedSecrets {
  readonly secretStore: SecretStore;
  /** Where exactly it is, and what to do where the secrets are not in it. */
  readonly place: SecretPlace;
  /** Which engine it is, for a person. */
  readonly name: string;
}

/** Vault where it has an address; else sealed by the master key, in the database where there is one, else in a file. */
export const openSecrets = (options: SecretOptions, { pool }: Pick<OpenedStore, "pool">, closers: Closers): Promise<OpenedSecrets> => {
  if (options.vault !== undefined) return openVault(options, options.vault, closers);
  return options.databaseUrl === undefined ? openFile(options, closers) : openTable(options, pool);
};

const pointThere = "set VAULT_ADDR, VAULT_NAMESPACE and KEYWRIGHT_VAULT_MOUNT to where the secrets are";
const moveBack = `${pointThere}, or with these set run \`keywright secrets move --to sealed\` first`;

const masterKeyOf = async ({ masterKey, dataDir }: SecretOptions): Promise<Uint8Array> => {
  if (masterKey === undefined) await mkdir(dataDir, { recursive: true, mode: 0o700 });
  return (await resolveMasterKey({ given: masterKey, file: join(dataDir, "master.key") })).key;
};

const openFile = async (options: SecretOptions, closers: Closers): Promise<OpenedSecrets> => {
  const path = join(options.dataDir, "secrets.sealed");
  const secretStore = await openSealedFile({ path, masterKey: await masterKeyOf(options) });
  closers.add(() => secretStore.close());
  return { secretStore, name: "sealed file", place: { name: `the sealed file ${path}`, remedy: `put it back if it was lost, or ${moveBack}` } };
};

const openTable = async (options: SecretOptions, pool: OpenedStore["pool"]): Promise<OpenedSecrets> => ({
  secretStore: await createSealedTable({ pool, masterKey: await masterKeyOf(options) }),
  name: "sealed table",
  place: { name: "the sealed table in the database", remedy: moveBack },
});

const openVault = async (options: SecretOptions, vault: VaultAddress, closers: Closers): Promise<OpenedSecrets> => {
  const { createVault } = await import("@keywright/drivers/vault");
  const secretStore = createVault({ ...toConnection(vault), onToken: options.onVaultToken, traceHeaders: options.traceHeaders });
  closers.add(() => secretStore.close());
  return { secretStore, name: "Vault", place: placeIn(vault) };
};

/** Without what an address may hold beside its host: a password may be in it. */
const placeIn = ({ address, namespace, mount }: VaultAddress): SecretPlace => ({
  name: `Vault at ${new URL(address).origin} (mount ${mount}${namespace === undefined ? "" : `, namespace ${namespace}`})`,
  remedy: `${pointThere}, or run \`keywright secrets move --to vault\` first`,
});

/** The driver's spelling of an address. */
export const toConnection = ({ address, namespace, caFile, mount, auth }: VaultAddress) => ({
  address,
  auth,
  mount,
  ...(namespace !== undefined && { namespace }),
  ...(caFile !== undefined && { caFile }),
});
