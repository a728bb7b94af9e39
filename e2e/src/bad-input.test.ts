import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asOperator, type Call, type Keywright, quickBcrypt, type Reply, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

let folder: string;
let server: Keywright;
let tenantId: string;
let keyId: string;
let strangerKey: string;

beforeAll(async () => {
  folder = await copyTemplate("bad-input");
  server = await startKeywright({ dataDir: folder, env: quickBcrypt, ...known() });
  const api = asOperator(server, server.rootKey);
  tenantId = (await api.createTenant()).id;
  keyId = (await api.createKey(tenantId)).id;
  const stranger = await api.createTenant();
  strangerKey = (await api.createKey(stranger.id, { scopes: ["admin"] })).key;
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

const keysPath = "/api/v1/platform/api-keys";

/** A problem document with this code, and the same request id as the header. */
const isProblem = (reply: Reply, status: number, code: string): void => {
  expect({ status: reply.status, code: reply.json?.code, type: reply.headers["content-type"] }).toEqual({
    status,
    code,
    type: "application/problem+json; charset=utf-8",
  });
  expect(reply.json.request_id).toBe(reply.headers["x-request-id"]);
};

/** A refusal that names the field and says what is allowed. */
const namesField = (reply: Reply, pointer: string): void => {
  isProblem(reply, 400, "INVALID_REQUEST");
  expect(reply.json.errors).toEqual(expect.arrayContaining([{ pointer, detail: expect.stringMatching(/\w{4,}/) }]));
};

const create = (fields: object): Promise<Reply> =>
  server.call({ method: "POST", path: keysPath, key: server.rootKey, body: { tenant_id: tenantId, name: "k", scopes: ["send_email"], ...fields } });

describe("a webhook that is wrong is named, and nothing is stored", () => {
  const webhooks = "/api/v1/platform/webhooks";
  const post = (fields: object): Promise<Reply> =>
    server.call({
      method: "POST",
      path: webhooks,
      key: server.rootKey,
      body: { tenant_id: tenantId, url: "https://hooks.example.com/", events: ["*"], ...fields },
    });
  const list = async () => (await server.call({ path: `${webhooks}?tenant_id=${tenantId}`, key: server.rootKey })).json.data;
  const isPrivate = "must not name a private, local or reserved address";
  const cases: [string, object, string, string][] = [
    ["plain HTTP", { url: "http://hooks.example.com/" }, "/url", "must begin with https://"],
    ["credentials", { url: "https://user:password@hooks.example.com/" }, "/url", "must hold no user and no password"],
    ["an odd port", { url: "https://hooks.example.com:25/" }, "/url", "must have the port 443, 80, or one from 1024 on"],
    ["IPv6, this machine", { url: "https://[::1]/" }, "/url", isPrivate],
    ["IPv6, this machine by its IPv4 address", { url: "https://[::ffff:127.0.0.1]/" }, "/url", isPrivate],
    ["IPv6 with a zone", { url: "https://[fe80::1%25eth0]/" }, "/url", "must be a URL"],
    ["the metadata service", { url: "https://169.254.169.254/latest" }, "/url", isPrivate],
    ["8 kB", { url: `https://hooks.example.com/${"x".repeat(8_192)}` }, "/url", "must be text of 1 to 2048 characters"],
    ["an unknown event", { events: ["key.flown"] }, "/events/0", "key.created"],
    ["an event that nobody listens to", { events: ["webhook.test"] }, "/events/0", "key.created"],
    ["no events", { events: [] }, "/events", "1"],
    ["a secret of one's own, however short", { secret: "whsec_c2hvcnQ=" }, "/secret", "is not known here; known are"],
  ];
  it.each(cases)("%s", async (...[, fields, pointer, why]) => {
    const reply = await post(fields);
    namesField(reply, pointer);
    expect(reply.json.errors).toEqual([{ pointer, detail: expect.stringContaining(why) }]);
    expect(reply.text).not.toMatch(/user:password|c2hvcnQ|xxxx|flown/);
    expect(await list()).toEqual([]);
  });

  it("but an address of the internet, IPv6 too, is no bad input; and a change of it is looked at like a creation", async () => {
    const { id } = (await post({ url: "https://[2606:4700:4700::1111]:8443/in" })).json;
    const path = `${webhooks}/${id}`;
    for (const [, fields, pointer, why] of cases.filter(([, { url }]: [string, { url?: string }, string, string]) => url !== undefined)) {
      const reply = await server.call({ method: "PATCH", path, key: server.rootKey, body: fields });
      namesField(reply, pointer);
      expect(reply.json.errors).toEqual([{ pointer, detail: expect.stringContaining(why) }]);
    }
    expect((await list()).map(({ url }: { url: string }) => url)).toEqual(["https://[2606:4700:4700::1111]:8443/in"]);
    expect((await server.call({ method: "DELETE", path, key: server.rootKey })).status).toBe(200);
  });
});

describe("a field of a creation that is wrong is named, and nothing is stored", () => {
  const day = (offset: number) => new Date(Date.now() + offset * 86_400_000).toISOString();
  const addresses = Array.from({ length: 101 }, (_, index) => `10.0.0.${index}`);
  const manyNotes = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`n${index}`, 1]));
  const cases: [string, object, string][] = [
    ["an empty name", { name: "" }, "/name"],
    ["a name of 101 characters", { name: "x".repeat(101) }, "/name"],
    ["a name that is a number", { name: 5 }, "/name"],
    ["a NUL in a name", { name: "a\u0000b" }, "/name"],
    ["no scopes", { scopes: [] }, "/scopes"],
    ["the same scope twice", { scopes: ["send_email", "send_email"] }, "/scopes/1"],
    ["an unknown scope", { scopes: ["fly"] }, "/scopes/0"],
    ["an unknown environment", { environment: "production" }, "/environment"],
    ["0 days", { expires_in_days: 0 }, "/expires_in_days"],
    ["366 days", { expires_in_days: 366 }, "/expires_in_days"],
    ["days as text", { expires_in_days: "90" }, "/expires_in_days"],
    ["half a day", { expires_in_days: 0.5 }, "/expires_in_days"],
    ["no end", { expires_in_days: null }, "/expires_in_days"],
    ["an end in the past", { expires_at: day(-1) }, "/expires_at"],
    ["an end too far away", { expires_at: day(400) }, "/expires_at"],
    ["an end that is no time", { expires_at: "tomorrow" }, "/expires_at"],
    ["two ends", { expires_at: day(5), expires_in_days: 5 }, "/expires_at"],
    ["a range with host bits", { ip_allowlist: ["203.0.113.7/24"] }, "/ip_allowlist/0"],
    ["a range that is nonsense", { ip_allowlist: ["10.0.0.0/8", "everyone"] }, "/ip_allowlist/1"],
    ["101 ranges", { ip_allowlist: addresses }, "/ip_allowlist"],
    ["a limit of 0", { rate_limit: { limit: 0, window_seconds: 1 } }, "/rate_limit/limit"],
    ["a limit over the bound", { rate_limit: { limit: 1_000_000_001, window_seconds: 1 } }, "/rate_limit/limit"],
    ["a window over the bound", { rate_limit: { limit: 1, window_seconds: 2_592_001 } }, "/rate_limit/window_seconds"],
    ["a limit without a window", { rate_limit: { limit: 1 } }, "/rate_limit/window_seconds"],
    ["a negative quota", { monthly_quota: -1 }, "/monthly_quota"],
    ["nested metadata", { metadata: { a: { b: 1 } } }, "/metadata/a"],
    ["51 notes", { metadata: manyNotes }, "/metadata"],
    ["4 kB of notes", { metadata: { a: "x".repeat(1000), b: "x".repeat(1000), c: "x".repeat(1000), d: "x".repeat(1000), e: "x".repeat(100) } }, "/metadata"],
    ["an unknown field", { colour: "red" }, "/colour"],
    ["a malformed tenant", { tenant_id: "ten_x" }, "/tenant_id"],
  ];

  it.each(cases)("%s", async (_, fields, pointer) => {
    const before = await asOperator(server, server.rootKey).must(200, { path: `${keysPath}?tenant_id=${tenantId}` });
    namesField(await create(fields), pointer);
    const after = await asOperator(server, server.rootKey).must(200, { path: `${keysPath}?tenant_id=${tenantId}` });
    expect(after).toEqual(before);
  });
});

