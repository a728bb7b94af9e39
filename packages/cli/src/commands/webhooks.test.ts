import type { Delivery, Webhook } from "@keywright/contract";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type CliResult, runCli } from "../testing/run-cli.ts";
import { ids } from "../testing/samples.ts";
import { type StubApi, startStubApi } from "../testing/stub-api.ts";

const path = "/api/v1/platform/webhooks";
const webhookId = `whk_${"0".repeat(21)}6`;
const deliveryId = `dlv_${"0".repeat(21)}7`;
const time = "2030-01-01T10:00:00.123Z";

const webhook: Webhook = {
  id: webhookId,
  tenant_id: ids.tenant,
  url: "https://hooks.example.com/in",
  description: "",
  events: ["key.created", "key.revoked"],
  status: "disabled",
  disabled_reason: "failing",
  failures: 12,
  failing_since: time,
  paused_until: null,
  previous_secret_until: null,
  created_at: time,
  updated_at: time,
};
const delivery: Delivery = {
  id: deliveryId,
  webhook_id: webhookId,
  event_id: "evt_1",
  type: "key.created",
  status: "pending",
  attempts: 2,
  next_attempt_at: time,
  created_at: time,
  last_attempt_at: time,
  last_status: 500,
  last_problem: "The target answered 500.",
  last_answer: "",
};

let api: StubApi;

beforeEach(async () => {
  api = await startStubApi();
});

afterEach(() => api.close());

const cli = (line: string | readonly string[]): Promise<CliResult> => runCli(line, { env: api.env });

describe("webhooks", () => {
  it("create and rotate-secret show the secret, once", async () => {
    api.serve({ [`POST ${path}`]: [201, { ...webhook, secret: "whsec_A" }], [`POST ${path}/${webhookId}/rotate-secret`]: { ...webhook, secret: "whsec_B" } });
    const created = await cli(`webhooks create --tenant ${ids.tenant} --target https://hooks.example.com/in --event key.created,key.revoked`);
    expect([created.code, created.out, created.err]).toEqual([0, expect.stringMatching(/^Secret +whsec_A$/m), expect.stringContaining("shown once")]);
    expect((await cli(`webhooks rotate-secret ${webhookId}`)).out).toMatch(/^Secret +whsec_B$/m);
    const body = { url: "https://hooks.example.com/in", events: ["key.created", "key.revoked"], tenant_id: ids.tenant };
    expect(api.asked()).toEqual([[`POST ${path}`, body], [`POST ${path}/${webhookId}/rotate-secret`]]);
  });

  it("list and get show how they fare", async () => {
    api.serve({ [`GET ${path}`]: { data: [webhook], next_cursor: null }, [`GET ${path}/${webhookId}`]: webhook });
    expect((await cli(`webhooks list --tenant ${ids.tenant}`)).out).toContain(`${webhookId}  disabled  12        key.created, key.revoked`);
    expect((await cli(`webhooks get ${webhookId}`)).out).toMatch(/^Failures +12 since 2030-01-01T10:00:00Z$/m);
  });

  it("update sends what was said alone", async () => {
    api.serve({ [`PATCH ${path}/${webhookId}`]: { ...webhook, status: "active" } });
    expect((await cli(["webhooks", "update", webhookId, "--status", "active", "--event", "*"])).out).toMatch(/^Status +active$/m);
    expect((await cli(`webhooks update ${webhookId} --status off`)).code).toBe(2);
    expect((await cli(`webhooks update ${webhookId} --event key.flown`)).err).toContain('There is no event "key.flown"');
    expect(api.asked()).toEqual([[`PATCH ${path}/${webhookId}`, { events: ["*"], status: "active" }]]);
  });

  it("delete must be confirmed, and --dry-run only looks", async () => {
    api.serve({ [`GET ${path}/${webhookId}`]: webhook, [`DELETE ${path}/${webhookId}`]: { id: webhookId, status: "deleted" } });
    expect((await cli(`webhooks delete ${webhookId}`)).code).toBe(2);
    expect((await cli(`webhooks delete ${webhookId} --dry-run`)).out).toContain("Nothing was changed.");
    expect((await cli(`webhooks delete ${webhookId} --yes`)).out).toMatch(/^Status +deleted$/m);
    expect(api.asked()).toEqual([[`GET ${path}/${webhookId}`], [`DELETE ${path}/${webhookId}`]]);
  });

  it("test, deliveries and replay show what came of events", async () => {
    const deliveries = `${path}/${webhookId}/deliveries`;
    api.serve({
      [`POST ${path}/${webhookId}/test`]: [201, { ...delivery, type: "webhook.test", last_problem: null, last_status: null, last_attempt_at: null }],
      [`GET ${deliveries}`]: { data: [delivery], next_cursor: null },
      [`POST ${deliveries}/${deliveryId}/replay`]: delivery,
    });
    expect((await cli(`webhooks test ${webhookId}`)).out).toContain("webhook.test");
    expect((await cli(`webhooks deliveries ${webhookId} --status pending`)).out).toContain("The target answered 500.");
    expect((await cli(`webhooks replay ${webhookId} ${deliveryId}`)).out).toContain(deliveryId);
    expect(api.asked()).toEqual([[`POST ${path}/${webhookId}/test`], [`GET ${deliveries}?status=pending`], [`POST ${deliveries}/${deliveryId}/replay`]]);
  });
});
