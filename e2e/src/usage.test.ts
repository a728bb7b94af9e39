import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./cluster.ts";
import { asOperator, type Keywright, quickBcrypt, type Reply, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";

let folder: string;
let server: Keywright;
let api: ReturnType<typeof asOperator>;
let tenantId: string;
let keyId: string;
let key: string;
let reader: string;
let strangerKey: string;

const platform = "/api/v1/platform";
const dayMs = 86_400_000;
const day = (offset: number): string => new Date(Date.now() + offset * dayMs).toISOString();
const ask = (path: string, who = server.rootKey): Promise<Reply> => server.call({ method: "GET", path: platform + path, key: who });
const ok = async (path: string, who?: string) => {
  const reply = await ask(path, who);
  expect([path, reply.status, reply.json?.detail]).toEqual([path, 200, undefined]);
  return reply.json;
};
const verify = (fields: object) => server.call({ method: "POST", path: "/api/v1/verify", key: server.rootKey, body: { key, ...fields } });

beforeAll(async () => {
  folder = await copyTemplate("usage");
  server = await startKeywright({ dataDir: folder, env: quickBcrypt, ...known() });
  api = asOperator(server, server.rootKey);
  tenantId = (await api.createTenant()).id;
  ({ id: keyId, key } = await api.createKey(tenantId));
  reader = (await api.createKey(tenantId, { scopes: ["read"] })).key;
  strangerKey = (await api.createKey((await api.createTenant()).id, { scopes: ["admin"] })).key;
  await verify({ endpoint: "/a", method: "POST", ip: "8.8.8.8", user_agent: "curl/8" });
  await verify({ endpoint: "/a", method: "POST", ip: "8.8.8.8", dry_run: true });
  await verify({ endpoint: "=1+1", scopes: ["manage_contacts"], ip: "::ffff:8.8.4.4" });
  await verify({ key: `pm_live_${"x".repeat(32)}` });
});

afterAll(async () => {
  await server.stop();
  await removeFolder(folder);
});

describe("a question about usage that cannot be answered is refused with the field and the limit", () => {
  const cases: [string, string, string, RegExp][] = [
    ["a start in the future", `from=${day(1)}&to=${day(2)}`, "/from", /future/],
    ["an inverted range", `from=${day(-1)}&to=${day(-2)}`, "/from", /before/],
    ["ten years by the day", `from=${day(-3650)}`, "/from", /1500 days/],
    ["ten years by the hour", `from=${day(-3650)}&granularity=hour`, "/from", /1500 hours/],
    ["hours that are no longer kept", `from=${day(-430)}&to=${day(-420)}&granularity=hour`, "/from", /400 days/],
    ["an unknown grouping", "group_by=planet", "/group_by", /key, endpoint, code, environment, country/],
    ["the same grouping twice", "group_by=key,key", "/group_by", /once/],
    ["four groupings", "group_by=key,endpoint,code,environment", "/group_by", /up to 3/],
    ["country beside another", "group_by=country,key", "/group_by", /alone/],
    ["country by the hour", "group_by=country&granularity=hour", "/granularity", /day/],
    ["country of an endpoint", "group_by=country&endpoint=%2Fa", "/endpoint", /country/],
    ["an unknown granularity", "granularity=minute", "/granularity", /hour, day/],
    ["an unknown code", "code=FINE", "/code", /VALID/],
    ["an endpoint of 4 kB", `endpoint=${"e".repeat(4_096)}`, "/endpoint", /1 to 200 characters/],
    ["control characters", "endpoint=%1b", "/endpoint", /control characters/],
    ["a time that is none", "from=yesterday", "/from", /RFC 3339/],
  ];
  it.each(cases)("%s", async (...[, query, pointer, words]) => {
    for (const path of ["/usage", "/usage/export"]) {
      const reply = await ask(`${path}?${query}`);
      expect([reply.status, reply.json.code]).toEqual([400, "INVALID_REQUEST"]);
      expect(reply.json.errors).toEqual(expect.arrayContaining([{ pointer, detail: expect.stringMatching(words) }]));
    }
  });

  it("a range of requests that ends before it begins, or with its beginning", async () => {
    for (const range of [`from=${day(-1)}&to=${day(-2)}`, `from=${day(-1)}&to=${day(-1)}`])
      expect((await ask(`/requests?${range}`)).json.errors).toEqual([{ pointer: "/to", detail: "must be later than from" }]);
  });

  it("a forged cursor, one of another question, and one of another list", async () => {
    const { next_cursor: cursor } = await ok("/usage?group_by=endpoint,code&limit=1");
    expect(cursor).toEqual(expect.any(String));
    const [place = "", mark = ""] = cursor.split(".");
    const forged = Buffer.from(JSON.stringify([1e99, { toString: 1 }])).toString("base64url");
    for (const bad of ["x", `${place}.`, `${forged}.${mark}`, `${place}.${mark.slice(1)}x`, "%00", "A".repeat(4_000)]) {
      expect([bad, (await ask(`/usage?group_by=endpoint,code&cursor=${encodeURIComponent(bad)}`)).json.code]).toEqual([
        bad,
        expect.stringMatching(/^INVALID_/),
      ]);
    }
    expect((await ask(`/usage?group_by=code&cursor=${cursor}`)).json.code).toBe("INVALID_CURSOR");
    expect((await ask(`/requests?cursor=${encodeURIComponent(cursor)}`)).json.code).toBe("INVALID_CURSOR");
  });

  it("another tenant's", async () => {
    for (const path of [`/usage?tenant_id=${tenantId}`, `/usage/export?tenant_id=${tenantId}`, `/api-keys/${keyId}/usage`, `/requests?tenant_id=${tenantId}`])
      expect([path, (await ask(path, strangerKey)).status]).toEqual([path, 404]);
  });
});

describe("usage", () => {
  it("is told apart by each dimension, a page at a time", async () => {
    const by = async (names: string) => (await ok(`/usage?tenant_id=${tenantId}&key_id=${keyId}&group_by=${names}`)).groups;
    expect(await by("key")).toEqual([{ key_id: keyId, requests: 2, errors: 1 }]);
    expect(await by("environment")).toEqual([{ environment: "live", requests: 2, errors: 1 }]);
    expect(await by("endpoint,code")).toEqual([
      { endpoint: "=1+1", code: "INSUFFICIENT_SCOPE", requests: 1, errors: 1 },
      { endpoint: "POST /a", code: "VALID", requests: 1, errors: 0 },
    ]);
    const first = await ok(`/usage?key_id=${keyId}&group_by=endpoint&limit=1`);
    const second = await ok(`/usage?key_id=${keyId}&group_by=endpoint&limit=1&cursor=${first.next_cursor}`);
    expect([...first.groups, ...second.groups].map((group: { endpoint: string }) => group.endpoint)).toEqual(["=1+1", "POST /a"]);
    expect(second.next_cursor).toBeNull();
  });

  it("has the countries of what the request log has recorded", async () => {
    await ok(`/requests?tenant_id=${tenantId}`);
    expect((await ok(`/usage?tenant_id=${tenantId}&group_by=country`)).groups).toEqual([{ country: "US", requests: 2, errors: 0 }]);
  });

  it("is exported as CSV that no spreadsheet runs, and as JSON", async () => {
    const csv = await ask(`/usage/export?format=csv&tenant_id=${tenantId}&group_by=endpoint,code`);
    expect(csv.headers["content-type"]).toBe("text/csv; charset=utf-8");
    const today = new Date(Math.floor(Date.now() / dayMs) * dayMs).toISOString();
    expect(csv.text).toBe(`start,endpoint,code,requests,errors\n${today},'=1+1,INSUFFICIENT_SCOPE,1,1\n${today},POST /a,VALID,1,0\n`);
    const { data } = await ok(`/usage/export?tenant_id=${tenantId}`);
    expect(data).toEqual([{ start: today, requests: 2, errors: 1 }]);
    expect((await ok(`/usage/export?tenant_id=${tenantId}&from=${day(-9)}&to=${day(-8)}`)).data).toEqual([]);
  });

  it("is reported by the middleware, each batch once, and refused whole where an entry is wrong", async () => {
    const entry = { key_id: keyId, endpoint: "POST /a", status: "2xx", requests: 3, latency_ms: 40, latencies: [1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] };
    const report = (body: object, who = server.rootKey) => server.call({ method: "POST", path: "/api/v1/usage/responses", key: who, body });
    const batch = { batch_id: "0123456789abcdef", responses: [entry, { ...entry, key_id: `key_${"0".repeat(22)}` }] };
    expect((await report(batch)).json).toEqual({ status: "counted", ignored: 1 });
    expect((await report(batch)).json).toEqual({ status: "repeated", ignored: 0 });
    for (const [wrong, pointer] of [
      [{ latencies: [3] }, "/responses/1/latencies"],
      [{ requests: 4 }, "/responses/1/latencies"],
      [{ at: day(1) }, "/responses/1/at"],
      [{ at: day(-3) }, "/responses/1/at"],
      [{ status: "6xx" }, "/responses/1/status"],
      [{ endpoint: "e".repeat(4_096) }, "/responses/1/endpoint"],
      [{ endpoint: "a\u0000" }, "/responses/1/endpoint"],
    ] as const) {
      const reply = await report({ batch_id: "fedcba9876543210", responses: [entry, { ...entry, ...wrong }] });
      expect([pointer, reply.status, reply.json.errors[0].pointer]).toEqual([pointer, 400, pointer]);
    }
    expect((await report(batch, reader)).status).toBe(403);
    const { responses } = await ok(`/api-keys/${keyId}/usage`);
    expect(responses).toEqual({ requests: 3, statuses: { "2xx": 3 }, latency_ms: { mean: 40 / 3, p50: 10, p90: 10, p99: 10 } });
  });

  it("tells 200 endpoints apart, and counts a flood of others as one", async () => {
    const { id, key: flooded } = await api.createKey(tenantId);
    for (let batch = 0; batch < 5; batch++) {
      const requests = Array.from({ length: 100 }, (_, index) => ({ key: flooded, endpoint: `/flood/${batch}/${index}` }));
      await server.call({ method: "POST", path: "/api/v1/verify/batch", key: server.rootKey, body: { requests } });
    }
    const endpoints = new Map<string, number>();
    for (let cursor = ""; ; ) {
      const page = await ok(`/api-keys/${id}/usage?group_by=endpoint&limit=100${cursor}`);
      for (const group of page.groups) endpoints.set(group.endpoint, group.requests);
      if (page.next_cursor === null) break;
      cursor = `&cursor=${page.next_cursor}`;
    }
    expect([endpoints.size, endpoints.get("other")]).toEqual([201, 300]);
  });
});

describe("the request log", () => {
  it("says why a request was refused, with the figures that it went by, and never a key", async () => {
    const refused = await verify({ endpoint: "/b", scopes: ["manage_contacts"], ip: "192.0.2.7" });
    const id = refused.headers["x-request-id"];
    const told = await ask(`/requests/${id}`, reader);
    expect(told.json).toMatchObject({ id, tenant_id: tenantId, key_id: keyId, code: "INSUFFICIENT_SCOPE", ip: "192.0.2.7", endpoint: "/b" });
    const results = told.json.trace.map(({ check, result }: { check: string; result: string }) => `${check} ${result}`);
    expect(results).toEqual([
      ...["format", "key", "state", "expiry", "tenant", "address"].map((check) => `${check} passed`),
      "scopes refused",
      "rate_limit not_reached",
      "quota not_reached",
    ]);
    expect(told.json.trace[6].figures).toEqual({ needed: "manage_contacts", missing: "manage_contacts" });
    expect((await ask(`/requests/${id}`, strangerKey)).status).toBe(404);
    expect((await ask(`/requests/req_${"0".repeat(26)}`)).status).toBe(404);
    expect((await ask("/requests/nonsense")).json.errors[0].pointer).toBe("/request_id");
    const limited = await api.createKey(tenantId, { rate_limit: { limit: 1, window_seconds: 3_600 } });
    const body = { requests: [{ key: limited.key }, { key: limited.key }] };
    const both = await server.call({ method: "POST", path: "/api/v1/verify/batch", key: server.rootKey, body });
    const second = await ok(`/requests/${both.headers["x-request-id"]}.2`);
    expect(second.code).toBe("RATE_LIMITED");
    expect(second.trace[7]).toMatchObject({ result: "refused", figures: { cost: 1, key_limit: 1, key_remaining: 0, key_window_seconds: 3_600 } });
    const whole = JSON.stringify((await ok("/requests?limit=100")).data);
    for (const text of [key, limited.key, reader]) expect(whole).not.toContain(text.slice(8));
  });

  it("is searched, shows a tenant its own, and operators what no key was recognised of", async () => {
    const find = async (query: string, who?: string) => (await ok(`/requests?${query}`, who)).data;
    expect(await find(`key_id=${keyId}&q=CURL`, reader)).toMatchObject([{ endpoint: "POST /a", code: "VALID", ip: "8.8.8.8", user_agent: "curl/8" }]);
    expect((await find("refused=true&limit=100")).map(({ code }: { code: string }) => code)).toContain("MALFORMED");
    expect(await find("refused=true&limit=100", strangerKey)).toEqual([]);
    expect(await find(`from=${day(1)}`)).toEqual([]);
    const { kept, skipped } = await ok("/requests", reader);
    expect(kept).toBeGreaterThan(3);
    // The flood of 500 in a moment is counted, and most of it not kept; and the log says so.
    expect(skipped).toBeGreaterThan(0);
  });
});

describe("the stream of verdicts", () => {
  const watch = async (path: string, who: string) => {
    const request = get(`${server.base}${platform}/requests/stream${path}`, { headers: { authorization: `Bearer ${who}` } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const state = { text: "" };
    response.setEncoding("utf8").on("data", (chunk: string) => {
      state.text += chunk;
    });
    response.on("error", () => {});
    const seconds = () => [...state.text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? "")).filter(({ type }) => type === "verdicts");
    return { status: response.statusCode, seconds, close: () => request.destroy() };
  };

  it("counts all, shows some, and says that it does", async () => {
    const { id, key: busy } = await api.createKey(tenantId);
    const [all, one, strange] = [await watch("", reader), await watch(`?tenant_id=${tenantId}&key_id=${id}`, reader), await watch("", strangerKey)];
    const requests = Array.from({ length: 100 }, () => ({ key: busy }));
    for (let batch = 0; batch < 3; batch++) await server.call({ method: "POST", path: "/api/v1/verify/batch", key: server.rootKey, body: { requests } });
    await verify({ scopes: ["manage_contacts"] });
    const sum = (seconds: readonly { requests: number }[]) => seconds.reduce((total, second) => total + second.requests, 0);
    // The reader's own calls are counted too.
    await until("all are counted", async () => (sum(all.seconds()) >= 301 && sum(one.seconds()) === 300 ? true : undefined));
    const isShown = () => all.seconds().some(({ shown }) => shown.some(({ code }: { code: string }) => code === "INSUFFICIENT_SCOPE"));
    await until("the refusal is shown", async () => (isShown() ? true : undefined));
    expect(one.seconds().some(({ is_sampled: isSampled }) => isSampled)).toBe(true);
    expect(Math.max(...all.seconds().map((second) => second.shown.length))).toBeLessThanOrEqual(100);
    expect(strange.seconds().flatMap((second) => second.shown)).toEqual([]);
    for (const stream of [all, one, strange]) stream.close();
  });

  it("is refused without a tenant, and without the right", async () => {
    expect((await ask("/requests/stream")).json.errors[0].pointer).toBe("/tenant_id");
    expect((await ask(`/requests/stream?tenant_id=${tenantId}`, strangerKey)).status).toBe(404);
    expect((await ask(`/requests/stream?tenant_id=${tenantId}`, key)).status).toBe(403);
  });
});
