import { type Endpoint, endpointIds, endpoints, platformScopePermissions } from "@keywright/contract";
import { afterAll, beforeAll, expect, it } from "vitest";
import { asOperator, type Keywright, type Reply, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

const platform = "/api/v1/platform";

/** A tenant with two of everything, and an API key of its own that may administer it. */
interface Estate {
  readonly tenantId: string;
  readonly adminKey: string;
  readonly ids: Readonly<Record<string, string>>;
}

let folder: string;
let server: Keywright;
let own: Estate;
let others: Estate;

const settle = async (): Promise<Estate> => {
  const api = asOperator(server, server.rootKey);
  const { id: tenantId } = await api.createTenant();
  const make = (path: string, fields: object) => api.must(201, { method: "POST", path: `${platform}/${path}`, body: { tenant_id: tenantId, ...fields } });
  const [member, team] = [await make("members", { email: "a@example.com", name: "A", role: "owner" }), await make("teams", { name: "A" })];
  await make("members", { email: "b@example.com", name: "B" });
  await make("teams", { name: "B" });
  await api.must(200, { method: "POST", path: `${platform}/teams/${team.id}/members`, body: { member_id: member.id } });
  const key = await api.createKey(tenantId, { team_id: team.id });
  const { key: adminKey } = await api.createKey(tenantId, { scopes: ["admin", "send_email"] });
  const [requestId, hooks] = [await logged(key.key, tenantId), await hooked(tenantId)];
  const mute = await make("alert-mutes", { subject_id: key.id });
  return {
    tenantId,
    adminKey,
    ids: { mute_id: mute.id, tenant_id: tenantId, key_id: key.id, member_id: member.id, team_id: team.id, request_id: requestId, ...hooks },
  };
};

/** A webhook, and a delivery that its target does not take. */
const hooked = async (tenantId: string): Promise<{ readonly webhook_id: string; readonly delivery_id: string }> => {
  const api = asOperator(server, server.rootKey);
  const body = { tenant_id: tenantId, url: "http://127.0.0.1:9/", events: ["key.expired"] };
  const { id } = await api.must(201, { method: "POST", path: `${platform}/webhooks`, body });
  await api.must(201, { method: "POST", path: `${platform}/webhooks/${id}/test` });
  const { data } = await api.must(200, { path: `${platform}/webhooks/${id}/deliveries` });
  return { webhook_id: id, delivery_id: data[0].id };
};

/** A verification that the request log has: its id. */
const logged = async (key: string, tenantId: string): Promise<string> => {
  const api = asOperator(server, server.rootKey);
  await api.must(200, { method: "POST", path: "/api/v1/verify", body: { key } });
  const { data } = await api.must(200, { path: `${platform}/requests?tenant_id=${tenantId}` });
  return data[0].id;
};

const ask = (method: string, path: string, body?: object): Promise<Reply> =>
  server.call({ key: own.adminKey, method, path, ...(body !== undefined && { body }) });

beforeAll(async () => {
  folder = await copyTemplate("tenant-walls");
  server = await startKeywright({ dataDir: folder, env: { KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE: "true" }, ...known() });
  [own, others] = [await settle(), await settle()];
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

const bodies: Readonly<Record<string, object>> = {
  "update-key": { name: "taken over" },
  "update-member": { role: "viewer" },
  "remove-member": { keys: "revoke" },
  "update-team": { name: "taken over" },
  "update-webhook": { description: "taken over" },
};

const open: readonly string[] = platformScopePermissions.admin;
const rows = endpointIds.map((id): readonly [string, Endpoint] => [id, endpoints[id]]).filter(([, { permission }]) => open.includes(permission));
/** Names of things that nobody made here: an invitation, an alert; and of rules, which are everybody's. */
const unmade = ["{invitation_id}", "{alert_id}", "{rule}"];
const byId = rows.filter(([, { path }]) => path.includes("{") && !unmade.some((name) => path.includes(name)));

it.each(byId)("%s finds nothing of another tenant by its id", async (id, { method, path }) => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");
  // Each id by itself: another's inside one's own is no better hidden than the other way about.
  for (const foreign of names) {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === foreign ? others : own).ids[name] ?? "");
    const body = id === "add-team-member" ? { member_id: own.ids["member_id"] } : bodies[id];
    const { status, json } = await ask(method, filled, method === "GET" ? undefined : (body ?? {}));
    expect([status, json.code]).toEqual([404, "NOT_FOUND"]);
  }
});

