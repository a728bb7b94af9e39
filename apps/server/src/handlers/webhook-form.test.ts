import type { Webhook } from "@keywright/core";
import { describe, expect, it } from "vitest";
import { toWireWebhook } from "./webhook-form.ts";

const nowMs = 1_800_000_000_000;
const webhook: Webhook = {
  id: "whk_1",
  tenantId: null,
  url: "https://hooks.example.com",
  description: "",
  events: ["*"],
  state: "active",
  format: "standard",
  disabledReason: null,
  previousSecretUntilMs: nowMs + 1,
  failures: 5,
  failingSinceMs: nowMs - 1_000,
  pausedUntilMs: nowMs + 10_000,
  isMailDue: false,
  createdAtMs: nowMs,
  updatedAtMs: nowMs,
};

describe("a webhook on the wire", () => {
  it("says until when its circuit is open, and the former secret signs", () => {
    expect(toWireWebhook(webhook, nowMs)).toMatchObject({
      paused_until: new Date(nowMs + 10_000).toISOString(),
      previous_secret_until: new Date(nowMs + 1).toISOString(),
      failures: 5,
    });
  });

  it("says neither once it is over, nor of a disabled one that its circuit is open", () => {
    expect(toWireWebhook(webhook, nowMs + 10_000)).toMatchObject({ paused_until: null, previous_secret_until: null });
    expect(toWireWebhook({ ...webhook, state: "disabled" }, nowMs).paused_until).toBeNull();
  });
});
