import type { Answer, Call } from "./call.ts";
import { VaultError } from "./vault-error.ts";

/* Each reason why Vault cannot be used, as one sentence for the operator. None quotes what Vault or a proxy answered to a login. */

const byCode: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/^ABORT_ERR$|^ETIMEDOUT$/, "Vault did not answer in time."],
  [/^ECONNREFUSED$/, "Nothing listens at Vault's address."],
  [/^ENOTFOUND$|^EAI_AGAIN$/, "The name of Vault's host cannot be resolved."],
  [/^ECONNRESET$|^EPIPE$/, "Vault closed the connection before it had answered."],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, "Vault's certificate is for another host than the one in its address."],
  [/^CERT_HAS_EXPIRED$|^CERT_NOT_YET_VALID$/, "Vault's certificate has expired, or is not valid yet."],
  [
    /SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|^CERT_/,
    "Vault's certificate is not signed by an authority that is trusted here: name the file of the right authority's certificate.",
  ],
  [/^ERR_SSL_|^EPROTO$/, "Vault's address begins with https, but no TLS is spoken there."],
];

/** Why no answer came. */
export const describeFailure = (error: unknown): string => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return byCode.find(([pattern]) => pattern.test(code))?.[1] ?? `Vault cannot be reached${code === "" ? "" : ` (${code})`}.`;
};

export const notVault = (status: number): VaultError =>
  new VaultError(`What answered at Vault's address (HTTP ${status}) is no Vault: is the address right, and its http or https?`);

const policyFile = "ops/vault/keywright-policy.hcl";
const givePolicy = `give the policy in ${policyFile} to Keywright's token or role, with the mount's name in it`;
const sealed = "Vault is sealed: unseal it.";
const uninitialised = "Vault is not initialised: initialise and unseal it.";
const standby = "Vault's address leads to a standby that does not hand requests on to the active server: let the address lead to the active one.";

const byStatus: Readonly<Record<number, string>> = {
  301: standby,
  302: standby,
  307: standby,
  308: standby,
  412: "Vault's standby has not caught up with the active server: let the address lead to the active one.",
  429: "A rate limit quota of Vault refuses Keywright's requests: raise it.",
  472: standby,
  473: standby,
  501: uninitialised,
};

/** Why Vault refused a call that it should have answered. */
export const describeRefusal = ({ method, path }: Call, { status, errors }: Answer): VaultError => {
  if (status === 403) return new VaultError(`Vault denies ${method} ${path}: ${givePolicy}.`);
  const said = errors.join(" ").replaceAll(/\s+/g, " ").trim().slice(0, 300);
  if (status === 503 && /sealed/i.test(said)) return new VaultError(sealed);
  if (/not initialized/i.test(said)) return new VaultError(uninitialised);
  if (/not active|standby/i.test(said)) return new VaultError(standby);
  const isLogin = path.startsWith("auth/");
  if (status === 404) return new VaultError(isLogin ? noAuthMethod(path) : `Vault has nothing at ${path} (${said}): ${enableKv}.`);
  const quoted = said === "" || isLogin ? "" : ` (${said})`;
  return new VaultError(byStatus[status] ?? `Vault refused ${method} ${path} with HTTP ${status}${quoted}.`);
};

const enableKv = "enable an engine of KV version 2, and name its mount and namespace";
const noAuthMethod = (path: string): string => `Vault has no auth method at ${path}: enable it, and name its mount and namespace.`;

export const notKv2 = (mount: string): VaultError => new VaultError(describeEngine.notKv2(mount));

export const describeEngine = {
  missing: (mount: string): string => `Vault has no engine at ${mount}/: ${enableKv}.`,
  notKv2: (mount: string): string => `The engine at ${mount}/ of Vault is not KV version 2: ${enableKv}.`,
};

/** For the doctor, which asks for the permissions rather than trying them: each such as `read at secret/data/api_keys/*`. */
export const lackingPermissions = (lacking: readonly string[]): string =>
  `Keywright's token lacks permissions in Vault (${lacking.join("; ")}): ${givePolicy}.`;

/** Of a server that answers. */
export const describeServer = {
  sealed,
  "not initialised": uninitialised,
  standby:
    "Vault's address leads to a standby, which hands requests on, or answers reads by what it knows so far: let the address lead to the active server, as sys/health tells it.",
  readable: "Vault's address begins with http, so that every secret crosses the network readable: use https.",
  old: (version: string, oldest: string): string => `Vault ${version} is older than ${oldest}, the oldest one supported: upgrade it.`,
  skewed: (skewMs: number): string =>
    `Vault's clock is ${Math.abs(skewMs)} ms ${skewMs > 0 ? "ahead of" : "behind"} this machine's: let both follow one time server.`,
};

export const unknownToken = "Vault refuses the token: it has ended, was revoked or is of another namespace; give Keywright a new one.";
export const tokenWithoutPolicy = `Keywright's token may not even look itself up in Vault: ${givePolicy}.`;

/** Of a token that is good. */
export const describeToken = {
  root: `Keywright's token may do everything in Vault: give it one with the policy in ${policyFile} alone.`,
  ends: (ttlMs: number): string =>
    `Keywright's token ends in ${Math.round(ttlMs / 1000)} s, and cannot be renewed: give it a periodic token, or an AppRole or Kubernetes role to log in with.`,
};
