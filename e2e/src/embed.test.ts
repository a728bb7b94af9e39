import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Frame, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWithBrowser, launchBrowser } from "./browser.ts";
import { type HostPage, openHostPage } from "./host-page.ts";
import { asOperator, type Call, type Keywright, type Reply, removeFolder, startKeywright } from "./keywright-process.ts";
import { barriersOf, settled } from "./page-state.ts";
import { copyTemplate, known } from "./template.ts";

const platform = "/api/v1/platform";
/** A browser on a busy machine. */
const patient = { timeout: 20_000 };
const plaintext = /^pm_live_[0-9A-Za-z]{32}$/;

let folder: string;
let server: Keywright;
/** `app` and `other` are named by the operator, `stranger` is not. */
let hosts: Readonly<Record<"app" | "other" | "stranger", HostPage>>;
let tenantId: string;
let members: Readonly<Record<"owner" | "viewer", string>>;
/** For whom, and for which page, the backends mint. */
const minting = { memberId: "", origin: "" };
const minted: { readonly id: string; readonly token: string }[] = [];

const root = () => asOperator(server, server.rootKey);
const mint = async (fields: object = {}): Promise<{ readonly id: string; readonly token: string }> => {
  const body = { tenant_id: tenantId, member_id: members.owner, origin: hosts.app.origin, ...fields };
  const made = await root().must(201, { method: "POST", path: `${platform}/embed-sessions`, body });
  minted.push(made);
  return made;
};
const as = (token: string, call: Call, embedder = hosts.app.origin): Promise<Reply> =>
  server.call({ ...call, key: token, headers: { "x-keywright-embedder": embedder, ...call.headers } });
const codeOf = ({ status, json }: Reply) => [status, json.code];

beforeAll(async () => {
  folder = await copyTemplate("embed");
  const deps = { keywright: () => server.base, mint: async () => (await mint({ member_id: minting.memberId, origin: minting.origin })).token };
  hosts = { app: await openHostPage(deps), other: await openHostPage(deps), stranger: await openHostPage(deps) };
  const config = join(folder, "embed.config.json");
  await writeFile(config, JSON.stringify({ bcrypt_cost: 4, embed_origins: [hosts.app.origin, hosts.other.origin] }));
  server = await startKeywright({ dataDir: folder, ...known(), env: { KEYWRIGHT_CONFIG: config } });
  tenantId = (await root().createTenant()).id;
  const add = async (role: string) =>
    (await root().must(201, { method: "POST", path: `${platform}/members`, body: { tenant_id: tenantId, email: `${role}@example.com`, name: role, role } })).id;
  members = { owner: await add("owner"), viewer: await add("viewer") };
});

afterAll(async () => {
  await server?.stop();
  for (const host of Object.values(hosts ?? {})) await host.close();
  await removeFolder(folder);
});

it("a session acts as its member in its tenant, for a page of its origin, until it is ended", async () => {
  const { id, token } = await mint();
  const { json } = await as(token, { path: `${platform}/embed-sessions/current` });
  const facts = { id, tenant_id: tenantId, member_id: members.owner, origin: hosts.app.origin, role: "owner" };
  expect(json).toMatchObject({ ...facts, permissions: ["keys:read", "keys:write", "usage:read", "teams:read", "embed:read"] });
  expect(JSON.stringify(json)).not.toContain(token);
  const made = await as(token, { method: "POST", path: `${platform}/api-keys`, body: { name: "k", scopes: ["send_email"] } });
  expect([made.status, made.json.owner]).toEqual([201, { type: "member", id: members.owner }]);
  const stranger = await root().createTenant({ name: "Stranger" });
  const foreign = await root().createKey(stranger.id);
  for (const path of [`${platform}/api-keys?tenant_id=${stranger.id}`, `${platform}/api-keys/${foreign.id}`])
    expect(codeOf(await as(token, { path }))).toEqual([404, "NOT_FOUND"]);
  expect(codeOf(await as(token, { path: `${platform}/events?tenant_id=${stranger.id}` }))).toEqual([404, "NOT_FOUND"]);
  expect(codeOf(await as(token, { path: `${platform}/requests/stream` }))).toEqual([403, "PERMISSION_DENIED"]);
  for (const embedder of [hosts.other.origin, hosts.stranger.origin, "null"])
    expect(codeOf(await as(token, { path: `${platform}/api-keys` }, embedder))).toEqual([401, "INVALID_CREDENTIAL"]);
  expect(codeOf(await server.call({ path: `${platform}/api-keys`, key: token }))).toEqual([401, "INVALID_CREDENTIAL"]);
  expect(codeOf(await as(token, { path: `${platform}/api-keys?q=${token}` }))).toEqual([400, "CREDENTIAL_IN_QUERY"]);
  for (const path of ["members", "audit-log", "settings", "requests", "invitations"])
    expect([path, ...codeOf(await as(token, { path: `${platform}/${path}` }))]).toEqual([path, 403, "PERMISSION_DENIED"]);
  expect(codeOf(await as(token, { method: "POST", path: `${platform}/embed-sessions`, body: { ...facts, id: undefined, role: undefined } }))).toEqual([
    403,
    "PERMISSION_DENIED",
  ]);
  await root().must(200, { method: "DELETE", path: `${platform}/embed-sessions/${id}` });
  expect(codeOf(await as(token, { path: `${platform}/api-keys` }))).toEqual([401, "INVALID_CREDENTIAL"]);
});

