import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type Environment, readConfig, settings } from "./config.ts";
import { ConfigError } from "./config-error.ts";
import { defaultPolicy } from "./policy.ts";

const folder = mkdtempSync(join(tmpdir(), "keywright-config-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return name;
};
const read = (env: Environment) => readConfig(env, folder);
const refusalOf = (env: Environment): string => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("The settings were accepted.");
};

const masterKey = Buffer.alloc(32, 7).toString("base64");

describe("readConfig", () => {
  it("has the documented defaults", () => {
    expect(read({ HOME: "/root", PATH: "/bin" })).toEqual({
      port: 4747,
      host: "127.0.0.1",
      dataDir: join(folder, ".keywright"),
      masterKey: undefined,
      policy: defaultPolicy,
      trustedProxies: [],
      logLevel: "info",
      isKeyManagementEnabled: true,
      flagSource: { type: "environment" },
      isSignUpOpen: false,
      mailFrom: "Keywright <keywright@localhost>",
      operatorEmail: "operator@keywright.invalid",
      alertSeconds: 60,
      cacheRecords: 100_000,
      isWebhookPrivateAllowed: false,
    });
  });

  it("reads every setting, relative paths from the folder it is given", () => {
    const env = {
      PORT: "0",
      HOST: "0.0.0.0",
      KEYWRIGHT_DATA_DIR: "data",
      KEYWRIGHT_MASTER_KEY: masterKey,
      KEYWRIGHT_CONFIG: file("policy.json", '{"prefix":"acme"}'),
      KEYWRIGHT_TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.1,2001:DB8::/32,",
      KEYWRIGHT_LOG_LEVEL: "warn",
      KEYWRIGHT_API_KEY_MANAGEMENT: "off",
      KEYWRIGHT_FLAGS_FILE: "flags.json",
      KEYWRIGHT_PUBLIC_URL: "https://keys.example.com/",
      KEYWRIGHT_OPEN_SIGN_UP: "true",
      KEYWRIGHT_MAIL_FROM: "keys@example.com",
      KEYWRIGHT_OPERATOR_EMAIL: "Ops@example.com",
      KEYWRIGHT_ALERT_SECONDS: "5",
      SMTP_URL_FILE: file("smtp", "smtps://user:s3cret@mail:465\n"),
      KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE: "true",
      KEYWRIGHT_CACHE_RECORDS: "7",
    };
    expect(read(env)).toEqual({
      port: 0,
      host: "0.0.0.0",
      dataDir: join(folder, "data"),
      masterKey,
      policy: { ...defaultPolicy, prefix: "acme" },
      trustedProxies: ["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"],
      logLevel: "warn",
      isKeyManagementEnabled: false,
      flagSource: { type: "file", file: join(folder, "flags.json") },
      publicUrl: "https://keys.example.com",
      isSignUpOpen: true,
      mailFrom: "keys@example.com",
      operatorEmail: "ops@example.com",
      alertSeconds: 5,
      smtpUrl: "smtps://user:s3cret@mail:465",
      cacheRecords: 7,
      isWebhookPrivateAllowed: true,
    });
  });

  it("reads the engines' addresses, credentials also from files", () => {
    const env = {
      DATABASE_URL: "postgres://app@h/d",
      DATABASE_MIGRATION_URL_FILE: file("owner", "postgres://owner:s3cret@h/d\n"),
      REDIS_URL_FILE: file("redis", "rediss+sentinel://:s3cret@a:1,b:2/name\n"),
      VAULT_ADDR: "https://vault:8200",
      VAULT_ROLE_ID: "role",
      VAULT_SECRET_ID_FILE: file("secret-id", "s3cret\n"),
      VAULT_NAMESPACE: "team",
      VAULT_CACERT: "/ca.pem",
      KEYWRIGHT_VAULT_MOUNT: "kv",
      KEYWRIGHT_VAULT_AUTH_MOUNT: "apps",
    };
    expect(read(env)).toMatchObject({
      databaseUrl: "postgres://app@h/d",
      databaseMigrationUrl: "postgres://owner:s3cret@h/d",
      redisUrl: "rediss+sentinel://:s3cret@a:1,b:2/name",
      vault: {
        address: "https://vault:8200",
        namespace: "team",
        caFile: "/ca.pem",
        mount: "kv",
        auth: { roleId: "role", secretId: "s3cret", mount: "apps" },
      },
    });
    const kubernetes = { VAULT_ADDR: "https://vault:8200", VAULT_KUBERNETES_ROLE: "keywright", KEYWRIGHT_VAULT_JWT_FILE: "/jwt" };
    expect(read(kubernetes).vault?.auth).toEqual({ kubernetesRole: "keywright", jwtFile: "/jwt" });
    expect(read({ VAULT_TOKEN: "without an address" }).vault).toBeUndefined();
  });

  it("takes an empty value for none, as a template without one leaves it", () => {
    const env = Object.fromEntries(Object.keys(settings).map((name) => [name, ""]));
    expect(read(env)).toEqual(read({}));
  });

  it("reads the master key from a file, with the line's end that editors leave", () => {
    expect(read({ KEYWRIGHT_MASTER_KEY_FILE: file("master.key", `${masterKey}\n`) }).masterKey).toBe(masterKey);
  });

  it("finds the policy file of its folder", () => {
    const other = mkdtempSync(join(folder, "with-policy-"));
    writeFileSync(join(other, "keywright.config.json"), '{"prefix":"here"}');
    expect(readConfig({}, other).policy.prefix).toBe("here");
  });

  it("lets the client's own settings stand in the same environment", () => {
    expect(read({ KEYWRIGHT_URL: "http://x", KEYWRIGHT_KEY: "k", KEYWRIGHT_ROOT_KEY: "k" })).toEqual(read({}));
  });

  it("takes only plain numbers, for any text", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        const isPort = /^\d+$/.test(text) && text.length < 10 && Number(text) <= 65_535;
        if (isPort) expect(read({ PORT: text }).port).toBe(Number(text));
        else expect(refusalOf({ PORT: text })).toBe("PORT must be a whole number from 0 to 65535.");
      }),
    );
  });
});

