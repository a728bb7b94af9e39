import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";
import { ConfigError } from "./config-error.ts";

const least = {
  KEYWRIGHT_JWT_JWKS_URL: "https://login.example.com/jwks",
  KEYWRIGHT_JWT_ISSUER: "https://login.example.com",
  KEYWRIGHT_JWT_AUDIENCE: "keywright",
};
const read = (env: Readonly<Record<string, string>>) => readConfig(env, "/nowhere").tokenIssuer;
const refusalOf = (env: Readonly<Record<string, string>>): string => {
  try {
    read(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error("The settings were accepted.");
};

describe("the settings of another system's tokens", () => {
  it("are none by default", () => {
    expect(read({})).toBeUndefined();
  });

  it("have the documented defaults", () => {
    expect(read(least)).toEqual({
      url: "https://login.example.com/jwks",
      issuer: "https://login.example.com",
      audience: "keywright",
      claims: { member: "sub", tenant: "tenant_id", email: "email", name: "name", role: undefined },
      roles: ["owner", "admin", "developer", "viewer"].map((role) => ({ outside: role, role })),
    });
  });

  it("map claims and roles", () => {
    const env = {
      ...least,
      KEYWRIGHT_JWT_TENANT_CLAIM: "https://example.com/tenant",
      KEYWRIGHT_JWT_MEMBER_CLAIM: "oid",
      KEYWRIGHT_JWT_EMAIL_CLAIM: "mail",
      KEYWRIGHT_JWT_NAME_CLAIM: "preferred_username",
      KEYWRIGHT_JWT_ROLE_CLAIM: "realm_access.roles",
      KEYWRIGHT_JWT_ROLES: "platform-admin=admin, engineer = developer",
    };
    expect(read(env)).toMatchObject({
      claims: { member: "oid", tenant: "https://example.com/tenant", email: "mail", name: "preferred_username", role: "realm_access.roles" },
      roles: [
        { outside: "platform-admin", role: "admin" },
        { outside: "engineer", role: "developer" },
      ],
    });
  });

  it.each(["http://localhost:8080/jwks", "http://127.0.0.1/jwks", "http://[::1]:1/jwks", "https://x/jwks?tenant=1"])("take the key set from %s", (url) => {
    expect(read({ ...least, KEYWRIGHT_JWT_JWKS_URL: url })?.url).toBe(url);
  });

  it.each(["http://login.example.com/jwks", "http://localhost.example.com/", "https://u:s3cret@x/jwks", "file:///jwks", "jwks"])(
    "refuse the key set of %s, without saying it",
    (url) => {
      expect(refusalOf({ ...least, KEYWRIGHT_JWT_JWKS_URL: url })).toBe(
        "KEYWRIGHT_JWT_JWKS_URL must be an https address such as https://login.example.com/jwks, without a user or a password.",
      );
    },
  );

  it.each<[Readonly<Record<string, string>>, string]>([
    [{ KEYWRIGHT_JWT_ISSUER: "x" }, "KEYWRIGHT_JWT_ISSUER is set without KEYWRIGHT_JWT_JWKS_URL: set both."],
    [{ ...least, KEYWRIGHT_JWT_ISSUER: "" }, "KEYWRIGHT_JWT_JWKS_URL is set without KEYWRIGHT_JWT_ISSUER: set both."],
    [{ ...least, KEYWRIGHT_JWT_AUDIENCE: "" }, "KEYWRIGHT_JWT_JWKS_URL is set without KEYWRIGHT_JWT_AUDIENCE: set both."],
    [{ ...least, KEYWRIGHT_JWT_ROLES: "a=admin" }, "KEYWRIGHT_JWT_ROLES is set without KEYWRIGHT_JWT_ROLE_CLAIM: set both."],
  ])("refuse %o", (env, sentence) => {
    expect(refusalOf(env)).toBe(sentence);
  });

  it.each(["admin", "a=root", "a=operator", "=admin", "a=admin=b", "a=admin,"])("refuse the roles %s", (roles) => {
    const env = { ...least, KEYWRIGHT_JWT_ROLE_CLAIM: "roles", KEYWRIGHT_JWT_ROLES: roles };
    expect(refusalOf(env)).toMatch(/^KEYWRIGHT_JWT_ROLES must be pairs/);
  });
});
