import { describeWithPostgres } from "@keywright/drivers/testing";
import { verifyWebhook } from "@keywright/sdk";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clusterSettings, until } from "./cluster.ts";
import { asOperator, type Keywright, quickBcrypt, removeFolder, startKeywright } from "./keywright-process.ts";
import { copyTemplate, known } from "./template.ts";
import { type Arrival, openReceiver, type Receiver } from "./webhook-receiver.ts";

const webhooks = "/api/v1/platform/webhooks";
const local = { KEYWRIGHT_WEBHOOK_ALLOW_PRIVATE: "true" };
const patience = { deadlineMs: 90_000, everyMs: 50 };

let receiver: Receiver;
beforeAll(async () => {
  receiver = await openReceiver();
});
afterAll(() => receiver.close());

/** The event of this type about this thing, once it has arrived. */
const arrival = (path: string, type: string, id: string): Promise<Arrival> =>
  until(`${type} of ${id}`, async () => receiver.at(path).find(({ event }) => event.type === type && event.data.id === id), patience);

describe("webhooks", () => {
  let folder: string;
  let server: Keywright;
  let tenantId: string;
  const api = () => asOperator(server, server.rootKey);
  const make = (path: string, fields: object = {}) =>
    api().must(201, { method: "POST", path: webhooks, body: { tenant_id: tenantId, url: receiver.url(path), events: ["*"], ...fields } });
  const remove = (id: string) => api().must(200, { method: "DELETE", path: `${webhooks}/${id}` });
  const deliveriesOf = async (id: string) => (await api().must(200, { path: `${webhooks}/${id}/deliveries` })).data;
  beforeAll(async () => {
    folder = await copyTemplate("webhooks");
    server = await startKeywright({ dataDir: folder, env: { ...quickBcrypt, ...local }, ...known() });
    tenantId = (await api().createTenant()).id;
  });
  afterAll(async () => {
    await server.stop();
    await removeFolder(folder);
  });

  it("tell of a key's life in the order and the format of Standard Webhooks, never of its text", async () => {
    const { id, secret } = await make("/life");
    const key = await api().createKey(tenantId);
    await api().must(200, { method: "PATCH", path: `/api/v1/platform/api-keys/${key.id}`, body: { name: "renamed" } });
    const renewed = await api().must(200, { method: "POST", path: `/api/v1/platform/api-keys/${key.id}/regenerate`, body: {} });
    await api().revoke(key.id, "leaked");
    for (const type of ["key.created", "key.updated", "key.rotated", "key.revoked"]) {
      const { headers, body, event } = await arrival("/life", type, key.id);
      const given = headers as Record<string, string>;
      expect(new StandardWebhook(secret).verify(body, given)).toEqual(event);
      expect(new SvixWebhook(secret).verify(body, given)).toEqual(event);
      expect(await verifyWebhook({ secret, headers, body })).toMatchObject({ id: headers["webhook-id"], type, data: { tenant_id: tenantId } });
      for (const text of [key.key, renewed.key, secret]) expect(body).not.toContain(text);
    }
    expect((await arrival("/life", "key.revoked", key.id)).event.data).toMatchObject({ reason: "leaked", actor: { type: "root_key" } });
    const rotated = await api().must(200, { method: "POST", path: `${webhooks}/${id}/rotate-secret` });
    const test = await api().must(201, { method: "POST", path: `${webhooks}/${id}/test` });
    const { headers, body } = await until("the test", async () => receiver.at("/life").find(({ event }) => event.type === "webhook.test"), patience);
    for (const one of [secret, rotated.secret]) expect(await verifyWebhook({ secret: one, headers, body })).toMatchObject({ id: test.event_id });
    expect(JSON.stringify(await api().must(200, { path: webhooks, key: server.rootKey }))).not.toContain("whsec_");
    await remove(id);
  });

  it("are each tenant's own", async () => {
    const { id } = await make("/own");
    const stranger = await api().createTenant();
    const { key } = await api().createKey(stranger.id, { scopes: ["admin"] });
    for (const [method, path] of [
      ["GET", `${webhooks}/${id}`],
      ["DELETE", `${webhooks}/${id}`],
      ["GET", `${webhooks}/${id}/deliveries`],
      ["POST", `${webhooks}/${id}/test`],
      ["POST", `${webhooks}/${id}/rotate-secret`],
    ] as const)
      expect([path, (await server.call({ method, path, key })).status]).toEqual([path, 404]);
    expect((await server.call({ path: webhooks, key })).json.data).toEqual([]);
    const own = await api().createKey(tenantId);
    await arrival("/own", "key.created", own.id);
    expect(receiver.at("/own").every(({ event }) => event.data.tenant_id === tenantId)).toBe(true);
    await remove(id);
  });

  it("to targets that fail, hang, redirect or stream for ever delay no other, and say what went wrong", async () => {
    receiver.answers["/fails"] = (_request, response) => response.writeHead(500).end("sorry");
    receiver.answers["/hangs"] = () => {};
    receiver.answers["/redirects"] = (_request, response) => response.writeHead(302, { location: receiver.url("/stolen") }).end();
    receiver.answers["/streams"] = (_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", pour);
      pour();
    };
    const made: Record<string, { readonly id: string }> = {};
    for (const path of ["/fails", "/hangs", "/redirects", "/streams", "/well"]) made[path] = await make(path, { events: ["key.created"] });
    const { id } = await api().createKey(tenantId);
    await arrival("/well", "key.created", id);
    const problems: Record<string, string> = {
      "/fails": "The target answered 500.",
      "/redirects": "The target redirects (302), which is not followed.",
    };
    for (const [path, problem] of Object.entries(problems)) {
      const failed = await until(
        path,
        async () => (await deliveriesOf(made[path]?.id ?? "")).find((one: { attempts: number; last_problem: unknown }) => one.last_problem),
        patience,
      );
      expect(failed).toMatchObject({ status: "pending", last_problem: problem });
    }
    await until(
      "the stream",
      async () => (await deliveriesOf(made["/streams"]?.id ?? "")).find((one: { status: string }) => one.status === "delivered"),
      patience,
    );
    expect(receiver.at("/stolen")).toEqual([]);
    for (const { id: webhookId } of Object.values(made)) await remove(webhookId);
  });

  it("that wait when the server stops arrive after its start, under the same id; and again when they are replayed", async () => {
    receiver.answers["/later"] = (_request, response) => response.writeHead(503).end();
    const { id } = await make("/later", { events: ["key.created"] });
    const key = await api().createKey(tenantId);
    const first = await arrival("/later", "key.created", key.id);
    await until("the failure is noted", async () => (await deliveriesOf(id)).find((one: { last_status: number | null }) => one.last_status === 503), patience);
    await server.stop();
    delete receiver.answers["/later"];
    server = await startKeywright({ dataDir: folder, env: { ...quickBcrypt, ...local }, ...known() });
    const delivered = await until("the delivery", async () => (await deliveriesOf(id)).find((one: { status: string }) => one.status === "delivered"), patience);
    const count = receiver.at("/later").length;
    await api().must(200, { method: "POST", path: `${webhooks}/${id}/deliveries/${delivered.id}/replay` });
    await until("the replay", async () => (receiver.at("/later").length > count ? true : undefined), patience);
    expect(new Set(receiver.at("/later").map(({ headers }) => headers["webhook-id"]))).toEqual(new Set([first.headers["webhook-id"]]));
    await remove(id);
  });
}, 180_000);

