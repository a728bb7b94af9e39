import type { Delivery } from "@keywright/contract";
import { type Command, Option } from "commander";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownStatus, shownTime } from "../view.ts";

/** What becomes of events on their way to a webhook. */
export const addDeliveries = (webhooks: Command, open: OpenSession): void => {
  for (const add of [addTest, addList, addReplay]) add(webhooks, open);
};

const addTest = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("test")
    .description("Send the event webhook.test to a webhook.")
    .argument("<webhook-id>", "the webhook's id, whk_…")
    .action((webhookId: string) => testWebhook(open(), webhookId));
  addExamples(command, ["keywright webhooks test whk_…"]);
};

const testWebhook = async ({ output, connect }: Session, webhookId: string): Promise<void> => {
  const delivery = await (await connect()).call("test-webhook", { params: { webhook_id: webhookId } });
  output.show(delivery, (paper) => deliveryTable(paper, [delivery]));
};

interface ListOptions extends PagingOptions {
  readonly status?: Delivery["status"];
}

const addList = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("deliveries")
    .description("List what was sent to a webhook, is to be sent, or was given up, newest first.")
    .argument("<webhook-id>", "the webhook's id, whk_…")
    .addOption(new Option("--status <status>", "those of one status").choices(["pending", "delivered", "failed"]));
  addPagingOptions(command).action((webhookId: string, options: ListOptions) => listDeliveries(open(), webhookId, options));
  addExamples(command, ["keywright webhooks deliveries whk_… --status failed"]);
};

const listDeliveries = async ({ output, connect }: Session, webhookId: string, options: ListOptions): Promise<void> => {
  const client = await connect();
  const params = { webhook_id: webhookId };
  const page = await readPages(options, (paging) => client.call("list-webhook-deliveries", { params, query: defined({ status: options.status, ...paging }) }));
  output.show(page, (paper) => deliveryTable(paper, page.data));
  noteNext(output, page);
};

const addReplay = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("replay")
    .description("Send an event again, under the same id.")
    .argument("<webhook-id>", "the webhook's id, whk_…")
    .argument("<delivery-id>", "the delivery's id, dlv_…")
    .action((webhookId: string, deliveryId: string) => replay(open(), webhookId, deliveryId));
  addExamples(command, ["keywright webhooks replay whk_… dlv_…"]);
};

const replay = async ({ output, connect }: Session, webhookId: string, deliveryId: string): Promise<void> => {
  const params = { webhook_id: webhookId, delivery_id: deliveryId };
  const delivery = await (await connect()).call("replay-webhook-delivery", { params });
  output.show(delivery, (paper) => deliveryTable(paper, [delivery]));
};

const deliveryTable = (paper: Paper, deliveries: readonly Delivery[]): string => {
  if (deliveries.length === 0) return "No deliveries.";
  const rows = deliveries.map((delivery) => [
    delivery.id,
    delivery.type,
    shownStatus(delivery.status),
    String(delivery.attempts),
    shownTime(delivery.last_attempt_at, "never"),
    shownTime(delivery.next_attempt_at, "never"),
    delivery.last_problem ?? (delivery.last_status === null ? "" : String(delivery.last_status)),
  ]);
  return paper.table(["ID", "TYPE", "STATUS", "ATTEMPTS", "LAST", "NEXT", "ANSWER"], rows);
};
