import { generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOperator, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { type Browser, newBrowser, type Page } from "./scriptless-browser.ts";
import { clientId, clientSecret, type SignInProvider, startSignInProvider } from "./sign-in-provider.ts";
import { copyTemplate, known, knownOperator } from "./template.ts";
import { newSigningKey, signingKeyOf } from "./token-provider.ts";

const users: Record<string, Record<string, unknown>> = {
  ada: { email: "Ada@example.com", email_verified: true, name: "Ada" },
  bob: { email: "bob@example.com", email_verified: true, name: "Bob" },
  eve: { email: "eve@example.com", email_verified: false, name: "Eve" },
  mute: { email: "mute@example.com", name: "Mute" },
  root: { email: "operator@keywright.invalid", email_verified: true, name: "Root" },
};

let folder: string;
let provider: SignInProvider;
let server: Keywright;
let first: Awaited<ReturnType<typeof newSigningKey>>;
let tenantId: string;

const returnAddress = () => `${server.base}/api/auth/sso/callback`;
const serveWith = (...keys: (typeof first)[]) => provider.serve({ keys, users, returnAddress: returnAddress() });

beforeAll(async () => {
  [folder, provider, first] = await Promise.all([copyTemplate("sso"), startSignInProvider(), newSigningKey("first")]);
  const env = {
    ...quickBcrypt,
    KEYWRIGHT_OIDC_ISSUER: provider.issuer,
    KEYWRIGHT_OIDC_CLIENT_ID: clientId,
    KEYWRIGHT_OIDC_CLIENT_SECRET: clientSecret,
    KEYWRIGHT_OIDC_LABEL: "Sign in with Example",
    KEYWRIGHT_OIDC_TENANT_CLAIM: "tenant_id",
    KEYWRIGHT_OIDC_ROLE_CLAIM: "roles",
    KEYWRIGHT_OIDC_ROLES: "staff=developer,chief=owner",
  };
  server = await startKeywright({ dataDir: folder, env, ...known() });
  serveWith(first);
  tenantId = (await asOperator(server, server.rootKey).createTenant()).id;
});

afterAll(async () => {
  const { out } = server;
  await server.stop();
  await provider.close();
  await removeFolder(folder);
  expect(out.text + out.errors).not.toContain(clientSecret);
  expect(out.errors).not.toMatch(/eyJ[\w-]+\.eyJ/);
});

/** The button on our own page: where it sends the browser. */
const begin = async (browser: Browser, body: object = {}): Promise<string> => {
  const { status, json, text } = await browser.call(`${server.base}/api/auth/sign-in/sso`, { method: "POST", body });
  if (status !== 200) throw new Error(`The sign-in did not begin: ${text}`);
  return json.url;
};

/** Signs in at the provider's own pages, and gives consent. */
const atProvider = async (browser: Browser, user: string, page: Page): Promise<Page> => {
  const action = /<form[^>]* action="([^"]+)"/.exec(page.text)?.[1];
  if (action === undefined || !page.url.startsWith(provider.issuer)) return page;
  const isLogin = page.text.includes('name="login"');
  return atProvider(browser, user, await browser.submit(action, isLogin ? { prompt: "login", login: user, password: "x" } : { prompt: "consent" }));
};

const signIn = async (user: string, body: object = {}, browser = newBrowser()) => {
  const page = await atProvider(browser, user, await browser.open(await begin(browser, body)));
  return { browser, page };
};

const whoAmI = async (browser: Browser) => (await browser.call(`${server.base}/api/auth/get-session`)).json.account;
const refusal = (page: Page) => new URL(page.url).searchParams.get("error");
const backFrom = ({ visited }: Browser): string => visited.findLast((url) => url.startsWith(returnAddress())) ?? "";
const auditOf = async (action: string, query = "") =>
  (await asOperator(server, server.rootKey).must(200, { path: `/api/v1/platform/audit-log?action=${action}${query}` })).data;

const addMember = (email: string, role: string) =>
  asOperator(server, server.rootKey).must(201, { method: "POST", path: "/api/v1/platform/members", body: { tenant_id: tenantId, email, name: "N", role } });

it("pages are told which ways there are to sign in, and nothing else of the provider", async () => {
  expect((await server.call({ path: "/api/auth/methods" })).json).toEqual({ password: true, sso: { label: "Sign in with Example" } });
});