const killPoint = new URL("./kill-point.mjs", import.meta.url).href;

await describeWithPostgres("a process that is killed in the midst of a change,", (postgres) => {
  it("leaves an event of what was committed, under one id, and none of what was rolled back", async () => {
    const { dataDir, env: engines } = await clusterSettings({ databaseUrl: await postgres().newDatabase() });
    const env = { ...engines, ...local };
    const survivor = await startKeywright({ dataDir, env });
    const { rootKey } = survivor;
    const api = asOperator(survivor, rootKey);
    const tenantId = (await api.createTenant()).id;
    await api.must(201, { method: "POST", path: webhooks, body: { url: receiver.url("/killed"), events: ["key.revoked"] } });
    /** Dies right after this statement of a revocation. */
    const die = async (pattern: string): Promise<{ readonly id: string; readonly status: string }> => {
      const { id } = await api.createKey(tenantId);
      const kill = { NODE_OPTIONS: `--import ${killPoint}`, KILL_PATTERN: pattern, KILL_AFTER: "1" };
      const victim = await startKeywright({ dataDir, env: { ...env, ...kill }, ...(rootKey !== undefined && { rootKey }) });
      victim.process.kill("SIGUSR2");
      await until("the victim is armed", async () => (victim.out.errors.includes("armed") ? true : undefined));
      const call = { method: "DELETE", path: `/api/v1/platform/api-keys/${id}`, key: rootKey, body: { reason: "leaked" } };
      await expect(victim.call(call)).rejects.toThrow();
      expect(await victim.ended()).toMatchObject({ signal: "SIGKILL" });
      return { id, status: (await api.must(200, { path: `/api/v1/platform/api-keys/${id}` })).status };
    };
    const written = '^\\s*insert into "outbox_events';
    const committed = "update announcements set settled_at";
    const ends = await Promise.all([written, committed].map(die));
    expect(ends.map(({ status }) => status)).toEqual(["active", "revoked"]);
    for (const { id, status } of ends) if (status === "revoked") await arrival("/killed", "key.revoked", id);
    const told = receiver.at("/killed").map(({ event }) => event.data.id);
    for (const { id, status } of ends) if (status === "active") expect(told).not.toContain(id);
    const ids = new Map(receiver.at("/killed").map(({ event, headers }) => [event.data.id, headers["webhook-id"]]));
    expect(receiver.at("/killed").every(({ event, headers }) => headers["webhook-id"] === ids.get(event.data.id))).toBe(true);
    await survivor.stop();
    await removeFolder(dataDir);
  }, 180_000);
});
