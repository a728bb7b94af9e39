import type { Keyring } from "./keyring.ts";
import type { ApiKey, KeySecret, Signed } from "./model/key.ts";
import type { Tenant } from "./model/tenant.ts";
import type { StoredKey } from "./ports/key-store.ts";
import { keyText, secretText, tenantText } from "./rules/row-text.ts";

export const signKey = (keyring: Keyring, row: ApiKey): Signed<ApiKey> => ({ row, tag: keyring.tag(keyText(row)) });
export const signSecret = (keyring: Keyring, row: KeySecret): Signed<KeySecret> => ({ row, tag: keyring.tag(secretText(row)) });
export const signTenant = (keyring: Keyring, row: Tenant): Signed<Tenant> => ({ row, tag: keyring.tag(tenantText(row)) });

export const isKeySigned = (keyring: Keyring, { row, tag }: Signed<ApiKey>): boolean => keyring.signs(tag, keyText(row));
export const isSecretSigned = (keyring: Keyring, { row, tag }: Signed<KeySecret>): boolean => keyring.signs(tag, secretText(row));
export const isTenantSigned = (keyring: Keyring, { row, tag }: Signed<Tenant>): boolean => keyring.signs(tag, tenantText(row));

/** Whether a key's row and all its secrets' rows are as Keywright wrote them. */
export const isStoredKeySigned = (keyring: Keyring, stored: StoredKey): boolean =>
  isKeySigned(keyring, stored.key) && stored.secrets.every((secret) => isSecretSigned(keyring, secret) && secret.row.keyId === stored.key.row.id);
