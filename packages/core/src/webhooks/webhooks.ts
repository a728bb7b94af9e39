import { bounds } from "@keywright/contract";
import { type AuditDeps, auditEntry } from "../audit.ts";
import { AppError, invalidField } from "../errors.ts";
import { answerOnce, type Idempotency, plainCodec } from "../idempotency.ts";
import { newId } from "../ids.ts";
import type { Keyring } from "../keyring.ts";
import type { Actor } from "../model/audit.ts";
import type { Webhook } from "../model/webhook.ts";
import type { Page, PageRequest } from "../ports/page.ts";
import type { SecretStore } from "../ports/secret-store.ts";
import type { Store, Stores } from "../ports/store.ts";
import type { WebhookSender } from "../ports/webhook-sender.ts";
import { urlHost } from "../rules/url-host.ts";
import { ownerOf, sees } from "../visibility.ts";
import { overlapMs, webhookSecretPath, writeNewSecret } from "./webhook-secrets.ts";

export interface WebhookDeps extends AuditDeps {
  readonly store: Store;
  readonly secretStore: SecretStore;
  readonly keyring: Keyring;
  readonly webhookSender: Pick<WebhookSender, "refusalOf" | "secretOf">;
}

/** A webhook with its new secret: the only moment that it can be seen. */
export interface IssuedWebhook {
  readonly webhook: Webhook;
  readonly secret: string;
}

export interface CreateWebhookRequest {
  readonly actor: Actor;
  readonly tenantId: string | undefined;
  readonly url: string;
  readonly events: readonly string[];
  readonly description: string;
  readonly idempotency: Idempotency | null;
}

export const untroubled = { disabledReason: null, failures: 0, failingSinceMs: null, pausedUntilMs: 0, isMailDue: false } as const;

export const createWebhook = async (deps: WebhookDeps, request: CreateWebhookRequest): Promise<IssuedWebhook> => {
  const { actor, url, events, description } = request;
  const tenantId = ownerOf(actor, request.tenantId);
  requireTarget(deps, url);
  return answerOnce(deps, {
    idempotency: request.idempotency,
    codec: plainCodec<IssuedWebhook>(),
    work: async (keep) => {
      const nowMs = deps.clock.nowMs();
      const times = { previousSecretUntilMs: null, createdAtMs: nowMs, updatedAtMs: nowMs };
      const webhook: Webhook = {
        id: newId(deps.random, "whk"),
        tenantId,
        url,
        description,
        events,
        format: "standard",
        state: "active",
        ...untroubled,
        ...times,
      };
      const issued = { webhook, secret: newSecret(deps) };
      // The secret first: a webhook that is there can sign.
      await writeNewSecret(deps.secretStore, webhook.id, { secret: issued.secret, nowMs });
      try {
        await deps.store.transaction(async (stores) => {
          await requireRoom(stores, tenantId);
          await stores.webhooks.insert(webhook);
          await stores.audit.append(auditEntry(deps, { ...happening(actor, webhook), action: "webhook.created", after: auditView(webhook) }));
          await keep(stores, issued);
        });
      } catch (error) {
        await deps.secretStore.destroy(webhookSecretPath(webhook.id)).catch(() => {});
        throw error;
      }
      return issued;
    },
  });
};

export const requireTarget = ({ webhookSender }: { readonly webhookSender: Pick<WebhookSender, "refusalOf"> }, url: string, pointer = "/url"): void => {
  const refusal = webhookSender.refusalOf(url);
  if (refusal !== undefined) throw invalidField(pointer, refusal);
};

const secretBytes = 32;
const newSecret = ({ webhookSender, random }: WebhookDeps): string => webhookSender.secretOf(random.bytes(secretBytes));

const requireRoom = async (stores: Stores, tenantId: string | null): Promise<void> => {
  if (tenantId !== null && (await stores.tenants.lock(tenantId)) === undefined) throw new AppError("NOT_FOUND", { detail: "There is no such tenant." });
  if ((await stores.webhooks.count(tenantId)) >= bounds.webhooks) throw new AppError("WEBHOOK_LIMIT_REACHED");
};