it.each([
  ["owner_id", "mem"],
  ["team_id", "team"],
])("an owner who is not there is answered 404 by the field, %s, and nothing is stored", async (field, prefix) => {
  const path = `${keysPath}?tenant_id=${tenantId}`;
  const before = await asOperator(server, server.rootKey).must(200, { path });
  const reply = await create({ [field]: `${prefix}_${"0".repeat(22)}` });
  isProblem(reply, 404, "NOT_FOUND");
  expect(reply.json.errors).toEqual([{ pointer: `/${field}`, detail: expect.stringContaining("of this tenant") }]);
  expect(await asOperator(server, server.rootKey).must(200, { path })).toEqual(before);
});

it("the text of a key is refused wherever it would be stored, and cut out of an endpoint's label", async () => {
  const api = asOperator(server, server.rootKey);
  const { key, id } = await api.createKey(tenantId);
  namesField(await create({ name: `old ${key}` }), "/name");
  namesField(await create({ metadata: { note: key } }), "/metadata/note");
  const revoke = { method: "DELETE", path: `${keysPath}/${id}`, key: server.rootKey };
  namesField(await server.call({ ...revoke, body: { reason: `leaked ${key}` } }), "/reason");
  expect((await api.verify(key, { endpoint: `/v1/emails?key=${key}` })).code).toBe("VALID");
  const usage = await api.must(200, { path: `${keysPath}/${id}/usage` });
  expect(usage.endpoints).toEqual([{ endpoint: "/v1/emails?key=pm_live_…", requests: 1 }]);
});