describe("whoever the provider vouches for", () => {
  it("is asked for with PKCE, a state and a nonce, and comes in only where somebody waits for them", async () => {
    const { browser, page } = await signIn("ada");
    const asked = new URL(browser.visited.find((url) => url.startsWith(`${provider.issuer}/auth?`)) ?? "").searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({ response_type: "code", code_challenge_method: "S256", redirect_uri: returnAddress() });
    for (const name of ["state", "nonce", "code_challenge"]) expect(asked.get(name)).toMatch(/^[\w-]{43}$/);
    expect(refusal(page)).toBe("SIGN_UP_CLOSED");
    expect(await whoAmI(browser)).toBeNull();
  });

  it("becomes the member who was added with their address, and stays that one", async () => {
    const { id } = await addMember("ada@example.com", "admin");
    const { browser, page } = await signIn("ada", { return_to: "/keys?tab=mine" });
    expect(page.url).toBe(`${server.base}/keys?tab=mine`);
    expect(await whoAmI(browser)).toMatchObject({ email: "ada@example.com", name: "Ada", is_operator: false });
    const members = await browser.call(`${server.base}/api/v1/platform/members`);
    expect(members.json.data).toMatchObject([{ id, role: "admin", tenant_id: tenantId }]);
    const again = await signIn("ada");
    expect(await whoAmI(again.browser)).toEqual(await whoAmI(browser));
    const [entry] = await auditOf("account.signed_in", `&tenant_id=${tenantId}`);
    expect(entry).toMatchObject({ actor: { type: "account" }, target: { type: "account" }, ip: "127.0.0.1", after: { by: "sso" } });
    expect(entry.request_id).toMatch(/^req_/);
  });

  it("opens an account by an invitation to their verified address, and accepts it", async () => {
    await asOperator(server, server.rootKey).must(201, {
      method: "POST",
      path: "/api/v1/platform/invitations",
      body: { tenant_id: tenantId, email: "bob@example.com", role: "developer" },
    });
    await expect.poll(() => server.out.text).toMatch(/accept#token=\S+/);
    const token = /accept#token=(\S+)/.exec(server.out.text)?.[1] ?? "";
    expect(refusal((await signIn("bob", { invitation: "guessed" })).page)).toBe("SIGN_UP_CLOSED");
    const { browser } = await signIn("bob", { invitation: token });
    const accepted = await browser.call(`${server.base}/api/v1/platform/invitations/accept`, { method: "POST", body: { token } });
    expect(accepted.json).toMatchObject({ email: "bob@example.com", role: "developer", tenant_id: tenantId });
  });

  it("is of the tenant that a claim names, with the role that a claim gives, and of no other", async () => {
    users["staff"] = { email: "staff@example.com", email_verified: true, name: "Staff", tenant_id: tenantId, roles: ["staff"] };
    const { browser } = await signIn("staff");
    const own = await browser.call(`${server.base}/api/v1/platform/api-keys`, { method: "POST", body: { name: "Mine", scopes: ["send_email"] } });
    expect(own.status).toBe(201);
    users["cleaner"] = { ...users["staff"], email: "cleaner@example.com", roles: ["cleaner"] };
    users["stray"] = { ...users["staff"], email: "stray@example.com", tenant_id: "ten_0000000000000000000001" };
    const outcomes = [await signIn("cleaner"), await signIn("stray")];
    expect(outcomes.map(({ page }) => refusal(page))).toEqual(["SIGN_UP_CLOSED", "NOT_FOUND"]);
    for (const outcome of outcomes) expect(await whoAmI(outcome.browser)).toBeNull();
  });

  it("goes on signing in when the provider signs with another key, at once", async () => {
    serveWith(await newSigningKey("second"), first);
    expect(await whoAmI((await signIn("ada")).browser)).toMatchObject({ email: "ada@example.com" });
    serveWith(await newSigningKey("third"));
    expect(await whoAmI((await signIn("ada")).browser)).toMatchObject({ email: "ada@example.com" });
    serveWith(first);
  });
});

describe("a sign-in is refused, and logged,", () => {
  let atHome: Browser;
  beforeAll(async () => {
    atHome = (await signIn("ada")).browser;
  });
  /** Ada's, who is still signed in at the provider. */
  const newOne = () => atHome.copy(new URL(provider.issuer).host);

  it.each([
    ["eve", "whose address the provider has not verified"],
    ["mute", "of whose address the provider does not say that it is verified"],
    ["root", "whose address is an operator's"],
  ])("of %s, %s", async (user) => {
    const { browser, page } = await signIn(user);
    expect(refusal(page)).toBe("SSO_REFUSED");
    expect(await whoAmI(browser)).toBeNull();
    const [entry] = await auditOf("account.sso_refused");
    expect(entry).toMatchObject({ request_id: new URL(page.url).searchParams.get("request_id"), ip: "127.0.0.1" });
  });

  it.each<[string, (payload: JWTPayload) => Promise<string>]>([
    ["for another audience", (payload) => sign({ ...payload, aud: "another client" })],
    ["for several audiences, and another party", (payload) => sign({ ...payload, aud: [clientId, "another"], azp: "another" })],
    ["of another issuer", (payload) => sign({ ...payload, iss: "https://login.example.com" })],
    ["with another nonce", (payload) => sign({ ...payload, nonce: "n".repeat(43) })],
    ["without a nonce", ({ nonce: _, ...payload }) => sign(payload)],
    ["that has ended", (payload) => sign({ ...payload, exp: Math.floor(Date.now() / 1000) - 60 })],
    ["of another subject than the rest", (payload) => sign({ ...payload, sub: "bob" })],
    ["that nobody has signed (alg: none)", async (payload) => new UnsecuredJWT(payload).encode()],
    ["that somebody else has signed", async (payload) => signBy((await generateKeyPair("ES256")).privateKey, payload)],
    ["that is signed with the client's secret", (payload) => new SignJWT(payload).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from(clientSecret))],
  ])("by an ID token %s", async (_what, forge) => {
    provider.forge(forge);
    const { browser, page } = await signIn("ada", {}, newOne());
    provider.forge(undefined);
    expect(refusal(page)).toBe("SSO_REFUSED");
    expect(await whoAmI(browser)).toBeNull();
    expect((await auditOf("account.sso_refused"))[0].request_id).toBe(new URL(page.url).searchParams.get("request_id"));
  });

  it("where its state comes back twice, or to another browser", async () => {
    const browser = newOne();
    const url = await begin(browser);
    const asBefore = browser.copy();
    await browser.open(url);
    expect(await whoAmI(browser)).toMatchObject({ email: "ada@example.com" });
    const back = backFrom(browser);
    const replayed = await asBefore.open(back, "application/json");
    expect([replayed.status, replayed.json]).toMatchObject([401, { code: "SSO_REFUSED", detail: expect.stringContaining("come back once already") }]);
    expect((await auditOf("account.sso_refused"))[0].request_id).toBe(replayed.json.request_id);
    // Of those who never began there is nobody to tell of, and the log does not fill at a stranger's will.
    for (const other of [browser, newBrowser()]) {
      const refused = await other.open(back, "application/json");
      expect([refused.status, refused.json.code]).toEqual([401, "SSO_REFUSED"]);
      expect((await auditOf("account.sso_refused"))[0].request_id).toBe(replayed.json.request_id);
    }
  });

  it("where the person, or the provider, says no", async () => {
    const browser = newBrowser();
    const url = await begin(browser);
    const state = new URL(url).searchParams.get("state");
    const denied = await browser.open(`${returnAddress()}?error=access_denied&state=${state}&iss=${encodeURIComponent(provider.issuer)}`, "application/json");
    expect([denied.status, denied.json]).toMatchObject([401, { code: "SSO_REFUSED", detail: expect.stringContaining("access_denied") }]);
  });
});

