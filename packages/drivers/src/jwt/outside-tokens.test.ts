import { createHmac, generateKeyPairSync, sign as signRaw } from "node:crypto";
import fc from "fast-check";
import type { JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ada, aud, good, nowSeconds, openOutsideTokens } from "../testing/outside-scene.ts";
import { type IssuerKey, newIssuerKey, startTokenIssuer, type TokenIssuer } from "../testing/token-issuer.ts";

let issuer: TokenIssuer;
let first: IssuerKey;
beforeAll(async () => {
  first = await newIssuerKey("RS256", "one");
  issuer = await startTokenIssuer([first]);
});
afterAll(() => issuer.close());

const open = () => openOutsideTokens(issuer.url);
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const without = (...names: readonly (keyof typeof good)[]): JWTPayload =>
  Object.fromEntries(Object.entries(good).filter(([name]) => !(names as readonly string[]).includes(name)));

describe("a token of the issuer", () => {
  beforeAll(() => issuer.publish([first]));

  it("tells of a person", async () => {
    expect(await open().verify(await first.sign(good))).toEqual(ada);
    expect(await open().verify(await first.sign({ ...good, aud: ["https://other", aud] }))).toEqual(ada);
  });

  it.each(["RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"])("may be signed by %s", async (alg) => {
    const key = await newIssuerKey(alg, "the key");
    issuer.publish([key]);
    expect(await open().verify(await key.sign(good))).toEqual(ada);
    issuer.publish([first]);
  });

  it.each([
    ["another issuer", { ...good, iss: "https://login.example.com" }],
    ["no issuer", without("iss")],
    ["another audience", { ...good, aud: "https://other.example.com" }],
    ["no audience", without("aud")],
    ["no end", without("exp")],
    ["an end that is no number", { ...good, exp: "tomorrow" as unknown as number }],
    ["an end ten seconds ago", { ...good, exp: nowSeconds - 10 }],
    ["a beginning in eleven seconds", { ...good, nbf: nowSeconds + 11 }],
    ["no subject", without("sub")],
    ["an empty subject", { ...good, sub: "" }],
    ["a subject of 256 characters", { ...good, sub: "x".repeat(256) }],
    ["a subject with a null character", { ...good, sub: "user\u0000-7" }],
  ])("with %s is none", async (_what, payload) => {
    expect(await open().verify(await first.sign(payload))).toBeUndefined();
  });

  it("may be off by the difference of two clocks, ten seconds", async () => {
    const tokens = open();
    expect(await tokens.verify(await first.sign({ ...good, exp: nowSeconds - 9 }))).toEqual(ada);
    expect(await tokens.verify(await first.sign({ ...good, nbf: nowSeconds + 10 }))).toEqual(ada);
  });

  it("ends", async () => {
    const tokens = open();
    const token = await first.sign(good);
    expect(await tokens.verify(token)).toEqual(ada);
    tokens.pass(310);
    expect(await tokens.verify(token)).toBeUndefined();
  });

  it.each([
    ["names no tenant", without("tenant_id"), { tenantId: null }],
    ["names a tenant that is no text", { ...good, tenant_id: ["ten_1"] }, { tenantId: null }],
    ["names a tenant of 65 characters", { ...good, tenant_id: "t".repeat(65) }, { tenantId: null }],
    ["has an address that is not verified", { ...good, email_verified: false }, { email: null }],
    ["has an address that is verified", { ...good, email_verified: true }, {}],
    ["has an address that is none", { ...good, email: "ada" }, { email: null }],
    ["has no name", without("name"), { name: null }],
    ["has a name with a line's end", { ...good, name: "Ada\nRoot" }, { name: null }],
    ["has several roles", { ...good, roles: ["dev", "boss"] }, { role: "owner" }],
    ["has its roles in a text", { ...good, roles: "staff dev" }, { role: "developer" }],
    ["has a role of Keywright's that is not in the mapping", { ...good, roles: ["admin"] }, { role: "none" }],
    ["has a role by a name that all objects have", { ...good, roles: "constructor" }, { role: "none" }],
    ["has no roles", without("roles"), { role: "none" }],
  ])("that %s tells what it tells, and no more", async (_what, payload, differs) => {
    expect(await open().verify(await first.sign(payload))).toEqual({ ...ada, ...differs });
  });
});

