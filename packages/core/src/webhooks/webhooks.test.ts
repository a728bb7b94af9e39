import { describe, expect, it } from "vitest";
import { createMemoryMailer } from "../memory/memory-mailer.ts";
import type { WebhookAnswer, WebhookMessage } from "../ports/webhook-sender.ts";
import { openCore, operator } from "../testing/open-core.ts";
import { createRows } from "../testing/store-rows.ts";
import { createCourier } from "./courier.ts";
import { dispatchEvents, listDeliveries, replayDelivery, testWebhook } from "./deliveries.ts";
import { tellDisabledWebhooks } from "./disabled-mail.ts";
import { createWebhook, deleteWebhook, getWebhook, listWebhooks, rotateWebhookSecret, updateWebhook } from "./webhooks.ts";

const rows = createRows();
const page = { limit: 50, after: null };
const hourMs = 3_600_000;

/** A core whose webhooks answer what the test says. */
const open = async () => {
  const core = await openCore();
  const sent: WebhookMessage[] = [];
  const target: { answer: (message: WebhookMessage) => WebhookAnswer | Promise<WebhookAnswer> } = {
    answer: () => ({ status: 200, retryAfterSeconds: null, text: "ok" }),
  };
  const webhookSender = {
    refusalOf: (url: string) => (url.startsWith("https://") ? undefined : "must begin with https://"),
    secretOf: (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString("base64")}`,
    send: async (message: WebhookMessage) => {
      sent.push(message);
      return target.answer(message);
    },
    post: async () => ({ status: 200, retryAfterSeconds: null, text: "ok" }),
  };
  const failures: unknown[] = [];
  const deps = { ...core, webhookSender, onFailure: (error: unknown) => failures.push(error) };
  const courier = createCourier(deps);
  const run = async (): Promise<number> => {
    await dispatchEvents(deps);
    const started = await courier.tick();
    await courier.idle();
    return started;
  };
  const tenant = rows.tenant();
  await core.store.tenants.insert(tenant);
  const make = (fields: { readonly url?: string; readonly events?: readonly string[]; readonly tenantId?: string } = {}) =>
    createWebhook(deps, {
      actor: operator,
      tenantId: tenant.row.id,
      url: "https://hooks.example.com/in?token=hidden",
      events: ["*"],
      description: "",
      idempotency: null,
      ...fields,
    });
  const tell = async (tenantId: string | null = tenant.row.id): Promise<string> => {
    const event = { id: rows.id("evt"), type: "key.created", tenantId, atMs: 1, dueAtMs: 1, data: { id: "key_1" }, count: null } as const;
    await core.store.outbox.add([event]);
    return event.id;
  };
  const log = async (webhookId: string) => (await listDeliveries(deps, { actor: operator, filter: { webhookId }, page })).items;
  return { ...deps, courier, run, sent, target, failures, make, tell, log, tenantId: tenant.row.id };
};

/** Whatever was started has come as far as it can by itself. */
const begun = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const refuses =
  (status: number, retryAfterSeconds: number | null = null) =>
  (): WebhookAnswer => ({ status, retryAfterSeconds, text: "no" });

describe("a webhook", () => {
  it("is made with a secret that is shown once, and rests in the secret store alone", async () => {
    const core = await open();
    const { webhook, secret } = await core.make();
    expect(Buffer.from(secret.replace("whsec_", ""), "base64")).toHaveLength(32);
    expect((await core.secretStore.read(`keywright/webhooks/${webhook.id}`))?.data["current"]).toBe(secret);
    expect(JSON.stringify(await core.store.webhooks.find(webhook.id))).not.toContain(secret);
    const [entry] = (await core.store.audit.list({ targetId: webhook.id }, page)).items;
    expect(entry).toMatchObject({ action: "webhook.created", after: { host: "hooks.example.com" } });
    expect(JSON.stringify(entry)).not.toContain("hidden");
    expect(await getWebhook(core, operator, webhook.id)).toEqual(webhook);
    expect((await listWebhooks(core, { actor: operator, tenantId: core.tenantId, page })).items).toEqual([webhook]);
    await deleteWebhook(core, operator, webhook.id);
    expect(await core.secretStore.read(`keywright/webhooks/${webhook.id}`)).toBeUndefined();
    await expect(getWebhook(core, operator, webhook.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("is refused where its address is, where there is no such tenant, and where there are twenty", async () => {
    const core = await open();
    await expect(core.make({ url: "http://hooks.example.com/" })).rejects.toMatchObject({ code: "INVALID_REQUEST", fields: [{ pointer: "/url" }] });
    await expect(core.make({ tenantId: "ten_none" })).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await core.secretStore.list("keywright/webhooks")).toEqual([]);
    for (let made = 0; made < 20; made++) await core.make();
    await expect(core.make()).rejects.toMatchObject({ code: "WEBHOOK_LIMIT_REACHED" });
    const [first] = (await listWebhooks(core, { actor: operator, tenantId: core.tenantId, page })).items;
    const change = { url: "http://10.0.0.1/" };
    await expect(updateWebhook(core, { actor: operator, webhookId: first?.id ?? "", change })).rejects.toMatchObject({ code: "INVALID_REQUEST" });
  });

  it("of another tenant is not there", async () => {
    const core = await open();
    const { webhook } = await core.make();
    const actor = { ...operator, type: "member", tenantId: "ten_other" } as const;
    for (const attempt of [
      () => getWebhook(core, actor, webhook.id),
      () => deleteWebhook(core, actor, webhook.id),
      () => rotateWebhookSecret(core, actor, webhook.id),
      () => testWebhook(core, actor, webhook.id),
      () => updateWebhook(core, { actor, webhookId: webhook.id, change: { events: [] } }),
      () => listDeliveries(core, { actor, filter: { webhookId: webhook.id }, page }),
      () => replayDelivery(core, { actor, webhookId: webhook.id, deliveryId: "dlv_1" }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("signs with the old secret too for a day after a rotation", async () => {
    const core = await open();
    const { webhook, secret } = await core.make();
    const rotated = await rotateWebhookSecret(core, operator, webhook.id);
    expect(rotated.webhook.previousSecretUntilMs).toBe(core.clock.nowMs() + 24 * hourMs);
    await testWebhook(core, operator, webhook.id);
    await core.run();
    expect(core.sent[0]?.secrets).toEqual([rotated.secret, secret]);
    core.advance(24 * hourMs);
    await testWebhook(core, operator, webhook.id);
    await core.run();
    expect(core.sent[1]?.secrets).toEqual([rotated.secret]);
  });
});

describe("an event", () => {
  it("goes to each webhook of its tenant that listens, and to the operator's", async () => {
    const core = await open();
    const [all, one] = [await core.make(), await core.make({ events: ["key.created"] })];
    await core.make({ events: ["key.revoked"] });
    const everybodys = await createWebhook(core, {
      actor: operator,
      tenantId: undefined,
      url: "https://op.example.com/",
      events: ["*"],
      description: "",
      idempotency: null,
    });
    const [own, foreign] = [await core.tell(), await core.tell("ten_other")];
    await core.run();
    expect((await core.log(all.webhook.id)).map(({ eventId, state }) => [eventId, state])).toEqual([[own, "delivered"]]);
    expect(await core.log(one.webhook.id)).toHaveLength(1);
    expect((await core.log(everybodys.webhook.id)).map(({ eventId }) => eventId).sort()).toEqual([own, foreign].sort());
    expect(await core.run()).toBe(0);
    expect(core.failures).toEqual([]);
  });

  it("that fails is tried ten times over three days, under one id, and given up then", async () => {
    const core = await open();
    const { webhook } = await core.make();
    core.target.answer = refuses(500);
    const id = await core.tell();
    const startMs = core.clock.nowMs();
    const attempts: number[] = [];
    for (let step = 0; step < 200 && (await core.log(webhook.id))[0]?.state !== "failed"; step++) {
      if ((await core.run()) > 0) attempts.push(core.clock.nowMs() - startMs);
      // Its webhook would be disabled after three days; here the schedule is looked at.
      const now = await core.store.webhooks.find(webhook.id);
      if (now !== undefined) await core.store.webhooks.update({ ...now, state: "active", failingSinceMs: null, pausedUntilMs: 0 });
      core.advance(((await core.log(webhook.id))[0]?.nextAtMs ?? 0) - core.clock.nowMs());
    }
    const leastMs = [0, 5_000, 300_000, 1_800_000, 2 * hourMs, 5 * hourMs, 10 * hourMs, 14 * hourMs, 20 * hourMs, 24 * hourMs];
    expect(attempts).toHaveLength(leastMs.length);
    attempts.forEach((atMs, index) => {
      const pauseMs = atMs - (attempts[index - 1] ?? 0);
      expect(pauseMs).toBeGreaterThanOrEqual(leastMs[index] ?? 0);
      expect(pauseMs).toBeLessThanOrEqual((leastMs[index] ?? 0) * 1.1 + 1);
    });
    expect(new Set(core.sent.map((message) => message.id))).toEqual(new Set([id]));
    expect((await core.log(webhook.id))[0]).toMatchObject({ attempts: 10, lastStatus: 500, lastProblem: "The target answered 500.", lastAnswer: "no" });
  });

  it("comes again when the target says, and is told of a redirect", async () => {
    const core = await open();
    const { webhook } = await core.make();
    core.target.answer = refuses(429, 3_600);
    await core.tell();
    await core.run();
    expect((await core.log(webhook.id))[0]?.nextAtMs).toBe(core.clock.nowMs() + hourMs);
    core.advance(hourMs);
    core.target.answer = refuses(302);
    await core.run();
    expect((await core.log(webhook.id))[0]?.lastProblem).toContain("redirects (302)");
  });

  it("is replayed under the same id, with all its retries", async () => {
    const core = await open();
    const { webhook } = await core.make();
    const id = await core.tell();
    await core.run();
    const [delivered] = await core.log(webhook.id);
    const replay = { actor: operator, webhookId: webhook.id, deliveryId: delivered?.id ?? "" };
    expect(await replayDelivery(core, replay)).toMatchObject({ state: "pending", attempts: 0 });
    await core.run();
    expect(core.sent.map((message) => message.id)).toEqual([id, id]);
    await updateWebhook(core, { actor: operator, webhookId: webhook.id, change: { state: "disabled" } });
    await expect(replayDelivery(core, replay)).rejects.toMatchObject({ code: "WEBHOOK_DISABLED" });
    await expect(replayDelivery(core, { ...replay, deliveryId: "dlv_none" })).rejects.toMatchObject({ code: "WEBHOOK_DISABLED" });
  });

  it("whose attempt was cut off is sent again when its lease has ended", async () => {
    const core = await open();
    const { webhook } = await core.make();
    const id = await core.tell();
    core.target.answer = () => Promise.reject(new Error("killed"));
    await core.run();
    expect(core.failures).toHaveLength(1);
    core.target.answer = refuses(200);
    expect(await core.run()).toBe(0);
    core.advance(30_000);
    await core.run();
    expect(core.sent.map((message) => message.id)).toEqual([id, id]);
    expect((await core.log(webhook.id))[0]).toMatchObject({ state: "delivered", attempts: 2 });
  });
});

describe("a target in trouble", () => {
  it("delays no other: it gets few places, one when it goes on failing, and none while its circuit is open", async () => {
    const core = await open();
    const [dead, well] = [await core.make({ url: "https://dead.example.com/" }), await core.make({ url: "https://well.example.com/" })];
    const hanging: (() => void)[] = [];
    core.target.answer = ({ url }) =>
      url.includes("dead")
        ? new Promise((resolve) => hanging.push(() => resolve({ problem: "The target did not answer in time." })))
        : { status: 200, retryAfterSeconds: null, text: "" };
    for (let made = 0; made < 20; made++) await core.tell();
    await dispatchEvents(core);
    for (let tick = 0; tick < 8; tick++) {
      await core.courier.tick();
      await begun();
    }
    expect((await core.log(well.webhook.id)).every(({ state }) => state === "delivered")).toBe(true);
    expect(hanging).toHaveLength(4);
    for (const end of hanging.splice(0)) end();
    await core.courier.idle();
    await core.courier.tick();
    await begun();
    expect(hanging).toHaveLength(4);
    for (const end of hanging.splice(0)) end();
    await core.courier.idle();
    expect(await getWebhook(core, operator, dead.webhook.id)).toMatchObject({ failures: 8, state: "active" });
    expect(await core.courier.tick()).toBe(0);
    core.advance(5 * 60_000);
    expect(await core.courier.tick()).toBe(1);
    await begun();
    for (const end of hanging.splice(0)) end();
    await core.courier.idle();
    expect(core.failures).toEqual([]);
  });

  it("is disabled after three days without a success; its admins are told once, and it goes on when they say so", async () => {
    const core = await open();
    const { webhook } = await core.make();
    for (const role of ["owner", "admin", "developer"] as const)
      await core.store.members.insert(rows.member(core.tenantId, { role, email: `${role}@example.com` }));
    core.target.answer = refuses(500);
    for (let hour = 0; hour <= 73; hour++) {
      await core.tell();
      await core.run();
      core.advance(hourMs);
    }
    expect(await getWebhook(core, operator, webhook.id)).toMatchObject({ state: "disabled", disabledReason: "failing", isMailDue: true });
    const mailer = createMemoryMailer();
    const tell = () => tellDisabledWebhooks({ ...core, mailer, operatorEmail: "ops@example.com", onUntold: () => {} });
    expect([await tell(), await tell()]).toEqual([1, 0]);
    expect(mailer.sent.map(({ to }) => to).sort()).toEqual(["admin@example.com", "owner@example.com"]);
    expect(JSON.stringify(mailer.sent)).not.toContain("hidden");
    const count = core.sent.length;
    await core.tell();
    await core.run();
    expect(core.sent).toHaveLength(count);
    const actions = (await core.store.audit.list({ targetId: webhook.id }, page)).items.map(({ action }) => action);
    expect(actions).toEqual(["webhook.disabled", "webhook.created"]);
    core.target.answer = refuses(200);
    await updateWebhook(core, { actor: operator, webhookId: webhook.id, change: { state: "active" } });
    core.advance(24 * hourMs);
    expect(await core.run()).toBeGreaterThan(0);
    expect(await getWebhook(core, operator, webhook.id)).toMatchObject({ state: "active", disabledReason: null, failures: 0 });
  });

  it("that says that it is gone is disabled at once, and one success ends a row of failures", async () => {
    const core = await open();
    const { webhook } = await core.make();
    core.target.answer = refuses(500);
    await core.tell();
    await core.run();
    core.target.answer = refuses(200);
    core.advance(6_000);
    await core.run();
    expect(await getWebhook(core, operator, webhook.id)).toMatchObject({ failures: 0, failingSinceMs: null });
    core.target.answer = refuses(410);
    await core.tell();
    await core.run();
    expect(await getWebhook(core, operator, webhook.id)).toMatchObject({ state: "disabled", disabledReason: "gone" });
  });
});
