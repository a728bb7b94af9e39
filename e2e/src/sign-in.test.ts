import { afterAll, beforeAll, expect, it } from "vitest";
import { type Call, type Keywright, quickBcrypt, type Reply, removeFolder, runCli, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known, knownOperator } from "./template.ts";

let folder: string;
let server: Keywright;

beforeAll(async () => {
  folder = await copyTemplate("sign-in");
  server = await startKeywright({ dataDir: folder, ...known(), env: quickBcrypt });
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

const chosen = "a long enough password";

/** A browser on our own pages. */
const browse = () => {
  const state = { cookie: "" };
  return async (call: Call): Promise<Reply> => {
    const headers = { origin: server.base, ...(state.cookie !== "" && { cookie: state.cookie }), ...call.headers };
    const reply = await server.call({ ...call, headers });
    for (const text of reply.headers["set-cookie"] ?? []) state.cookie = text.split(";", 1)[0] ?? "";
    return reply;
  };
};

const signIn = async (email: string | undefined, password: string | undefined) => {
  const visit = browse();
  const reply = await visit({ method: "POST", path: "/api/auth/sign-in/email", body: { email, password } });
  return { visit, reply };
};

it("the first start prints an operator's one-time password, and nothing is allowed before it is changed", async () => {
  const { email, password } = knownOperator();
  const { visit, reply } = await signIn(email, password);
  expect([reply.status, reply.json.account]).toMatchObject([200, { email: "operator@keywright.invalid", is_operator: true, must_change_password: true }]);
  for (const path of ["/api/v1/platform/tenants", "/api/auth/list-sessions"]) {
    expect(await visit({ path })).toMatchObject({ status: 403, json: { code: "PASSWORD_CHANGE_REQUIRED" } });
  }
  const me = async () => (await visit({ path: "/api/v1/platform/me" })).json;
  expect(await me()).toMatchObject({ account: { is_operator: true, must_change_password: true, two_factor_enabled: false }, memberships: [] });
  const changed = await visit({
    method: "POST",
    path: "/api/auth/change-password",
    body: { current_password: password, new_password: chosen },
  });
  expect(changed.status).toBe(200);
  expect(await me()).toMatchObject({
    account: { must_change_password: false },
    management_enabled: true,
    permissions: expect.arrayContaining(["tenants:write"]),
  });
  expect((await visit({ path: "/api/v1/platform/tenants" })).json.data).toHaveLength(1);
  expect((await signIn(email, password)).reply).toMatchObject({ status: 401, json: { code: "SIGN_IN_REFUSED" } });
});

it("a session opens the management API to our own pages, and verification to nobody", async () => {
  const { visit } = await signIn(knownOperator().email, chosen);
  const body = { name: "Acme", tier: "pro" };
  const create = (headers: Record<string, string>) => visit({ method: "POST", path: "/api/v1/platform/tenants", body, headers });
  expect((await create({})).status).toBe(201);
  expect((await create({ "sec-fetch-site": "same-origin" })).status).toBe(201);
  for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
    expect(await create(headers)).toMatchObject({ status: 403, json: { code: "CROSS_SITE_REQUEST" } });
  }
  for (const call of [
    { method: "POST", path: "/api/v1/verify", body: { key: "pm_live_x" } },
    { method: "POST", path: "/api/v1/verify/batch", body: { keys: [{ key: "pm_live_x" }] } },
    { path: "/api/v1/forward-auth" },
  ]) {
    expect((await visit(call)).status).toBe(401);
  }
  const { json } = await visit({ path: "/api/v1/platform/audit-log?action=tenant.created" });
  expect(json.data[0]).toMatchObject({ actor: { type: "operator" } });
});

it("what the library has beyond the calls of ours is not there", async () => {
  const { visit } = await signIn(knownOperator().email, chosen);
  for (const path of ["/api/auth/update-user", "/api/auth/delete-user", "/api/auth/sign-in/social", "/api/auth/ok", "/api/auth/verify-password"]) {
    expect(await visit({ method: "POST", path, body: {} })).toMatchObject({ status: 404, json: { code: "NO_SUCH_ENDPOINT" } });
  }
  expect(await visit({ method: "DELETE", path: "/api/auth/sign-out" })).toMatchObject({ status: 405, headers: { allow: "POST" } });
});

it("bad input is refused in the words of every other endpoint", async () => {
  const ask = (body: unknown, headers: Record<string, string> = {}) => server.call({ method: "POST", path: "/api/auth/sign-in/email", body, headers });
  expect(await ask("{")).toMatchObject({ status: 400, json: { code: "INVALID_JSON" } });
  expect((await ask({ email: "nobody", passwort: "x" })).json.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
    "/email",
    "/password",
    "/passwort",
  ]);
  expect(await ask("email=a", { "content-type": "application/x-www-form-urlencoded" })).toMatchObject({ status: 415 });
  const oversized = await server.call({ path: "/api/auth/get-session", headers: { cookie: `keywright.session_token=${"x".repeat(9_000)}` } });
  expect(oversized).toMatchObject({ status: 400, json: { errors: [{ pointer: "/headers/cookie" }] } });
  expect((await server.call({ path: "/api/v1/platform/tenants", headers: { cookie: "keywright.session_token=forged" } })).json.code).toBe("UNAUTHENTICATED");
  expect((await ask({ email: "nobody@example.com", password: "x" }, { origin: "https://evil.example" })).json.code).toBe("CROSS_SITE_REQUEST");
  expect(
    (await server.call({ method: "POST", path: "/api/auth/sign-up/email", body: { email: "eve@example.com", password: chosen, name: "Eve" } })).json.code,
  ).toBe("SIGN_UP_CLOSED");
});

