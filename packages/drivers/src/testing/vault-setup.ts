import { readFile } from "node:fs/promises";
import { vi } from "vitest";
import type { VaultServer } from "./vault-engine.ts";

const policyFile = new URL("../../../../ops/vault/keywright-policy.hcl", import.meta.url);
export const policyName = "keywright";

/** What an operator sets up by `ops/vault/README.md`: the engine and the policy. */
export const setUpVault = async (server: VaultServer, { mount = "secret", namespace }: { readonly mount?: string; readonly namespace?: string } = {}) => {
  await server.admin({ method: "POST", path: `sys/mounts/${mount}`, body: { type: "kv", options: { version: "2" } }, namespace });
  // A new engine of version 2 takes nothing until it has found that there is nothing of version 1.
  await vi.waitFor(() => server.admin({ method: "POST", path: `${mount}/config`, body: { max_versions: 1 }, namespace }), { timeout: 20_000 });
  const policy = (await readFile(policyFile, "utf8")).replaceAll(`path "secret/`, `path "${mount}/`);
  await server.admin({ method: "POST", path: `sys/policies/acl/${policyName}`, body: { policy }, namespace });
};

export interface TokenOptions {
  readonly policies?: readonly string[];
  /** Such as `10s`. */
  readonly ttl?: string;
  readonly maxTtl?: string;
  readonly renewable?: boolean;
  readonly namespace?: string;
}

/** A token with the policy alone: not even with the default one. */
export const newToken = async (server: VaultServer, { policies = [policyName], ttl = "1h", maxTtl, renewable = true, namespace }: TokenOptions = {}) => {
  const body = { policies, ttl, renewable, no_default_policy: true, ...(maxTtl !== undefined && { explicit_max_ttl: maxTtl }) };
  const { auth } = await server.admin({ method: "POST", path: "auth/token/create-orphan", body, namespace });
  return { token: String((auth as { readonly client_token: unknown }).client_token) };
};

export interface AppRoleOptions {
  readonly ttl?: string;
  readonly maxTtl?: string;
  readonly namespace?: string;
}

/** Enables AppRole and gives a role's id with a secret id. */
export const newAppRole = async (server: VaultServer, { ttl = "1h", maxTtl = "2h", namespace }: AppRoleOptions = {}) => {
  const role = `keywright_${ttl}_${maxTtl}`;
  const methods = await server.admin({ method: "GET", path: "sys/auth", namespace });
  if (!("approle/" in methods)) await server.admin({ method: "POST", path: "sys/auth/approle", body: { type: "approle" }, namespace });
  const body = { token_policies: [policyName], token_no_default_policy: true, token_ttl: ttl, token_max_ttl: maxTtl };
  await server.admin({ method: "POST", path: `auth/approle/role/${role}`, body, namespace });
  const id = await server.admin({ method: "GET", path: `auth/approle/role/${role}/role-id`, namespace });
  const secret = await server.admin({ method: "POST", path: `auth/approle/role/${role}/secret-id`, namespace });
  return {
    roleId: String((id["data"] as { readonly role_id: unknown }).role_id),
    secretId: String((secret["data"] as { readonly secret_id: unknown }).secret_id),
  };
};

/** Of every token that an AppRole was given and that has not ended. */
export const approleAccessors = async (server: VaultServer): Promise<readonly string[]> => {
  const { data } = await server.admin({ method: "GET", path: "auth/token/accessors?list=true" });
  const { keys } = data as { readonly keys: readonly string[] };
  const looked = await Promise.all(keys.map((accessor) => server.ask({ method: "POST", path: "auth/token/lookup-accessor", body: { accessor } })));
  return keys.filter((_, index) => (looked[index]?.body["data"] as { readonly path?: unknown } | undefined)?.path === "auth/approle/login");
};
