import { type EndpointReply, type OutboxEventType, outboxEventTypes, type Webhook } from "@keywright/contract";
import { type Command, InvalidArgumentError, Option } from "commander";
import { addCarefulOptions, type CarefulOptions, confirm } from "../confirm.ts";
import { defined } from "../defined.ts";
import { addExamples } from "../examples.ts";
import { collectList } from "../option-values.ts";
import type { Paper } from "../paper.ts";
import { addPagingOptions, noteNext, type PagingOptions, readPages } from "../read-pages.ts";
import type { OpenSession, Session } from "../session.ts";
import { shownList, shownStatus, shownTime } from "../view.ts";
import { addDeliveries } from "./webhook-deliveries.ts";

export const addWebhooks = (program: Command, open: OpenSession): void => {
  const webhooks = program.command("webhooks").description("Have events posted to an address, and see how that goes.");
  for (const add of [addCreate, addList, addGet, addUpdate, addRotateSecret, addDelete, addDeliveries]) add(webhooks, open);
};

/** What can be listened to. */
type Listened = Exclude<OutboxEventType, "webhook.test"> | "*";
const isListened = (text: string): text is Listened => text === "*" || (text !== "webhook.test" && outboxEventTypes.some((type) => type === text));

const collectEvents = (text: string, before: readonly Listened[] = []): readonly Listened[] => {
  const list = collectList(text, before);
  const unknown = list.find((type) => !isListened(type));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no event ${JSON.stringify(unknown)}: docs/webhook-events.md has them all.`);
  return list.filter(isListened);
};

interface CreateOptions {
  readonly tenant?: string;
  readonly target: string;
  readonly event: readonly Listened[];
  readonly description?: string;
  readonly idempotencyKey?: string;
}

const eventsWords = "a type such as key.revoked, or * for all; several times, or with commas between";

const addCreate = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("create")
    .description("Create a webhook. Its signing secret is shown once.")
    .requiredOption("--target <address>", "where events are posted to: https")
    .requiredOption("--event <type>", eventsWords, collectEvents)
    .option("--tenant <tenant-id>", "whose events; with a root key, left out: everybody's")
    .option("--description <text>", "what it is for")
    .option("--idempotency-key <text>", "repeating the command with the same text answers as the first time, for 24 h")
    .action((options: CreateOptions) => createWebhook(open(), options));
  addExamples(command, ["keywright webhooks create --target https://hooks.example.com/in --event key.created,key.revoked --json | jq -r .secret"]);
};

const createWebhook = async ({ output, connect }: Session, options: CreateOptions): Promise<void> => {
  const client = await connect();
  const { tenant, target, event, description, idempotencyKey } = options;
  const body = { url: target, events: [...event], ...defined({ tenant_id: tenant, description }) };
  const created = await client.call("create-webhook", { body, ...defined({ idempotencyKey }) });
  output.show(created, (paper) => issuedFields(paper, created));
  output.note(storeSecretNow);
};

const storeSecretNow = "The secret is shown once: store it where the webhooks are received.";

interface ListOptions extends PagingOptions {
  readonly tenant?: string;
}

const addList = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("list")
    .description("List webhooks, newest first.")
    .option("--tenant <tenant-id>", "whose; with a root key, left out: the operator's own");
  addPagingOptions(command).action((options: ListOptions) => listWebhooks(open(), options));
  addExamples(command, ["keywright webhooks list --tenant ten_…"]);
};

const listWebhooks = async ({ output, connect }: Session, options: ListOptions): Promise<void> => {
  const client = await connect();
  const page = await readPages(options, (paging) => client.call("list-webhooks", { query: defined({ tenant_id: options.tenant, ...paging }) }));
  output.show(page, (paper) => webhookTable(paper, page.data));
  noteNext(output, page);
};

const webhookTable = (paper: Paper, webhooks: readonly Webhook[]): string => {
  if (webhooks.length === 0) return "No webhooks.";
  const rows = webhooks.map(({ id, url, status, failures, events }) => [id, shownStatus(status), String(failures), shownList(events, "none"), url]);
  return paper.table(["ID", "STATUS", "FAILURES", "EVENTS", "TARGET"], rows);
};

const addGet = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("get")
    .description("Show a webhook.")
    .argument("<webhook-id>", "the webhook's id, whk_…")
    .action((webhookId: string) => getWebhook(open(), webhookId));
  addExamples(command, ["keywright webhooks get whk_…"]);
};

const getWebhook = async ({ output, connect }: Session, webhookId: string): Promise<void> => {
  const webhook = await (await connect()).call("get-webhook", { params: { webhook_id: webhookId } });
  output.show(webhook, (paper) => paper.fields(fieldsOf(webhook)));
};

interface UpdateOptions {
  readonly target?: string;
  readonly event?: readonly Listened[];
  readonly description?: string;
  readonly status?: Webhook["status"];
}

const addUpdate = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("update")
    .description("Change a webhook, or switch it off or on. An option that is left out changes nothing.")
    .argument("<webhook-id>", "the webhook's id, whk_…")
    .option("--target <address>", "where events are posted to: https")
    .option("--event <type>", eventsWords, collectEvents)
    .option("--description <text>", "what it is for")
    .addOption(new Option("--status <status>", "disabled: nothing is sent to it").choices(["active", "disabled"]))
    .action((webhookId: string, options: UpdateOptions) => updateWebhook(open(), webhookId, options));
  addExamples(command, ["keywright webhooks update whk_… --status active"]);
};

const updateWebhook = async ({ output, connect }: Session, webhookId: string, { target, event, description, status }: UpdateOptions): Promise<void> => {
  const body = defined({ url: target, events: event && [...event], description, status });
  const webhook = await (await connect()).call("update-webhook", { params: { webhook_id: webhookId }, body });
  output.show(webhook, (paper) => paper.fields(fieldsOf(webhook)));
};

const addRotateSecret = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("rotate-secret")
    .description("Make a new signing secret. For 24 hours the old one signs too.")
    .argument("<webhook-id>", "the webhook's id, whk_…")
    .action((webhookId: string) => rotateSecret(open(), webhookId));
  addExamples(command, ["keywright webhooks rotate-secret whk_… --json | jq -r .secret"]);
};

const rotateSecret = async ({ output, connect }: Session, webhookId: string): Promise<void> => {
  const rotated = await (await connect()).call("rotate-webhook-secret", { params: { webhook_id: webhookId } });
  output.show(rotated, (paper) => issuedFields(paper, rotated));
  output.note(storeSecretNow);
};

const addDelete = (webhooks: Command, open: OpenSession): void => {
  const command = webhooks
    .command("delete")
    .description("Delete a webhook, with the log of its deliveries.")
    .argument("<webhook-id>", "the webhook's id, whk_…");
  addCarefulOptions(command).action((webhookId: string, options: CarefulOptions) => deleteWebhook(open(), webhookId, options));
  addExamples(command, ["keywright webhooks delete whk_… --dry-run", "keywright webhooks delete whk_… --yes"]);
};

const deleteWebhook = async (session: Session, webhookId: string, options: CarefulOptions): Promise<void> => {
  const client = await session.connect();
  const params = { webhook_id: webhookId };
  const preview = async () => {
    const target = await client.call("get-webhook", { params });
    return { action: "delete-webhook", target, request: {}, toText: () => `Would delete webhook ${target.id} (${target.url}).` };
  };
  if (!(await confirm(session, options, { deed: `delete webhook ${webhookId}`, isFinal: true, preview }))) return;
  const deleted = await client.call("delete-webhook", { params });
  session.output.show(deleted, (paper) =>
    paper.fields([
      ["ID", deleted.id],
      ["Status", deleted.status],
    ]),
  );
};

type Fields = Parameters<Paper["fields"]>[0];

const issuedFields = (paper: Paper, issued: EndpointReply<"rotate-webhook-secret">): string =>
  paper.fields([["Secret", { text: issued.secret, style: "strong" }], ...fieldsOf(issued)]);

const fieldsOf = (webhook: Webhook): Fields => [
  ["ID", webhook.id],
  ["Target", webhook.url],
  ["Description", webhook.description === "" ? "none" : webhook.description],
  ["Events", shownList(webhook.events, "none")],
  ["Tenant", webhook.tenant_id ?? "everybody"],
  ["Status", shownStatus(webhook.status)],
  ["Disabled", webhook.disabled_reason ?? "no"],
  ["Failures", `${webhook.failures}${webhook.failing_since === null ? "" : ` since ${shownTime(webhook.failing_since, "")}`}`],
  ["Old secret", shownTime(webhook.previous_secret_until, "none")],
  ["Created", shownTime(webhook.created_at, "")],
  ["Changed", shownTime(webhook.updated_at, "")],
];
