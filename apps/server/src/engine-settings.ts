import { ConfigError } from "./config-error.ts";
import type { OidcSetting } from "./oidc-settings.ts";
import type { TraceSetting } from "./trace-settings.ts";

/** Which engines to use: each by its own address, in any combination; none: the embedded one. */
export interface EngineAddresses {
  /** `postgres://…`; undefined: the embedded store in the data folder. */
  readonly databaseUrl: string | undefined;
  /** The tables' owner, by whom migrations are run; undefined: whoever `databaseUrl` names. */
  readonly databaseMigrationUrl: string | undefined;
  /** `redis://…`; undefined: the ledger is where the store is. */
  readonly redisUrl: string | undefined;
  /** undefined: secrets are sealed by the master key. */
  readonly vault: VaultAddress | undefined;
  /** `smtp://…`; undefined: mails are files in the data folder. */
  readonly smtpUrl: string | undefined;
}

export interface VaultAddress {
  readonly address: string;
  readonly namespace: string | undefined;
  /** A file of PEM certificates. */
  readonly caFile: string | undefined;
  readonly mount: string;
  readonly auth: VaultLogin;
}

/** The same shapes as the driver's. */
export type VaultLogin =
  | { readonly token: string }
  | { readonly roleId: string; readonly secretId: string; readonly mount?: string }
  | { readonly kubernetesRole: string; readonly jwtFile: string; readonly mount?: string };

/** Every name, with what it is for. Those of secrets may also be given as the file that holds them: `…_FILE`. */
export const engineSettings = {
  DATABASE_URL: "PostgreSQL 14 or later: postgres://user:password@host:5432/database. Default: the embedded store in the data folder.",
  DATABASE_MIGRATION_URL:
    "The same database as the tables' owner, by whom migrations are run; then DATABASE_URL's user gets no more rights than it needs. Default DATABASE_URL.",
  REDIS_URL:
    "Redis ≥ 6.2 or Valkey ≥ 7.2 for the ledger: redis://, rediss://, redis+sentinel:// or redis+cluster://. Default: the ledger is where the store is.",
  SMTP_URL:
    "SMTP server for mails: smtp://user:password@host:587, or smtps://…:465 for TLS from the start. Default: mails are written to outbox/ in the data folder, and their links are printed.",
  VAULT_ADDR: "Vault or OpenBao for the secrets: https://host:8200. Default: they are sealed by the master key, beside the store.",
  VAULT_TOKEN: "A token for Vault. One of VAULT_TOKEN, VAULT_ROLE_ID and VAULT_KUBERNETES_ROLE is needed.",
  VAULT_ROLE_ID: "AppRole: the role id, with VAULT_SECRET_ID.",
  VAULT_SECRET_ID: "AppRole: the secret id.",
  VAULT_KUBERNETES_ROLE: "Kubernetes: the role that is bound to this service account.",
  VAULT_NAMESPACE: "Vault's namespace. Default none.",
  VAULT_CACERT: "File of the PEM certificates that Vault's certificate is checked against. Default: the system's authorities.",
  KEYWRIGHT_VAULT_MOUNT: "Where Vault's KV engine, version 2, is mounted. Default secret.",
  KEYWRIGHT_VAULT_AUTH_MOUNT: "Where Vault's auth method is mounted. Default approle or kubernetes.",
  KEYWRIGHT_VAULT_JWT_FILE: "Kubernetes: the service account's token. Default /var/run/secrets/kubernetes.io/serviceaccount/token.",
} as const;
export type EngineSetting = keyof typeof engineSettings;

/** Those that hold a credential, and so may be given by file. */
export const secretSettings = [
  "DATABASE_URL",
  "DATABASE_MIGRATION_URL",
  "REDIS_URL",
  "SMTP_URL",
  "VAULT_TOKEN",
  "VAULT_SECRET_ID",
  "OTEL_EXPORTER_OTLP_HEADERS",
  "KEYWRIGHT_OIDC_CLIENT_SECRET",
] as const satisfies readonly (EngineSetting | OidcSetting | TraceSetting)[];

const serviceAccountToken = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** A setting's value; undefined where it is not set. */
export type Get = (name: EngineSetting) => string | undefined;

export const readEngineAddresses = (get: Get): EngineAddresses => {
  const databaseUrl = readUrl(get, "DATABASE_URL", postgresForm);
  const databaseMigrationUrl = readUrl(get, "DATABASE_MIGRATION_URL", postgresForm);
  if (databaseMigrationUrl !== undefined && databaseUrl === undefined) throw new ConfigError("DATABASE_MIGRATION_URL is set without DATABASE_URL: set both.");
  const redisUrl = readUrl(get, "REDIS_URL", redisForm);
  return { databaseUrl, databaseMigrationUrl, redisUrl, vault: readVault(get), smtpUrl: readUrl(get, "SMTP_URL", smtpForm) };
};

/** What is wrong with an address is said without it: a password may be in it. */
const readUrl = (get: Get, name: EngineSetting, { shape, example }: AddressForm): string | undefined => {
  const url = get(name);
  if (url !== undefined && !shape.test(url)) throw new ConfigError(`${name} must be an address such as ${example}.`);
  return url;
};

interface AddressForm {
  readonly shape: RegExp;
  readonly example: string;
}

const postgresForm: AddressForm = { shape: /^postgres(?:ql)?:\/\/[^/]/, example: "postgres://user:password@host:5432/database" };
const redisForm: AddressForm = { shape: /^rediss?(?:\+sentinel|\+cluster)?:\/\/[^/]/, example: "redis://user:password@host:6379/0" };
const smtpForm: AddressForm = { shape: /^smtps?:\/\/[^/]/, example: "smtp://user:password@host:587" };
const vaultForm: AddressForm = { shape: /^https?:\/\/[^/]/, example: "https://vault.example.com:8200" };

const readVault = (get: Get): VaultAddress | undefined => {
  const address = readUrl(get, "VAULT_ADDR", vaultForm);
  if (address === undefined) return undefined;
  return {
    address,
    namespace: get("VAULT_NAMESPACE"),
    caFile: get("VAULT_CACERT"),
    mount: get("KEYWRIGHT_VAULT_MOUNT") ?? "secret",
    auth: readLogin(get),
  };
};

const readLogin = (get: Get): VaultLogin => {
  const [token, roleId, secretId, kubernetesRole] = [get("VAULT_TOKEN"), get("VAULT_ROLE_ID"), get("VAULT_SECRET_ID"), get("VAULT_KUBERNETES_ROLE")];
  const given = [token, roleId, kubernetesRole].filter((way) => way !== undefined);
  if (given.length !== 1) {
    throw new ConfigError(
      `VAULT_ADDR needs one way to log in, and ${given.length === 0 ? "none" : "more than one"} is set: set VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID, or VAULT_KUBERNETES_ROLE.`,
    );
  }
  const mount = get("KEYWRIGHT_VAULT_AUTH_MOUNT");
  const atMount = mount === undefined ? {} : { mount };
  if (kubernetesRole !== undefined) return { kubernetesRole, jwtFile: get("KEYWRIGHT_VAULT_JWT_FILE") ?? serviceAccountToken, ...atMount };
  if (roleId === undefined) return { token: token ?? "" };
  if (secretId === undefined) throw new ConfigError("VAULT_ROLE_ID is set without VAULT_SECRET_ID: set both.");
  return { roleId, secretId, ...atMount };
};
