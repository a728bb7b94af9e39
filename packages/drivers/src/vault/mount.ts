import { VaultError } from "./vault-error.ts";

/** Where an engine or an auth method is mounted, without a closing `/`. Throws a `VaultError` for what cannot be one: it becomes part of a URL. */
export const requireMount = (mount: string): string => {
  const trimmed = mount.replace(/\/$/, "");
  if (!/^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(trimmed)) throw new VaultError("A mount of Vault is a path such as secret, or team/secret.");
  return trimmed;
};
