import { expect, it } from "vitest";
import { createMemoryMailer } from "../memory/memory-mailer.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import type { Webhook } from "../model/webhook.ts";
import { sha256 } from "../testing/sha256.ts";
import { tellDisabledWebhooks } from "./disabled-mail.ts";

const disabled: Webhook = {
  id: "whk_1",
  tenantId: null,
  format: "standard",
  url: "https://hooks.example.com/in?token=hidden",
  description: "",
  events: ["*"],
  state: "disabled",
  disabledReason: "gone",
  previousSecretUntilMs: null,
  failures: 1,
  failingSinceMs: 1,
  pausedUntilMs: 0,
  isMailDue: true,
  createdAtMs: 1,
  updatedAtMs: 1,
};

it("tells the operators of their webhook that was disabled at their address, or where they have none, whoever reads the log, once", async () => {
  const store = createMemoryStore(sha256);
  const mailer = createMemoryMailer();
  const untold: string[] = [];
  const tell = (operatorEmail: string | null) => tellDisabledWebhooks({ store, mailer, operatorEmail, onUntold: ({ id }) => untold.push(id) });
  await store.webhooks.insert(disabled);
  expect([await tell(null), await tell(null), untold, mailer.sent]).toEqual([1, 0, ["whk_1"], []]);
  await store.webhooks.update(disabled);
  expect([await tell("ops@example.com"), await tell("ops@example.com"), untold.length]).toEqual([1, 0, 1]);
  expect(mailer.sent.map(({ to, subject }) => [to, subject])).toEqual([["ops@example.com", "Webhook to hooks.example.com disabled"]]);
  expect(JSON.stringify(mailer.sent)).not.toContain("hidden");
});