const flagsUrlRefusal = "KEYWRIGHT_FLAGS_URL must be an address such as http://flagd:8016, without a user, a password or a query.";

describe("ConfigError", () => {
  it.each([
    [{ KEYWRIGHT_DATADIR: "x" }, "KEYWRIGHT_DATADIR is no setting of Keywright; did you mean KEYWRIGHT_DATA_DIR?"],
    [{ KEYWRIGHT_LOGLEVEL: "" }, "KEYWRIGHT_LOGLEVEL is no setting of Keywright; did you mean KEYWRIGHT_LOG_LEVEL?"],
    [{ KEYWRIGHT_MASTERKEY_FILE: "x" }, "KEYWRIGHT_MASTERKEY_FILE is no setting of Keywright; did you mean KEYWRIGHT_MASTER_KEY_FILE?"],
    [{ PORT: "70000" }, "PORT must be a whole number from 0 to 65535."],
    [{ PORT: "-1" }, "PORT must be a whole number from 0 to 65535."],
    [{ KEYWRIGHT_CACHE_RECORDS: "0" }, "KEYWRIGHT_CACHE_RECORDS must be a whole number from 1 to 10000000."],
    [{ KEYWRIGHT_LOG_LEVEL: "loud" }, "KEYWRIGHT_LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent."],
    [{ KEYWRIGHT_API_KEY_MANAGEMENT: "yes" }, "KEYWRIGHT_API_KEY_MANAGEMENT must be on or off."],
    [{ KEYWRIGHT_FLAGS_FILE: "f", KEYWRIGHT_FLAGS_URL: "http://f" }, "KEYWRIGHT_FLAGS_FILE and KEYWRIGHT_FLAGS_URL are both set: set one of them."],
    [{ KEYWRIGHT_FLAGS_URL: "http://u:s3cret@flagd" }, flagsUrlRefusal],
    [{ KEYWRIGHT_FLAGS_URL: "grpc://flagd:8013" }, flagsUrlRefusal],
    [{ DATABASE_URL: "mysql://u:s3cret@h/d" }, "DATABASE_URL must be an address such as postgres://user:password@host:5432/database."],
    [{ DATABASE_MIGRATION_URL: "postgres://u:s3cret@h/d" }, "DATABASE_MIGRATION_URL is set without DATABASE_URL: set both."],
    [{ REDIS_URL: "http://:s3cret@h" }, "REDIS_URL must be an address such as redis://user:password@host:6379/0."],
    [{ REDIS_URL: "redis://h", REDIS_URL_FILE: "x" }, "REDIS_URL and REDIS_URL_FILE are both set: set one of them."],
    [{ SMTP_URL: "mail:25" }, "SMTP_URL must be an address such as smtp://user:password@host:587."],
    [{ KEYWRIGHT_OPEN_SIGN_UP: "on" }, "KEYWRIGHT_OPEN_SIGN_UP must be true or false."],
    [{ KEYWRIGHT_PUBLIC_URL: "https://keys.example.com/path" }, "KEYWRIGHT_PUBLIC_URL must be an address without a path, such as https://keys.example.com."],
    [{ KEYWRIGHT_PUBLIC_URL: "keys.example.com" }, "KEYWRIGHT_PUBLIC_URL must be an address without a path, such as https://keys.example.com."],
    [{ KEYWRIGHT_OPERATOR_EMAIL: "root" }, "KEYWRIGHT_OPERATOR_EMAIL must be an e-mail address such as ops@example.com."],
    [{ VAULT_ADDR: "vault:8200", VAULT_TOKEN: "s3cret" }, "VAULT_ADDR must be an address such as https://vault.example.com:8200."],
    [
      { VAULT_ADDR: "http://h" },
      "VAULT_ADDR needs one way to log in, and none is set: set VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID, or VAULT_KUBERNETES_ROLE.",
    ],
    [
      { VAULT_ADDR: "http://h", VAULT_TOKEN: "s3cret", VAULT_KUBERNETES_ROLE: "r" },
      "VAULT_ADDR needs one way to log in, and more than one is set: set VAULT_TOKEN, or VAULT_ROLE_ID with VAULT_SECRET_ID, or VAULT_KUBERNETES_ROLE.",
    ],
    [{ VAULT_ADDR: "http://h", VAULT_ROLE_ID: "r" }, "VAULT_ROLE_ID is set without VAULT_SECRET_ID: set both."],
    [{ KEYWRIGHT_MASTER_KEY: "s3cret" }, "KEYWRIGHT_MASTER_KEY must hold the base64 of exactly 32 bytes, 44 characters."],
    [{ KEYWRIGHT_MASTER_KEY: masterKey, KEYWRIGHT_MASTER_KEY_FILE: "x" }, "KEYWRIGHT_MASTER_KEY and KEYWRIGHT_MASTER_KEY_FILE are both set: set one of them."],
  ])("of %j is one sentence that names it and never holds a value", (env, sentence) => {
    expect(refusalOf(env as unknown as Environment)).toBe(sentence);
  });

  it.each([
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0/8",
    "1",
    "010.0.0.1",
    "fe80::1%eth0",
    "::/129",
    "::ffff:10.0.0.0/104",
    "proxy.example.com",
    "10.0.0.0/8/8",
    "10.0.0.0/",
  ])("refuses %s among the trusted proxies", (entry) => {
    expect(refusalOf({ KEYWRIGHT_TRUSTED_PROXIES: `192.0.2.1,${entry}` })).toBe(
      "KEYWRIGHT_TRUSTED_PROXIES must hold addresses or CIDR ranges such as 10.0.0.0/8, with commas between.",
    );
  });

  it("names the file that cannot be read", () => {
    expect(refusalOf({ KEYWRIGHT_CONFIG: "missing.json" })).toBe(
      `KEYWRIGHT_CONFIG must name a file that can be read: ${join(folder, "missing.json")} cannot (ENOENT).`,
    );
    expect(refusalOf({ KEYWRIGHT_MASTER_KEY_FILE: "missing.key" })).toMatch(/^KEYWRIGHT_MASTER_KEY_FILE must name a file that can be read: .*\(ENOENT\)\.$/);
  });

  it("names the field of the policy file that is wrong", () => {
    expect(refusalOf({ KEYWRIGHT_CONFIG: file("bad.json", '{"tiers":{"pro":{"limit":"many","window_seconds":1}}}') })).toBe(
      `The policy file ${join(folder, "bad.json")} cannot be used: /tiers/pro/limit must be a whole number from 1 to 1000000000.`,
    );
  });

  it("does not show a file that holds no master key", () => {
    expect(refusalOf({ KEYWRIGHT_MASTER_KEY_FILE: file("wrong.key", "s3cret") })).toBe(
      "KEYWRIGHT_MASTER_KEY_FILE must hold the base64 of exactly 32 bytes, 44 characters.",
    );
  });
});