it("a viewer sees keys and changes none, and nobody mints for a page that the operator does not name", async () => {
  const { token } = await mint({ member_id: members.viewer });
  expect((await as(token, { path: `${platform}/api-keys` })).status).toBe(200);
  expect(codeOf(await as(token, { method: "POST", path: `${platform}/api-keys`, body: { name: "k", scopes: ["send_email"] } }))).toEqual([
    403,
    "PERMISSION_DENIED",
  ]);
  for (const [field, value] of [
    ["origin", hosts.stranger.origin],
    ["origin", `${hosts.app.origin}/`],
    ["lifetime_seconds", 59],
    ["lifetime_seconds", 3_601],
  ] as const) {
    const body = { tenant_id: tenantId, member_id: members.owner, origin: hosts.app.origin, [field]: value };
    const refused = await server.call({ key: server.rootKey, method: "POST", path: `${platform}/embed-sessions`, body });
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ pointer: `/${field}` }] } });
  }
});

await describeWithBrowser("<keywright-keys> in another product's page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  interface Acting {
    readonly memberId: string;
    readonly origin: string;
    /** Done in the page and its frame before any script of theirs. */
    readonly before?: () => unknown;
  }

  const open = async (host: HostPage, { before, ...acting }: Acting) => {
    Object.assign(minting, acting);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US", reducedMotion: "reduce" });
    // Whoever has signed in to Keywright in the same browser: the frame has nothing of it.
    await context.addCookies([{ name: "keywright.session_token", value: "somebody.s", url: server.base }]);
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    const complaints: string[] = [];
    const sent: { readonly url: string; readonly cookie: string | undefined }[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("request", (request) => {
      const note = async (): Promise<void> => void sent.push({ url: request.url(), cookie: (await request.allHeaders())["cookie"] });
      note().catch(() => {});
    });
    if (before !== undefined) await page.addInitScript(before);
    await page.goto(`${host.origin}/`);
    return { page, context, complaints, sent, frame: page.frameLocator("keywright-keys iframe") };
  };

  const frameIn = async (page: Page): Promise<Frame> => {
    const frame = page.frames().find((one) => one.url().startsWith(`${server.base}/embed/`));
    if (frame === undefined) throw new Error("There is no frame.");
    return frame;
  };
  const property = async (page: Page, name: string): Promise<string> =>
    (await frameIn(page)).evaluate((one) => getComputedStyle(document.documentElement).getPropertyValue(one), name);
  const heard = (page: Page): Promise<readonly { readonly name: string; readonly detail: object }[]> => page.evaluate("window.heard");

  it("takes a key through its life under the page's own colours, and outlives the end of its session", async () => {
    const { page, context, complaints, sent, frame } = await open(hosts.app, { memberId: members.owner, origin: hosts.app.origin });
    await frame.getByRole("heading", { name: "API keys" }).waitFor();
    await frame.getByRole("button", { name: "Create API key" }).first().click();
    await frame.getByLabel("Name", { exact: true }).fill("Embedded");
    await frame.getByRole("checkbox", { name: /send_email/ }).check();
    await frame.getByRole("button", { name: "Create key" }).click();
    const key = await frame.getByLabel("API key", { exact: true }).inputValue();
    expect(key).toMatch(plaintext);
    await frame.getByRole("button", { name: "Copy the key" }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), patient).toBe(key);
    await frame.getByRole("button", { name: "Done" }).click();
    await frame.getByRole("button", { name: "I have saved it" }).click();
    const link = frame.getByRole("link", { name: "Embedded", exact: true });
    await link.waitFor();

    const asked = hosts.app.asked();
    for (const { id } of minted) await server.call({ key: server.rootKey, method: "DELETE", path: `${platform}/embed-sessions/${id}` });
    await frame.getByRole("button", { name: "Actions for Embedded" }).click();
    await frame.getByRole("menuitem", { name: "Revoke" }).click();
    await frame.getByRole("button", { name: "Revoke key" }).click();
    await frame.getByText("Embedded is revoked.").first().waitFor();
    expect((await root().verify(key)).code).toBe("REVOKED");
    expect(hosts.app.asked()).toBeGreaterThan(asked);
    const listed = (await root().must(200, { path: `${platform}/api-keys?tenant_id=${tenantId}&q=Embedded` })).data[0];
    await expect
      .poll(() => heard(page))
      .toEqual([
        { name: "created", detail: { id: listed.id } },
        { name: "revoked", detail: { id: listed.id } },
      ]);

    expect(await property(page, "--accent")).toBe("#0a6b5c");
    expect(await property(page, "--radius-lg")).toBe("3px");
    expect(await property(page, "font-family")).toBe("Georgia, serif");
    expect(await property(page, "--danger")).not.toContain("url");
    expect(await property(page, "color-scheme")).toBe("light");
    await settled(page);
    expect(await barriersOf(page, "frames")).toEqual([]);
    expect(await page.evaluate(() => document.querySelector("keywright-keys")?.getBoundingClientRect().height ?? 0)).toBeGreaterThan(250);

    const isSecret = (text: string): boolean => text.includes(key) || minted.some(({ token }) => text.includes(token) || text.includes(token.slice(8)));
    expect(sent.filter(({ url }) => isSecret(url))).toEqual([]);
    expect(sent.filter(({ url, cookie }) => url.includes(platform) && cookie !== undefined)).toEqual([]);
    expect(sent.filter(({ url }) => url.startsWith(server.base + platform)).length).toBeGreaterThan(4);
    const stored = await (await frameIn(page)).evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]));
    expect(isSecret(stored + (await page.content()) + server.out.text + server.out.errors)).toBe(false);
    expect(complaints.filter((text) => !/401/.test(text))).toEqual([]);
    await context.close();
  });

  it("listens to the page around it alone, and the page to its frame alone", async () => {
    // Without an interval, no list looks by itself: what is shown of what has changed, the stream has told.
    const standStill = () => Object.assign(window, { setInterval: () => 0 });
    const { page, context, frame } = await open(hosts.app, { memberId: members.viewer, origin: hosts.app.origin, before: standStill });
    await frame.getByRole("link", { name: "Embedded", exact: true }).waitFor();
    expect(await frame.getByRole("button", { name: "Create API key" }).count()).toBe(0);
    await root().createKey(tenantId, { name: "Told of" });
    await frame.getByRole("link", { name: "Told of", exact: true }).waitFor();
    const asked = hosts.app.asked();
    const inner = await page.evaluateHandle(() => document.body.appendChild(Object.assign(document.createElement("iframe"), { title: "Of somebody else" })));
    const stranger = await inner.asElement()?.contentFrame();
    await stranger?.evaluate(() => {
      const target = parent.document.querySelector("keywright-keys")?.shadowRoot?.querySelector("iframe")?.contentWindow;
      target?.postMessage({ keywright: "theme", theme: { accent: "#ff0000" } }, "*");
      target?.postMessage({ keywright: "session", token: "none", theme: { accent: "#ff0000" } }, "*");
      parent.postMessage({ keywright: "token" }, "*");
      parent.postMessage({ keywright: "event", name: "created", id: "forged" }, "*");
    });
    // What the page itself says comes behind that, and is heard.
    await page.evaluate(() => {
      const element = document.querySelector<HTMLElement & { applyTheme(): void }>("keywright-keys");
      element?.style.setProperty("color-scheme", "dark");
      element?.style.setProperty("--keywright-accent", "#5fd0bd");
      element?.applyTheme();
    });
    await expect.poll(() => property(page, "color-scheme"), patient).toBe("dark");
    expect(await property(page, "--accent")).toBe("#5fd0bd");
    expect([hosts.app.asked(), await heard(page)]).toEqual([asked, []]);
    expect(await barriersOf(page, "frames")).toEqual([]);
    await context.close();
  });

  it("opens nothing with a token of another page, and nowhere that the operator does not name", async () => {
    const foreign = await open(hosts.other, { memberId: members.owner, origin: hosts.app.origin });
    await foreign.frame.getByRole("alert").getByText("could not open your API keys").waitFor();
    expect(await foreign.frame.getByRole("heading", { name: "API keys" }).count()).toBe(0);
    await foreign.context.close();
    const stranger = await open(hosts.stranger, { memberId: members.owner, origin: hosts.app.origin });
    await expect.poll(() => stranger.complaints.join("\n"), patient).toContain("frame-ancestors");
    expect(hosts.stranger.asked()).toBe(0);
    await stranger.context.close();
  });
});