it("a wrong password and an unknown address are refused alike, in words and in time", async () => {
  const { email } = knownOperator();
  const times: number[][] = [[], []];
  const answers = new Set<string>();
  for (let round = 0; round < 4; round++) {
    for (const [kind, address] of [email, `nobody${round}@example.com`].entries()) {
      const startedMs = performance.now();
      const { reply } = await signIn(address, "wrong password");
      times[kind]?.push(performance.now() - startedMs);
      const { "x-request-id": _, date: __, ...headers } = reply.headers;
      answers.add(JSON.stringify([reply.status, headers, reply.text.replaceAll(/req_[0-9A-Za-z]+/g, "")]));
    }
  }
  expect(answers.size).toBe(1);
  // Both wait for the same instant; what is left is the way there and back.
  for (const ms of times.flat()) expect(ms % 500).toBeLessThan(250);
});

it("a person who was invited opens an account, accepts, and manages what their role lets them", async () => {
  const { visit } = await signIn(knownOperator().email, chosen);
  const [tenant, other] = (await visit({ path: "/api/v1/platform/tenants" })).json.data;
  const invited = await visit({
    method: "POST",
    path: "/api/v1/platform/invitations",
    body: { tenant_id: tenant.id, email: "Ada@example.com", role: "developer" },
  });
  expect(invited.status).toBe(201);
  await expect.poll(() => server.out.text).toMatch(/invitations\/accept#token=\S+/);
  const token = /invitations\/accept#token=(\S+)/.exec(server.out.text)?.[1];
  const account = { email: "ada@example.com", name: "Ada", password: chosen };
  const open = (invitation: string | undefined, email = account.email) =>
    browse()({ method: "POST", path: "/api/auth/sign-up/email", body: { ...account, email, invitation } });
  expect((await open("guessed")).json.code).toBe("SIGN_UP_CLOSED");
  expect((await open(token, "eve@example.com")).json.code).toBe("SIGN_UP_CLOSED");
  expect((await open(token)).status).toBe(200);
  const ada = (await signIn(account.email, chosen)).visit;
  expect((await ada({ path: "/api/v1/platform/api-keys" })).json.code).toBe("PERMISSION_DENIED");
  const accepted = await ada({ method: "POST", path: "/api/v1/platform/invitations/accept", body: { token } });
  expect(accepted.json).toMatchObject({ tenant_id: tenant.id, role: "developer", email: "Ada@example.com" });
  const body = { tenant_id: tenant.id, name: "Hers", scopes: ["send_email"] };
  const made = await ada({ method: "POST", path: "/api/v1/platform/api-keys", body });
  expect(made.status).toBe(201);
  expect((await ada({ path: "/api/v1/platform/api-keys" })).json.data).toMatchObject([{ id: made.json.id }]);
  const foreign = await ada({ method: "POST", path: "/api/v1/platform/api-keys", body: { ...body, tenant_id: other.id } });
  expect(foreign).toMatchObject({ status: 404, json: { code: "NOT_FOUND" } });
  expect((await ada({ path: "/api/v1/platform/tenants" })).json.code).toBe("PERMISSION_DENIED");
});

it("a password is asked for anew by a mail in the outbox, whose link is printed and in no log", async () => {
  const visit = browse();
  await visit({ method: "POST", path: "/api/auth/request-password-reset", body: { email: knownOperator().email } });
  await expect.poll(() => server.out.text).toMatch(/outbox\/\S+\.txt\n {2}http:\/\/127\.0\.0\.1:\d+\/reset-password#token=\S+/);
  const token = /reset-password#token=(\S+)/.exec(server.out.text)?.[1] ?? "";
  expect(server.out.errors).not.toContain(token);
  expect(server.out.errors).not.toContain(chosen);
  const reset = () => visit({ method: "POST", path: "/api/auth/reset-password", body: { token, new_password: `${chosen} too` } });
  expect((await reset()).status).toBe(200);
  expect(await reset()).toMatchObject({ status: 400, json: { code: "LINK_NOT_VALID" } });
  expect((await signIn(knownOperator().email, `${chosen} too`)).reply.status).toBe(200);
});

it("`keywright recover` gives the operator's account another one-time password", async () => {
  const { visit } = await signIn(knownOperator().email, `${chosen} too`);
  await server.stop();
  const { code, out } = await runCli(["recover", "--data-dir", folder, "--json"], quickBcrypt);
  expect(code).toBe(0);
  const { operator: made, key } = JSON.parse(out.text);
  server = await startKeywright({ dataDir: folder, rootKey: key, env: quickBcrypt });
  expect((await visit({ path: "/api/v1/platform/tenants" })).json.code).toBe("UNAUTHENTICATED");
  expect((await signIn(made.email, made.password)).reply.json.account.must_change_password).toBe(true);
});