const happening = (actor: Actor, webhook: Webhook) => ({ actor, tenantId: webhook.tenantId, target: { type: "webhook", id: webhook.id } }) as const;

/** An address may carry a token in its path or query: the audit log has its host alone. */
const auditView = ({ url, events, description, state }: Webhook) => ({ host: urlHost(url), events, description, state });

const visible = (webhook: Webhook | undefined, actor: Actor): Webhook => {
  // That of a rule of alerts is changed with the rule alone.
  if (webhook?.format !== "standard" || !sees(actor, webhook.tenantId)) throw new AppError("NOT_FOUND");
  return webhook;
};

export const getWebhook = async (deps: Pick<WebhookDeps, "store">, actor: Actor, webhookId: string): Promise<Webhook> =>
  visible(await deps.store.webhooks.find(webhookId), actor);

export const lockWebhook = async (stores: Pick<Stores, "webhooks">, actor: Actor, webhookId: string): Promise<Webhook> =>
  visible(await stores.webhooks.lock(webhookId), actor);

export const listWebhooks = async (
  deps: Pick<WebhookDeps, "store">,
  { actor, tenantId, page }: { actor: Actor; tenantId: string | undefined; page: PageRequest },
): Promise<Page<Webhook>> => deps.store.webhooks.list(ownerOf(actor, tenantId), page);

export interface UpdateWebhookRequest {
  readonly actor: Actor;
  readonly webhookId: string;
  /** A field that is left out stays. */
  readonly change: Partial<Pick<Webhook, "url" | "events" | "description" | "state">>;
}

export const updateWebhook = (deps: WebhookDeps, { actor, webhookId, change }: UpdateWebhookRequest): Promise<Webhook> =>
  deps.store.transaction(async (stores) => {
    const before = await lockWebhook(stores, actor, webhookId);
    if (change.url !== undefined) requireTarget(deps, change.url);
    // Whoever says where to, or that it is to go on, starts with a clean slate.
    const isNew = change.url !== undefined || change.state !== undefined;
    const after: Webhook = { ...before, ...change, ...(isNew && untroubled), updatedAtMs: deps.clock.nowMs() };
    await stores.webhooks.update(after);
    const views = { before: auditView(before), after: auditView(after) };
    await stores.audit.append(auditEntry(deps, { ...happening(actor, after), action: "webhook.updated", ...views }));
    return after;
  });

/** For 24 hours the old secret signs too. */
export const rotateWebhookSecret = (deps: WebhookDeps, actor: Actor, webhookId: string): Promise<IssuedWebhook> =>
  deps.store.transaction(async (stores) => {
    const nowMs = deps.clock.nowMs();
    const before = await lockWebhook(stores, actor, webhookId);
    const webhook: Webhook = { ...before, previousSecretUntilMs: nowMs + overlapMs, updatedAtMs: nowMs };
    await stores.webhooks.update(webhook);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, webhook), action: "webhook.secret_rotated" }));
    const secret = newSecret(deps);
    // Last, under the row's lock: what fails before has changed nothing, and what is lost after it signs beside the old ones.
    if (!(await writeNewSecret(deps.secretStore, webhookId, { secret, nowMs }))) throw new AppError("PRECONDITION_FAILED");
    return { webhook, secret };
  });

export const deleteWebhook = async (deps: WebhookDeps, actor: Actor, webhookId: string): Promise<Webhook> => {
  const webhook = await deps.store.transaction(async (stores) => {
    const before = await lockWebhook(stores, actor, webhookId);
    await stores.webhooks.remove(webhookId);
    await stores.audit.append(auditEntry(deps, { ...happening(actor, before), action: "webhook.deleted", before: auditView(before) }));
    return before;
  });
  await deps.secretStore.destroy(webhookSecretPath(webhookId));
  return webhook;
};
