import type { Webhook } from "@keywright/contract";
import { describe, expect, it } from "vitest";
import { fromWebhook, toWebhookBody } from "./webhook-form.ts";

const webhook = (events: string[]): Webhook => ({
  id: "whk_1",
  tenant_id: null,
  url: "https://hooks.example.com/in",
  description: "Inventory",
  events,
  status: "active",
  disabled_reason: null,
  failures: 0,
  failing_since: null,
  paused_until: null,
  previous_secret_until: null,
  created_at: "2030-01-01T00:00:00.000Z",
  updated_at: "2030-01-01T00:00:00.000Z",
});

describe("the form of a webhook", () => {
  it.each([[["*"]], [["key.created", "key.revoked"]]])("gives back the events %j that it was filled with", (events) => {
    expect(toWebhookBody(fromWebhook(webhook(events)))).toEqual({ url: "https://hooks.example.com/in", description: "Inventory", events });
  });

  it("sends no events that were ticked before all were chosen, and no spaces around what was typed", () => {
    const typed = { ...fromWebhook(undefined), url: " https://hooks.example.com ", description: " Room ", events: ["key.created" as const] };
    expect(toWebhookBody(typed)).toEqual({ url: "https://hooks.example.com", description: "Room", events: ["*"] });
  });
});