describe("a forged token", () => {
  beforeAll(() => issuer.publish([first]));

  it("by no algorithm, in any spelling, is none", async () => {
    for (const alg of ["none", "None", "NONE", ""]) {
      expect(await open().verify(`${part({ alg, kid: "one" })}.${part(good)}.`)).toBeUndefined();
      expect(await open().verify(`${part({ alg })}.${part(good)}.AAAA`)).toBeUndefined();
    }
  });

  it("by a shared secret is none, not even by the public key as the secret", async () => {
    for (const secret of ["", "secret", JSON.stringify(first.publicKey), String(first.publicKey.n)]) {
      const signed = `${part({ alg: "HS256", kid: "one" })}.${part(good)}`;
      const token = `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
      expect(await open().verify(token)).toBeUndefined();
    }
  });

  it("is refused by its algorithm before any key is asked for", async () => {
    const before = issuer.reads();
    await open().verify(`${part({ alg: "HS256", kid: "unknown" })}.${part(good)}.AAAA`);
    expect(issuer.reads()).toBe(before);
  });

  it("by another key under the issuer's name for its own is none", async () => {
    const other = await newIssuerKey("RS256", "one");
    expect(await open().verify(await other.sign(good))).toBeUndefined();
  });

  it("that brings its own key, or says where to read one, is none", async () => {
    const other = await newIssuerKey("RS256", undefined);
    for (const header of [{ jwk: other.publicKey }, { kid: "one", jku: "http://127.0.0.1:9/jwks" }, { kid: "one", x5u: "http://127.0.0.1:9/" }]) {
      expect(await open().verify(await other.sign(good, header))).toBeUndefined();
    }
  });

  it("by a key of fewer than 2048 bits is none, though the issuer publishes it", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const weak = { ...first, publicKey: { ...publicKey.export({ format: "jwk" }), kid: "weak", alg: "RS256" } } as IssuerKey;
    issuer.publish([weak]);
    const signed = `${part({ alg: "RS256", kid: "weak" })}.${part(good)}`;
    expect(await open().verify(`${signed}.${signRaw("sha256", Buffer.from(signed), privateKey).toString("base64url")}`)).toBeUndefined();
    issuer.publish([first]);
  });

  it("with a part changed, taken away or added is none", async () => {
    const tokens = open();
    const token = await first.sign(good);
    const [header = "", , signature = ""] = token.split(".");
    expect(await tokens.verify(`${header}.${part({ ...good, tenant_id: "ten_2" })}.${signature}`)).toBeUndefined();
    expect(await tokens.verify(`${header}.${part(good)}.`)).toBeUndefined();
    expect(await tokens.verify(`${token}.${signature}`)).toBeUndefined();
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 1), fc.constantFrom("A", "b", "9", "-", "_", ".", ""), async (at, char) => {
        const changed = token.slice(0, at) + char + token.slice(at + 1);
        const bytes = (text: string) => text.split(".").map((one) => Buffer.from(one, "base64url").toString("hex"));
        fc.pre(bytes(changed).join(".") !== bytes(token).join("."));
        expect(await tokens.verify(changed)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it("of any text at all is none, and no failure", async () => {
    const tokens = open();
    const texts = fc.oneof(
      fc.string(),
      fc.tuple(fc.json(), fc.json(), fc.string()).map((parts) => parts.map((one) => Buffer.from(one).toString("base64url")).join(".")),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect(await tokens.verify(text)).toBeUndefined();
      }),
    );
  });

  it("of more than 8192 characters is none, though it is signed", async () => {
    const tokens = open();
    const long = await first.sign({ ...good, pad: "x".repeat(8_192) });
    expect(await tokens.verify(long)).toBeUndefined();
    const fits = await first.sign({ ...good, pad: "x".repeat(5_000) });
    expect(await tokens.verify(fits)).toEqual(ada);
  });
});