it("If-Match guards tenants and rotation as it guards keys", async () => {
  const stale = { "if-match": '"999"' };
  const tenantPath = `/api/v1/platform/tenants/${tenantId}`;
  isProblem(await server.call({ method: "PATCH", path: tenantPath, key: server.rootKey, body: { name: "x" }, headers: stale }), 412, "PRECONDITION_FAILED");
  isProblem(
    await server.call({ method: "POST", path: `${keysPath}/${keyId}/regenerate`, key: server.rootKey, body: {}, headers: stale }),
    412,
    "PRECONDITION_FAILED",
  );
});

it("a gateway's policy that is empty, or behind a slash, does not become a weaker one", async () => {
  const { key } = await asOperator(server, server.rootKey).createKey(tenantId);
  const door = (path: string) =>
    server.call({ path: `/api/v1/forward-auth${path}`, headers: { "x-keywright-root-key": server.rootKey ?? "", "x-api-key": key } });
  expect((await door("?scopes=send_email")).status).toBe(200);
  expect((await door("?scopes=")).status).toBe(400);
  expect((await door("?scopes=read_analytics")).status).toBe(403);
  expect((await door("/?scopes=read_analytics")).status).toBe(403);
});

describe("a body that is no request", () => {
  const post = (body: unknown, headers: Record<string, string> = {}) => server.call({ method: "POST", path: keysPath, key: server.rootKey, body, headers });

  it("of 1 MB is refused unread", async () => {
    isProblem(await post(JSON.stringify({ name: "x".repeat(1_000_000) })), 413, "BODY_TOO_LARGE");
  });

  it("that is not UTF-8, not JSON, not an object, or of another type", async () => {
    isProblem(await post(Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])), 400, "INVALID_JSON");
    isProblem(await post("{"), 400, "INVALID_JSON");
    isProblem(await post("[]"), 400, "INVALID_REQUEST");
    isProblem(await post("name=k", { "content-type": "application/x-www-form-urlencoded" }), 415, "UNSUPPORTED_MEDIA_TYPE");
  });

  it("that carries a prototype or a lone surrogate", async () => {
    expect((await post('{"__proto__":{"admin":true},"name":"k","scopes":["send_email"]}')).status).toBe(400);
    expect((await post(`{"tenant_id":"${tenantId}","name":"\\ud800","scopes":["send_email"]}`)).status).toBe(400);
    expect((await post(`{"tenant_id":"${tenantId}","name":"k","scopes":["send_email"],"metadata":{"a":"\\ud800"}}`)).status).toBe(400);
    expect((await post(`{"tenant_id":"${tenantId}","name":"k","scopes":["send_email"],"metadata":{"a":"\\u0000"}}`)).status).toBe(400);
  });
});

describe("a credential that is wrong", () => {
  const list = (call: Partial<Call>) => server.call({ path: `${keysPath}?tenant_id=${tenantId}`, ...call });

  it("is refused with a challenge: none, malformed, another scheme, unknown, too long", async () => {
    const none = await list({});
    isProblem(none, 401, "UNAUTHENTICATED");
    expect(none.headers["www-authenticate"]).toMatch(/^Bearer realm="[^"]+"$/);
    const unknown = await list({ key: "pm_root_00000000000000000000000000000000" });
    isProblem(unknown, 401, "INVALID_CREDENTIAL");
    expect(unknown.headers["www-authenticate"]).toContain('error="invalid_token"');
    expect((await list({ headers: { authorization: "Bearer" } })).status).toBe(400);
    expect((await list({ headers: { authorization: "Basic YTpi" } })).status).toBe(400);
    expect((await list({ key: "x".repeat(5_000) })).status).toBe(401);
  });

  it("twice, or in the query, is a bad request", async () => {
    isProblem(await list({ key: server.rootKey, headers: { "x-api-key": server.rootKey ?? "" } }), 400, "TWO_CREDENTIALS");
    isProblem(await server.call({ path: `${keysPath}?tenant_id=${tenantId}&api_key=${strangerKey}`, key: server.rootKey }), 400, "CREDENTIAL_IN_QUERY");
    isProblem(await server.call({ path: `${keysPath}?q=${strangerKey}`, key: server.rootKey }), 400, "CREDENTIAL_IN_QUERY");
  });

  it("of another tenant sees nothing, by id, list or tenant", async () => {
    isProblem(await server.call({ path: `${keysPath}/${keyId}`, key: strangerKey }), 404, "NOT_FOUND");
    isProblem(await server.call({ method: "DELETE", path: `${keysPath}/${keyId}`, key: strangerKey }), 404, "NOT_FOUND");
    isProblem(await server.call({ method: "PATCH", path: `${keysPath}/${keyId}`, key: strangerKey, body: { name: "mine" } }), 404, "NOT_FOUND");
    isProblem(await server.call({ path: `${keysPath}/${keyId}/usage`, key: strangerKey }), 404, "NOT_FOUND");
    isProblem(await server.call({ path: `${keysPath}?tenant_id=${tenantId}`, key: strangerKey }), 404, "NOT_FOUND");
    isProblem(await server.call({ path: `/api/v1/platform/tenants/${tenantId}`, key: strangerKey }), 403, "PERMISSION_DENIED");
    isProblem(await server.call({ method: "POST", path: "/api/v1/verify", key: strangerKey, body: { key: strangerKey } }), 403, "PERMISSION_DENIED");
    const log = await asOperator(server, strangerKey)
      .must(200, { path: `/api/v1/platform/audit-log?tenant_id=${tenantId}` })
      .catch(() => ({ data: [] }));
    expect(log.data.every((entry: { tenant_id: string }) => entry.tenant_id !== tenantId)).toBe(true);
  });
});

