import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfig } from "./config.ts";

const least = { KEYWRIGHT_OIDC_ISSUER: "https://login.example.com/realms/a", KEYWRIGHT_OIDC_CLIENT_ID: "keywright" };
const read = (env: Readonly<Record<string, string>>) => readConfig(env, "/nowhere").signInIssuer;

describe("the settings of single sign-on", () => {
  it("are none by default", () => {
    expect(read({})).toBeUndefined();
  });

  it("have the documented defaults", () => {
    expect(read(least)).toEqual({
      issuer: "https://login.example.com/realms/a",
      clientId: "keywright",
      clientSecret: undefined,
      scopes: "openid email profile",
      label: "Single sign-on",
      tenantClaim: undefined,
      roleClaim: undefined,
      roles: ["owner", "admin", "developer", "viewer"].map((role) => ({ outside: role, role })),
    });
  });

  it("map claims as the tokens of other systems do, and take a secret by its file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keywright-oidc-"));
    await writeFile(join(folder, "secret"), "s3cret\n");
    const claims = { KEYWRIGHT_OIDC_TENANT_CLAIM: "org.tenant", KEYWRIGHT_OIDC_ROLE_CLAIM: "roles", KEYWRIGHT_OIDC_ROLES: "chief=owner, staff=developer" };
    expect(read({ ...least, ...claims, KEYWRIGHT_OIDC_CLIENT_SECRET_FILE: join(folder, "secret") })).toMatchObject({
      clientSecret: "s3cret",
      tenantClaim: "org.tenant",
      roleClaim: "roles",
      roles: [
        { outside: "chief", role: "owner" },
        { outside: "staff", role: "developer" },
      ],
    });
    await rm(folder, { recursive: true });
  });

  it.each<[string, Readonly<Record<string, string>>]>([
    ["KEYWRIGHT_OIDC_CLIENT_ID is set without KEYWRIGHT_OIDC_ISSUER", { KEYWRIGHT_OIDC_CLIENT_ID: "keywright" }],
    ["KEYWRIGHT_OIDC_ISSUER is set without KEYWRIGHT_OIDC_CLIENT_ID", { KEYWRIGHT_OIDC_ISSUER: "https://login.example.com" }],
    ["KEYWRIGHT_OIDC_ISSUER must be an https address", { ...least, KEYWRIGHT_OIDC_ISSUER: "http://login.example.com" }],
    ["KEYWRIGHT_OIDC_ISSUER must be an https address", { ...least, KEYWRIGHT_OIDC_ISSUER: "https://user:hunter2@login.example.com" }],
    ["KEYWRIGHT_OIDC_ROLE_CLAIM is set without KEYWRIGHT_OIDC_TENANT_CLAIM", { ...least, KEYWRIGHT_OIDC_ROLE_CLAIM: "roles" }],
    ["KEYWRIGHT_OIDC_ROLES is set without KEYWRIGHT_OIDC_ROLE_CLAIM", { ...least, KEYWRIGHT_OIDC_ROLES: "a=owner" }],
    ["KEYWRIGHT_OIDC_ROLES must be pairs", { ...least, KEYWRIGHT_OIDC_TENANT_CLAIM: "t", KEYWRIGHT_OIDC_ROLE_CLAIM: "r", KEYWRIGHT_OIDC_ROLES: "a=king" }],
    ["KEYWRIGHT_OIDC_SCOPES must be scopes", { ...least, KEYWRIGHT_OIDC_SCOPES: "email profile" }],
    ["KEYWRIGHT_OIDC_LABEL must be one line", { ...least, KEYWRIGHT_OIDC_LABEL: "two\nlines" }],
    [
      "KEYWRIGHT_OIDC_CLIENT_SECRET and KEYWRIGHT_OIDC_CLIENT_SECRET_FILE are both set",
      { ...least, KEYWRIGHT_OIDC_CLIENT_SECRET: "a", KEYWRIGHT_OIDC_CLIENT_SECRET_FILE: "b" },
    ],
  ])("are refused where %s", (sentence, env) => {
    expect(() => read(env)).toThrow(sentence);
    expect(() => read(env)).not.toThrow("hunter2");
  });
});