const listed = rows.filter(([, { method, path }]) => method === "GET" && !path.includes("{"));

it.each(listed)("%s finds nothing of another tenant by a filter or a cursor", async (id, { path }) => {
  const query = { ...(endpoints[id as keyof typeof endpoints] as Endpoint).query } as { readonly properties?: Readonly<Record<string, unknown>> };
  for (const name of ["tenant_id", "owner_id", "team_id", "key_id"].filter((one) => one in (query.properties ?? {}))) {
    const id = others.ids[name === "owner_id" ? "member_id" : name];
    const { status, json } = await ask("GET", `${path}?${name}=${id}`);
    expect([name, status, json.code]).toEqual([name, 404, "NOT_FOUND"]);
  }
  if (!("cursor" in (query.properties ?? {}))) return;
  const page = await server.call({ key: others.adminKey, path: `${path}?limit=1` });
  // A list that is told apart by nothing has no pages.
  if (page.json.next_cursor == null) return;
  const cursor = encodeURIComponent(page.json.next_cursor);
  expect((await ask("GET", `${path}?limit=1&cursor=${cursor}`)).json.code).toBe("INVALID_CURSOR");
  expect((await ask("GET", `${path}?limit=1&cursor=${cursor}&tenant_id=${others.tenantId}`)).status).toBe(404);
});

it("nothing of one's own is tied to another tenant's", async () => {
  const key = { name: "k", scopes: ["send_email"] };
  const attempts: readonly (readonly [string, object])[] = [
    [`${platform}/api-keys`, { ...key, tenant_id: others.tenantId }],
    [`${platform}/api-keys`, { ...key, owner_id: others.ids["member_id"] }],
    [`${platform}/api-keys`, { ...key, team_id: others.ids["team_id"] }],
    [`${platform}/alert-mutes`, { tenant_id: others.tenantId, subject_id: "key_1" }],
    [`${platform}/members`, { tenant_id: others.tenantId, email: "c@example.com", name: "C" }],
    [`${platform}/teams`, { tenant_id: others.tenantId, name: "C" }],
    [`${platform}/teams/${own.ids["team_id"]}/members`, { member_id: others.ids["member_id"] }],
    [`${platform}/invitations`, { tenant_id: others.tenantId, email: "c@example.com" }],
    [`${platform}/invitations`, { email: "c@example.com", team_ids: [others.ids["team_id"]] }],
  ];
  for (const [path, body] of attempts) expect([path, (await ask("POST", path, body)).status]).toEqual([path, 404]);
  expect((await ask("PATCH", `${platform}/alert-rules/key.unused`, { tenant_id: others.tenantId, enabled: false })).status).toBe(404);
  const handOver = { keys: { team_id: others.ids["team_id"] } };
  const { id } = (await ask("POST", `${platform}/members`, { email: "leaver@example.com", name: "L" })).json;
  expect((await ask("DELETE", `${platform}/members/${id}`, handOver)).status).toBe(404);
  expect((await ask("DELETE", `${platform}/members/${id}`)).json).toMatchObject({ status: "removed", keys: 0, enforced: true });
});

it("leaves the other tenant as it was", async () => {
  const api = asOperator(server, server.rootKey);
  expect(await api.must(200, { path: `${platform}/teams/${others.ids["team_id"]}` })).toMatchObject({ name: "A" });
  expect(await api.must(200, { path: `${platform}/members/${others.ids["member_id"]}` })).toMatchObject({ role: "owner" });
  const key = await api.must(200, { path: `${platform}/api-keys/${others.ids["key_id"]}` });
  expect(key).toMatchObject({ name: "k", status: "active", revision: 1, owner: { type: "team", id: others.ids["team_id"] } });
});