describe("a list", () => {
  it("refuses a cursor that was tampered with, or that belongs to other filters", async () => {
    const api = asOperator(server, server.rootKey);
    for (let i = 0; i < 3; i++) await api.createKey(tenantId, { name: `page ${i}` });
    const { next_cursor } = await api.must(200, { path: `${keysPath}?tenant_id=${tenantId}&limit=1` });
    const at = (cursor: string, filters = `tenant_id=${tenantId}`) =>
      server.call({ path: `${keysPath}?${filters}&limit=1&cursor=${cursor}`, key: server.rootKey });
    expect((await at(next_cursor)).status).toBe(200);
    for (let i = 0; i < next_cursor.length; i += 7) {
      const other = next_cursor[i] === "A" ? "B" : "A";
      isProblem(await at(next_cursor.slice(0, i) + other + next_cursor.slice(i + 1)), 400, "INVALID_CURSOR");
    }
    isProblem(await at(next_cursor, `tenant_id=${tenantId}&status=active`), 400, "INVALID_CURSOR");
    isProblem(await at("nonsense"), 400, "INVALID_CURSOR");
  });

  it("refuses an unknown, repeated or bad parameter", async () => {
    for (const [query, pointer] of [
      ["limit=0", "/limit"],
      ["limit=101", "/limit"],
      ["limit=ten", "/limit"],
      ["status=dead", "/status"],
      ["colour=red", "/colour"],
      ["status=active&status=revoked", "/status"],
    ]) {
      namesField(await server.call({ path: `${keysPath}?tenant_id=${tenantId}&${query}`, key: server.rootKey }), pointer ?? "");
    }
  });

  it("pages through everything once, while keys are being made", async () => {
    const api = asOperator(server, server.rootKey);
    const tenant = await api.createTenant();
    const before = [];
    for (let i = 0; i < 7; i++) before.push((await api.createKey(tenant.id, { name: `old ${i}` })).id);
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page: { data: { id: string }[]; next_cursor: string | null } = await api.must(200, {
        path: `${keysPath}?tenant_id=${tenant.id}&limit=2${cursor === null ? "" : `&cursor=${cursor}`}`,
      });
      seen.push(...page.data.map(({ id }) => id));
      cursor = page.next_cursor;
      await api.createKey(tenant.id, { name: "meanwhile" });
    } while (cursor !== null);
    expect(seen).toEqual(before.toReversed());
  });
});

it("paths, methods and ids that do not exist are told apart", async () => {
  isProblem(await server.call({ path: "/api/v1/nothing", key: server.rootKey }), 404, "NO_SUCH_ENDPOINT");
  const put = await server.call({ method: "PUT", path: keysPath, key: server.rootKey, body: {} });
  isProblem(put, 405, "METHOD_NOT_ALLOWED");
  expect(put.headers.allow).toMatch(/GET/);
  isProblem(await server.call({ path: `${keysPath}/key_${"0".repeat(22)}`, key: server.rootKey }), 404, "NOT_FOUND");
  expect((await server.call({ path: `${keysPath}/nonsense`, key: server.rootKey })).status).toBe(400);
});

it("nothing that was logged looks like a key", () => {
  expect(server.out.errors).not.toMatch(/[a-z]+_(?:live|test|root)_[0-9A-Za-z]{20}/);
});
