import { afterAll, beforeAll, expect, it } from "vitest";
import { asOperator, type Call, type Keywright, quickBcrypt, type Reply, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

const platform = "/api/v1/platform";
const password = "a long enough password";

let folder: string;
let server: Keywright;
let tenantId: string;

const root = () => asOperator(server, server.rootKey);

beforeAll(async () => {
  folder = await copyTemplate("people");
  server = await startKeywright({ dataDir: folder, ...known(), env: quickBcrypt });
  tenantId = (await root().createTenant()).id;
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

type Visit = (call: Call) => Promise<Reply>;

/** A browser on our own pages. */
const browse = (): Visit => {
  const state = { cookie: "" };
  return async (call) => {
    const reply = await server.call({ ...call, headers: { origin: server.base, ...(state.cookie !== "" && { cookie: state.cookie }), ...call.headers } });
    for (const text of reply.headers["set-cookie"] ?? []) state.cookie = text.split(";", 1)[0] ?? "";
    return reply;
  };
};

const signIn = async (email: string): Promise<Visit> => {
  const visit = browse();
  const { status, text } = await visit({ method: "POST", path: "/api/auth/sign-in/email", body: { email, password } });
  if (status !== 200) throw new Error(`${email} is not in: ${text}`);
  return visit;
};

/** Invites a person; the token of their mail. */
const invite = async (email: string, role: string): Promise<string> => {
  await root().must(201, { method: "POST", path: `${platform}/invitations`, body: { tenant_id: tenantId, email, role } });
  const mail = new RegExp(`A mail to ${email},[^\\n]*\\n[^\\n]*#token=(\\S+)`, "g");
  await expect.poll(() => [...server.out.text.matchAll(mail)]).not.toEqual([]);
  return [...server.out.text.matchAll(mail)].at(-1)?.[1] ?? "";
};

const accept = (visit: Visit, token: string) => visit({ method: "POST", path: `${platform}/invitations/accept`, body: { token } });

/** A member who has an account, and one session of theirs. */
const join = async (email: string, role: string) => {
  const token = await invite(email, role);
  const opened = await browse()({ method: "POST", path: "/api/auth/sign-up/email", body: { email, password, name: email, invitation: token } });
  expect(opened.status).toBe(200);
  const visit = await signIn(email);
  const { json } = await accept(visit, token);
  return { id: String(json.id), email, token, visit };
};

const codeOf = ({ status, json }: Reply) => [status, json.code];
const auditOf = async (action: string) => (await root().must(200, { path: `${platform}/audit-log?tenant_id=${tenantId}&action=${action}` })).data;

it("50 creations at once by one member from 5 sessions make exactly 10 keys", async () => {
  const { id, email, visit } = await join("ada@example.com", "developer");
  const sessions = [visit, ...(await Promise.all([1, 2, 3, 4].map(() => signIn(email))))];
  const { data } = (await visit({ path: "/api/auth/list-sessions" })).json;
  expect(data).toHaveLength(5);
  const create = (n: number) =>
    sessions[n % 5]?.({ method: "POST", path: `${platform}/api-keys`, body: { tenant_id: tenantId, name: `key ${n}`, scopes: ["send_email"] } });
  const replies = await Promise.all(Array.from({ length: 50 }, (_, n) => create(n)));
  expect(replies.filter((reply) => reply?.status === 201)).toHaveLength(10);
  expect(replies.filter((reply) => reply?.json.code === "KEY_LIMIT_REACHED")).toHaveLength(40);
  const keys = (await visit({ path: `${platform}/api-keys` })).json.data;
  expect(keys).toHaveLength(10);
  for (const { owner, status } of keys) expect([owner, status]).toEqual([{ type: "member", id }, "active"]);
});

it("nobody changes their own role, and the last owner stays one", async () => {
  const owner = await join("owner@example.com", "owner");
  const admin = await join("admin@example.com", "admin");
  const developer = await join("developer@example.com", "developer");
  const change = ({ visit }: { visit: Visit }, memberId: string, role: string) =>
    visit({ method: "PATCH", path: `${platform}/members/${memberId}`, body: { role } });
  for (const person of [owner, admin, developer]) {
    for (const role of ["owner", "admin", "viewer"]) expect(codeOf(await change(person, person.id, role))).toEqual([403, "PERMISSION_DENIED"]);
  }
  expect(codeOf(await change(admin, developer.id, "owner"))).toEqual([403, "PERMISSION_DENIED"]);
  expect(codeOf(await change(admin, owner.id, "viewer"))).toEqual([403, "PERMISSION_DENIED"]);
  const leave = ({ visit, id }: typeof owner) => visit({ method: "DELETE", path: `${platform}/members/${id}`, body: {} });
  expect(codeOf(await leave(owner))).toEqual([409, "LAST_OWNER"]);
  expect((await change(owner, admin.id, "owner")).status).toBe(200);
  expect((await leave(owner)).status).toBe(200);
  expect(codeOf(await leave({ ...admin }))).toEqual([409, "LAST_OWNER"]);
  expect(codeOf(await owner.visit({ path: `${platform}/members` }))).toEqual([403, "PERMISSION_DENIED"]);
});

it("an invitation is for its address alone, and for one time", async () => {
  const eve = await join("eve@example.com", "viewer");
  const token = await invite("grace@example.com", "owner");
  expect(codeOf(await accept(eve.visit, token))).toEqual([403, "INVITED_ANOTHER"]);
  expect((await auditOf("invitation.refused"))[0]).toMatchObject({ actor: { type: "account" }, reason: "the account has another address" });
  expect(codeOf(await accept(eve.visit, eve.token))).toEqual([410, "INVITATION_ENDED"]);
  expect(codeOf(await accept(eve.visit, "f".repeat(64)))).toEqual([404, "NOT_FOUND"]);
  const members = (await root().must(200, { path: `${platform}/members?tenant_id=${tenantId}` })).data;
  expect(members.some(({ email }: { email: string }) => email === "grace@example.com")).toBe(false);
});

it("a tenant with no members is the operator's to manage, until somebody is invited", async () => {
  const { id } = await root().createTenant({ name: "Empty" });
  expect(await root().must(200, { path: `${platform}/members?tenant_id=${id}` })).toMatchObject({ data: [], next_cursor: null });
  const key = await root().createKey(id);
  expect(key.owner).toEqual({ type: "tenant", id });
  expect((await root().verify(key.key)).code).toBe("VALID");
  const owner = { tenant_id: id, email: "first@example.com", role: "owner" };
  expect(await root().must(201, { method: "POST", path: `${platform}/invitations`, body: owner })).toMatchObject({ email: "first@example.com" });
});

it("what is done with an account is told to the tenants of its member, with address and request", async () => {
  const { visit, email } = await join("told@example.com", "viewer");
  const other = await signIn(email);
  const { data } = (await visit({ path: "/api/auth/list-sessions" })).json;
  const revoked = await visit({
    method: "POST",
    path: "/api/auth/revoke-session",
    body: { id: data.find(({ current }: { current: boolean }) => !current).id },
  });
  expect(codeOf(await other({ path: `${platform}/members` }))).toEqual([401, "UNAUTHENTICATED"]);
  const changed = await visit({ method: "POST", path: "/api/auth/change-password", body: { current_password: password, new_password: `${password}!` } });
  const ended = await visit({ method: "POST", path: "/api/auth/sign-out", body: {} });
  const [account] = await auditOf("account.signed_in");
  expect(account).toMatchObject({ tenant_id: tenantId, ip: "127.0.0.1", after: { by: "password" }, target: { type: "account", id: account.actor.id } });
  for (const [action, reply] of [
    ["account.session_revoked", revoked],
    ["account.password_changed", changed],
    ["account.signed_out", ended],
  ] as const) {
    expect(reply.status).toBe(200);
    const [entry] = await auditOf(action);
    expect(entry).toMatchObject({ actor: account.actor, ip: "127.0.0.1", request_id: reply.headers["x-request-id"] });
  }
});

it("oversized cookies are refused, wherever they are sent", async () => {
  const cookie = `keywright.session_token=${"x".repeat(9_000)}`;
  for (const path of [`${platform}/members`, "/api/auth/get-session", "/api/auth/sso/callback"]) {
    expect(await server.call({ path, headers: { cookie } })).toMatchObject({ status: 400, json: { errors: [{ pointer: "/headers/cookie" }] } });
  }
  const tooMuch = await server.call({ path: `${platform}/members`, headers: { cookie: `a=${"x".repeat(20_000)}` } });
  expect(tooMuch).toMatchObject({ status: 400, json: { code: "INVALID_REQUEST" } });
});

it("one address is mailed five invitations an hour at most, whoever sends them", async () => {
  const { id } = await root().must(201, { method: "POST", path: `${platform}/invitations`, body: { tenant_id: tenantId, email: "mailed@example.com" } });
  const again = () => server.call({ key: server.rootKey, method: "POST", path: `${platform}/invitations/${id}/resend` });
  const replies = await Promise.all(Array.from({ length: 6 }, again));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 429, 429]);
  const refused = replies.find(({ status }) => status === 429);
  expect(refused?.json).toMatchObject({ code: "TOO_MANY_ATTEMPTS", detail: "This address has been sent several invitations within an hour." });
  expect(Number(refused?.headers["retry-after"])).toBeGreaterThan(3_000);
});

it("single sign-on is not there where no provider is set", async () => {
  expect((await server.call({ path: "/api/auth/methods" })).json).toEqual({ password: true, sso: null });
  for (const call of [{ method: "POST", path: "/api/auth/sign-in/sso", body: {} }, { path: "/api/auth/sso/callback?state=x&code=y" }]) {
    expect(await server.call(call)).toMatchObject({ status: 404, json: { code: "NO_SUCH_ENDPOINT" } });
  }
});