it("a sign-in ends at a page of ours, and begins at one", async () => {
  const ask = (body: object, headers: Record<string, string> = {}) =>
    newBrowser().call(`${server.base}/api/auth/sign-in/sso`, { method: "POST", body, headers });
  for (const returnTo of ["https://evil.example", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "keys"]) {
    const { status, json } = await ask({ return_to: returnTo });
    expect([returnTo, status, json.errors?.[0]?.pointer]).toEqual([returnTo, 400, "/return_to"]);
  }
  expect((await ask({}, { origin: "https://evil.example" })).json.code).toBe("CROSS_SITE_REQUEST");
});

it("a provider that hangs, or is not there, is a clear answer in bounded time, and passwords go on", async () => {
  const { email, password } = knownOperator();
  const comeBack = async (browser: Browser) => {
    const state = new URL(await begin(browser)).searchParams.get("state");
    return `${returnAddress()}?code=x&state=${state}&iss=${encodeURIComponent(provider.issuer)}`;
  };
  const [waiting, other] = [newBrowser(), newBrowser()];
  const [back, later] = [await comeBack(waiting), await comeBack(other)];
  provider.hang();
  const startedMs = performance.now();
  const hung = await waiting.open(back, "application/json");
  expect([hung.status, hung.json.code]).toEqual([503, "SSO_UNAVAILABLE"]);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await provider.close();
  expect(refusal(await other.open(later))).toBe("SSO_UNAVAILABLE");
  const { json } = await newBrowser().call(`${server.base}/api/auth/sign-in/email`, { method: "POST", body: { email, password } });
  expect(json.account.email).toBe(email);
});

const sign = async (payload: JWTPayload): Promise<string> => signBy(await signingKeyOf(first), payload);
const signBy = (key: Parameters<SignJWT["sign"]>[0], payload: JWTPayload): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid: "first" }).sign(key);
